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
# All of it, and what analysers say, which takes minutes.
EXTRA_DIST += .clang-tidy tests/lint/analyze.sh tests/lint/cppcheck.txt
LINT_ANALYZERS = gcc cppcheck clang-tidy
.PHONY: lint analyze
lint: all
	$(MAKE) $(AM_MAKEFLAGS) check check_PROGRAMS= TESTS='$(LINT_TESTS)'
	$(MAKE) $(AM_MAKEFLAGS) analyze
analyze: all
	abs_top_builddir='$(abs_top_builddir)' abs_top_srcdir='$(abs_top_srcdir)' \
	  $(SHELL) $(top_srcdir)/tests/lint/analyze.sh $(LINT_ANALYZERS)
