# tests/conformance: the requirements of the RFCs, a test named after each; public API only.
EXTRA_DIST += tests/conformance/requirements.txt
dist_check_SCRIPTS += tests/conformance/coverage.test
TESTS += tests/conformance/coverage.test
if HAVE_CHECK
# One block per program; keep them in alphabetic order.
endif
