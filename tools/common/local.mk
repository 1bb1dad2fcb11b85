# tools/common
