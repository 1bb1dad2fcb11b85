# tools/dhcp-server
