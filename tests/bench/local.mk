# tests/bench: not part of check; `make bench` runs them and prints one table.
.PHONY: bench
bench:
