#!/bin/bash
# The pages say what the tables in src/ say; each error code stands for one thing, and a test makes it.
. "$(dirname "$0")/lib.sh"

{ tools/docs.sh --check 2>&1 || true; } | report_lines "what is printed from tables is written by ./dev docs"
grep -oE '^ERROR_ROW\([A-Z0-9_]+, "[^"]*"' src/base/errors.def | sed 's/ERROR_ROW(//; s/[,"]//g' |
    awk '{ id = $1; gsub("_", "-", id) } id != $2 || seen[$2]++ { print "src/base/errors.def: " $1 " and " $2 }' |
    report_lines "a code is its own name with hyphens, and stands once"

# A code is made where a test names it, the row of its finding, or the reason of a link that has it.
names='\b(E[_-][A-Z]{3}[_-][0-9]{2,3}|LINK_[A-Z_]+|FOUND_[A-Z_]+)\b'
named=$(grep -rhoE "$names" tests/unit tests/sim tests/scenario tests/lib | tr '_' '-' | sort -u)
{
    sed -nE 's/^ERROR_ROW\((E_[A-Z]+_[0-9]+),.*/\1 \1/p' src/base/errors.def
    sed -nE 's/^FINDING_ROW\(([A-Z_]+), *(E_[A-Z]+_[0-9]+),.*/\2 FOUND_\1/p' src/refexd/findings/findings.def
    sed -nE 's/^LINK_REASON\((LINK_[A-Z_]+), "[a-z-]+", (E_[A-Z]+_[0-9]+)\).*/\2 \1/p' src/codec/link_reasons.def
} | tr '_' '-' | awk -v named="$named" -v list=tests/house/codes_not_made.txt '
    BEGIN {
        split(named, n, "\n"); for (i in n) is_named[n[i]] = 1
        while ((getline line <list) > 0) if (line !~ /^#/) { split(line, w, " "); excused[w[1]] = 1 }
    }
    { known[$1] = 1; if ($2 in is_named) made[$1] = 1 }
    END {
        for (c in known) if (!(c in made) && !(c in excused)) print "src/base/errors.def: " c
        for (c in excused) if (!(c in known) || c in made) print list ": " c
    }' | sort |
    report_lines "a code is made by a test that names it, or stands in codes_not_made.txt with the reason"
finish
