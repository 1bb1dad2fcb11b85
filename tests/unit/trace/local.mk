# tests/unit/trace
