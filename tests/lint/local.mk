# tests/lint: rules of the house that a compiler does not know.
EXTRA_DIST += tests/lint/layers.txt
LINT_TESTS = \
	tests/lint/doc.test \
	tests/lint/format.test \
	tests/lint/layers.test \
	tests/lint/shell.test \
	tests/lint/spdx.test
dist_check_SCRIPTS += $(LINT_TESTS)
TESTS += $(LINT_TESTS)
