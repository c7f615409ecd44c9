#!/bin/bash
# A .c of src and of tools/contract_tables has 450 lines at most, and a function 60: what is larger has two subjects.
# tools/contract_tables as a whole, headers too, has GENERATOR_MAX: what it does more, macros that read its rows can do.
. "$(dirname "$0")/lib.sh"
set -o pipefail

GENERATOR_MAX=720

# FILE, or FILE:FUNCTION, that is still larger, and the reason.
larger=''
files c src tools/contract_tables | tr '\n' '\0' | xargs -0 awk -v larger="$larger" '
BEGIN {
    rows = split(larger, row, "\n")
    for (i = 1; i <= rows; i++) if (split(row[i], w, " ") > 1) excused[w[1]] = 1
}
function judge(what, lines, most) {
    if (lines <= most) return
    if (what in excused) used[what] = 1
    else print what ": " lines " lines"
}
FNR == 1 { if (file != "") judge(file, count, 450); file = FILENAME; inside = 0 }
{ count = FNR }
/^[A-Za-z_].*\(/ && !inside { head = FNR; name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
/^\{/ && !inside { inside = 1 }
/^\}/ && inside { inside = 0; judge(file ":" name, FNR - head + 1, 60) }
END {
    judge(file, count, 450)
    for (what in excused) if (!(what in used)) print "tests/house/sizes.sh: " what ": take the row away"
}' | report_lines "split it by subject, never by length alone"
cat tools/contract_tables/*.[ch] | wc -l | awk -v most=$GENERATOR_MAX '
    $1 > most { print "tools/contract_tables: " $1 " lines" }' | report_lines "it has $GENERATOR_MAX at most"
finish
