# tests/unit/lease
