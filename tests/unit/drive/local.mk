# tests/unit/drive
