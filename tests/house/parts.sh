#!/bin/bash
# What each part of the exchange may touch. Most of it the compiler sees: what a part keeps is in a struct that its own
# files alone know, and a link is const but for links.c. This sees the rest: a member of struct exchange is written by
# the files that the comment above it names; what several files of a part share (NAME_inside.h) is included by no
# others.
. "$(dirname "$0")/lib.sh"
set -o pipefail

# HEADER STRUCT POINTER…: whose comments say who writes, and what a pointer to it is called, everywhere.
owned='
exchange/state.h exchange x
'
# MEMBER REASON: whose address all may take.
by_address='
tick_arena     what is allocated in it is of whoever asks
time           trusted_time.h changes it
transport_key  secret.h shows it
'
# HEADER FILES (a pattern) REASON: who includes a NAME_inside.h, where not NAME*.c beside it alone.
inside='
codec/contract_inside.h               codec/(contract_[a-z]*|told)              they read the tables
exchange/traffic/obligations_inside.h exchange/traffic/(owed_[a-z_]*|obligations) what is owed, a file a subject
exchange/entries/entries_inside.h     exchange/entries/entr(ies|y_own)             of others, and ours
exchange/staff/staff_inside.h         exchange/staff/(staff[a-z_]*|desks)              people, and who is at which desk
refexd/seam_door_inside.h             refexd/seam_(door|send)                     two halves of one door
'

# MEMBER FILE…: who writes it, by the last comment above it that says so; "MEMBER" alone, where none does.
members() { # HEADER STRUCT
    awk -v name="$2" '
    $0 ~ "^struct " name " \\{" { inside = 1; writers = ""; next }
    /^\}/ { inside = 0 }
    !inside { next }
    {
        line = $0
        if (line ~ /^    \/\*/) comment = ""
        if (line ~ /^    (\/\*| \*)/) {
            comment = comment " " line
            if (match(comment, /Written by: [^*]*\*\//)) {
                writers = substr(comment, RSTART + 12, RLENGTH - 14)
                comment = ""
            }
            next
        }
        sub(/\/\*.*/, "", line)
        if (line ~ /^    [a-z].*;/ || line ~ /^    \}/) {
            if (match(line, /\(\*[a-z_]+\)/)) line = substr(line, RSTART + 2, RLENGTH - 3)
            else { sub(/ *(\[.*)?;.*/, "", line); sub(/.*[ *}]/, "", line) }
            print line, writers
        }
    }' "src/$1"
}

while read -r header name pointers; do
    [ -n "$header" ] || continue
    table=$(members "$header" "$name")
    [ "$(wc -l <<<"$table")" -gt 5 ] || echo "src/$header: struct $name is not found" |
        report_lines "tests/house/parts.sh reads who writes its members"
    awk -v header="src/$header" 'NF == 1 { print header ": " $1 }' <<<"$table" |
        report_lines "the comment above a member says who writes it"
    code src/exchange |
        awk -v header="src/$header" -v table="$table" -v by_address="$by_address" -v pointers="$pointers" '
    BEGIN {
        folder = header
        sub(/[^\/]*$/, "", folder)
        rows = split(table, row, "\n")
        for (i = 1; i <= rows; i++) {
            n = split(row[i], w, " ")
            is_member[w[1]] = 1
            for (k = 2; k <= n; k++) writes[w[1], folder w[k]] = 1
        }
        rows = split(by_address, row, "\n")
        for (i = 1; i <= rows; i++) { split(row[i], w, " "); shown[w[1]] = 1 }
        gsub(/ /, "|", pointers)
        access = "(^|[^A-Za-z0-9_])(" pointers ")->"
    }
    {
        match($0, /^[^:]*:[0-9]*:/)
        place = substr($0, 1, RLENGTH)
        file = substr(place, 1, index(place, ":") - 1)
        rest = substr($0, RLENGTH + 1)
        before = ""
        while (match(rest, access)) {
            before = before substr(rest, 1, RSTART)
            rest = substr(rest, RSTART + RLENGTH)
            match(rest, /^[A-Za-z_0-9]+/)
            member = substr(rest, 1, RLENGTH)
            rest = substr(rest, RLENGTH + 1)
            if (!(member in is_member) || (member, file) in writes) continue
            after = rest
            if (before ~ /(^|[ (;{])\*([a-z]+->)*$/) continue # what it points to
            # a value within it is part of it; what it points to is not, but for the links, whose struct all see
            within = member == "links" ? "^(\\.|->)[a-z_0-9]+" : "^\\.[a-z_0-9]+"
            while (sub(within, "", after) || sub(/^\[[^]]*\]/, "", after));
            if (after ~ /^ *([-+|&^*\/]=|=[^=]|=$|\+\+|--)/ || before ~ /(\+\+|--)([a-z]+->)*$/ ||
                (before ~ /&([a-z]+->)*$/ && before !~ /&&([a-z]+->)*$/ && after !~ /^->/ && !(member in shown)))
                print place " " member
        }
    }' | report_lines "only those write it whom src/$header names above it: ask a function of that part"
done <<<"$owned"

lines 'struct exchange \*[a-z_]+[,;) ]' src/exchange | { grep -vE 'struct exchange \*x[,;) ]' || true; } |
    report_lines "a pointer to struct exchange is called x, so that this test sees what is written"

# A link is changed by links.c; what a part has of it is made and freed by that part.
lines '(^|[^a-z])struct link \*' src/exchange |
    outside 'src/exchange/traffic/links\.[ch]:' 'src/exchange/state\.h:' '.*const struct link \*' '.*_link_(up|end)\(' |
    report_lines "a link is const but for links.c, and for PART_link_up and PART_link_end"

lines '^ *# *include *"[a-z_/]*_inside\.h"' src | awk -v inside="$inside" '
BEGIN {
    rows = split(inside, row, "\n")
    for (i = 1; i <= rows; i++) if (split(row[i], w, " ") > 2) pattern[w[1]] = w[2]
}
{
    file = substr($0, 1, index($0, ":") - 1)
    split($0, w, "\"")
    header = w[2]
    sub(/^src\//, "", file); sub(/\.[ch]$/, "", file)
    name = header
    sub(/_inside\.h$/, "", name)
    if (index(file, name) != 1 && !(header in pattern && file ~ "^(" pattern[header] ")$"))
        print $0
}' | report_lines "what a part keeps for itself is included by its own files alone: tests/house/parts.sh"
# What the library logs is made of includes nothing of a node.
own=$(tr '\n' ' ' <src/exchange/CMakeLists.txt | grep -oE 'room_library\(logs [^)]*' | grep -oE '[a-z_/]+\.c' || true)
[ -n "$own" ] || echo "src/exchange/CMakeLists.txt: there is no library logs" |
    report_lines "an offline verifier links it: docs/ARCHITECTURE.md 7"
for file in $own; do
    for part in "src/exchange/$file" "src/exchange/${file%.c}.h" "src/exchange/${file%.c}_inside.h"; do
        [ ! -f "$part" ] || { grep -nE '^ *# *include *"exchange/' "$part" | sed "s,^,$part:," || true; }
    done
done | awk -v own="$own" '
BEGIN { n = split(own, w, "\n"); for (i = 1; i <= n; i++) { sub(/\.c$/, "", w[i]); is_own[w[i]] = 1 } }
{
    split($0, w, "\"")
    header = w[2]
    sub(/^exchange\//, "", header); sub(/(_inside)?\.h$/, "", header)
    if (!(header in is_own)) print $0
}' | report_lines "the library logs knows of no node: what it needs is told to it (logs/proofs.h)"
finish
