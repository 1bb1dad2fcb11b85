# tests/unit/stats
