# lib/policy
