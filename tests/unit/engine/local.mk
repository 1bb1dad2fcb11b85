# tests/unit/engine
