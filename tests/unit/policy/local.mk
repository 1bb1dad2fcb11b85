# tests/unit/policy
