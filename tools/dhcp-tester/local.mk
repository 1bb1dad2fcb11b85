# tools/dhcp-tester
