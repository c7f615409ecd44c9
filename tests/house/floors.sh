#!/bin/bash
# Includes run down, never up and never round; and each room's CMake target links lower floors only. The table is the
# plan of docs/ARCHITECTURE.md.
. "$(dirname "$0")/lib.sh"

# ROOM FLOOR
plan='
refexd 5   link 5   cli 5   demo 5   ca 5   verify 5
exchange 4   io 4   client 4   output 4   sandbox 4
codec 3   store 3   formats 3
model 2   crypto 2   pki 2   auditlog 2
base 1
'
# The only steps within a floor: ROOM, and what of another room on its floor it may include.
steps='
cli demo/demo.h
auditlog crypto/digest.h
auditlog crypto/sign.h
auditlog model/ident.h
crypto model/ident.h
pki model/ident.h
'
# Lower floors that a room may not enter all the same. link: what the network process must never do, it does not link.
walls='
link crypto   link auditlog   link store   link exchange   link formats   link client
cli store     cli exchange    cli crypto   cli io
output store  output crypto   output pki   output auditlog
demo store    demo exchange   demo crypto  demo io   demo codec
refexd formats   ca formats   ca store   ca io
'
walk='
BEGIN {
    n = split(plan, w, " "); for (i = 1; i < n; i += 2) floor[w[i]] = w[i + 1]
    n = split(steps, w, " ")
    for (i = 1; i < n; i += 2) {
        step[w[i], w[i + 1]] = 1
        sub("/.*", "", w[i + 1])
        step[w[i], w[i + 1]] = 1
    }
    n = split(walls, w, " "); for (i = 1; i < n; i += 2) wall[w[i], w[i + 1]] = 1
}
# FROM may it use the room TO, of which it takes WHAT (a header, or the room itself)?
function look(where, from, to, what) {
    if (from == to || !(to in floor)) return
    if (!(from in floor)) print where ": " from " is no room of the plan"
    else if (floor[to] > floor[from])
        print where ": " from " (floor " floor[from] ") reaches up to " what " (floor " floor[to] ")"
    else if (floor[to] == floor[from] && !((from, what) in step))
        print where ": " from " reaches round to " what " on its own floor"
    else if ((from, to) in wall) print where ": " from " may not use " what
}'

includes() {
    lines '^ *# *include *"[a-z]+/' src | awk -F'[:"]' -v plan="$plan" -v steps="$steps" -v walls="$walls" "$walk"'
    { split($1, path, "/"); split($4, header, "/"); look($1 ":" $2, path[2], header[1], $4) }'
}

# USES of room_library and room_program, over as many lines as they take.
links() {
    for list in src/*/CMakeLists.txt; do
        awk -v list="$list" -v plan="$plan" -v steps="$steps" -v walls="$walls" "$walk"'
        { sub(/#.*/, "") }
        /\(/ { uses = 0 }
        {
            split(list, path, "/")
            gsub(/[()]/, " & ")
            n = split($0, w)
            for (i = 1; i <= n; i++) {
                if (w[i] == "USES") uses = 1
                else if (w[i] ~ /^(PRIVATE|SOURCES|ROOM|[()])$/) uses = 0
                else if (uses) look(list ":" NR, path[2], w[i], w[i])
            }
        }' "$list"
    done
}

includes | report_lines "imports go down only: see the table in tests/house/floors.sh"
links | report_lines "a room links lower floors only: see the table in tests/house/floors.sh"
finish
