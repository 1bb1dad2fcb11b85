# SPDX-License-Identifier: MIT
# counted.awk - from the list of exported functions: a macro for each of them that notes the call.
BEGIN {
	print "/* counted.h - made by counted.awk from the list of exported functions. */"
	print "extern unsigned char oom_called[];"
}
{
	name[NR] = $1
	printf "#define %s(...) (oom_called[%d] = 1, %s(__VA_ARGS__))\n", $1, NR - 1, $1
}
END {
	printf "#define OOM_FUNCTIONS %d\n#define OOM_NAMES", NR
	for (i = 1; i <= NR; i++)
		printf " \"%s\",", name[i]
	print ""
}
