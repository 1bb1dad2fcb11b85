# SPDX-License-Identifier: MIT
# exports.awk - prints the name of every function that the public headers declare DHCPPERF_API.
{
	sub(/\r$/, "")
	text = text $0 "\n"
}
END {
	while ((from = index(text, "/*")) > 0) {
		rest = substr(text, from + 2)
		to = index(rest, "*/")
		text = substr(text, 1, from - 1) " " substr(rest, to + 2)
	}
	gsub(/#[^\n]*/, "", text)
	gsub(/[ \t\n]+/, " ", text)
	n = split(text, statement, ";")
	for (i = 1; i <= n; i++) {
		s = statement[i]
		at = index(s, "DHCPPERF_API ")
		if (at == 0)
			continue
		s = substr(s, at)
		if (match(s, /dhcpperf_[a-z0-9_]+ ?\(/)) {
			name = substr(s, RSTART, RLENGTH - 1)
			sub(/ $/, "", name)
			print name
		}
	}
}
