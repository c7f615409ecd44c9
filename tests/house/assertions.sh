#!/bin/bash
# How many assertions each room has: REQUIRE at run time, _Static_assert at build time. No test: the number is demanded
# of nobody. ./dev house shows it to whoever looks where nothing is relied on in writing.
. "$(dirname "$0")/lib.sh"

printf '%-20s %7s %9s %7s\n' room lines run-time static
code src | awk -F: '
{
    parts = split($1, path, "/")
    room = path[2]
    if (room == "exchange" && parts > 3) room = room "/" path[3]
    if (!(room in lines)) order[++rooms] = room
    lines[room]++
    text = substr($0, length($1 ":" $2 ":") + 1)
    if (text ~ /#define/) next
    run[room] += gsub(/(^|[^A-Za-z_])REQUIRE\(/, "", text)
    fixed[room] += gsub(/(^|[^A-Za-z_])(_Static_assert|HOLDS)\(/, "", text)
}
END {
    for (i = 1; i <= rooms; i++) {
        room = order[i]
        printf "%-20s %7d %9d %7d\n", room, lines[room], run[room], fixed[room]
        all += lines[room]; all_run += run[room]; all_fixed += fixed[room]
    }
    printf "%-20s %7d %9d %7d\n", "all", all, all_run, all_fixed
}'
