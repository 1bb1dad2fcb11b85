# lib/lease
