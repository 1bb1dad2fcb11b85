#!/bin/sh
# SPDX-License-Identifier: MIT
# power_cut.sh STORE SHADOWS - after power_cut.c: the folder STORE holds just what was synchronised.
# Files are new ones then, so their shadows get the new numbers.
set -eu
store=$1
shadows=$2
[ ! -d "$shadows.next" ] || rm -r "$shadows.next"
mkdir "$shadows.next"
find "$store" -mindepth 1 -delete
if [ -f "$shadows/names" ]; then
	while read -r number name; do
		[ -f "$shadows/$number" ] || : >"$shadows/$number"
		cp "$shadows/$number" "$store/$name"
		now=$(stat -c %i "$store/$name")
		cp "$shadows/$number" "$shadows.next/$now"
		echo "$now $name" >>"$shadows.next/names"
	done <"$shadows/names"
fi
rm -r "$shadows"
mv "$shadows.next" "$shadows"
