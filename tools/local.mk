# The commands: customers of the public API like any other program.
include tools/common/local.mk
include tools/dhcp-tester/local.mk
include tools/dhcp-server/local.mk
