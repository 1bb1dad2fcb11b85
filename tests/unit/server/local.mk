# tests/unit/server
