# tests/unit/tools
