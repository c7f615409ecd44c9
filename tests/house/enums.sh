#!/bin/bash
# An enum that is a number and a word is an enum of its .proto, which C has from there; one with more columns is a table
# in C, and a field names it (`table`). So no field is of an enum that C lists by hand, and no name stands in C beside
# a value of a contract's enum.
. "$(dirname "$0")/lib.sh"
set -o pipefail

# The enums of C that are made of rows: of a .def file, or of a macro that is a list.
tables() {
    files h src | tr '\n' '\0' | xargs -0 awk '
        /^enum [a-z_]+ \{$/ { name = $2; made = 0; next }
        name != "" && /^#include ".*\.def"$|^ *[A-Z_]+\(/ { made = 1 }
        /^\}/ { if (name != "" && made) print name; name = "" }'
}
grep -nE 'table: "[a-z_]+"' proto/*.proto | awk -v tables="$(tables)" '
    BEGIN { n = split(tables, word); for (i = 1; i <= n; i++) is_table[word[i]] = 1 }
    {
        name = $0
        sub(/.*table: "/, "", name)
        sub(/".*/, "", name)
        split($0, place, ":")
        if (!(name in is_table)) print place[1] ":" place[2] ": enum " name
    }' | report_lines "is no table: an enum of the .proto says its numbers and words once"

values=$(awk '/^enum / { within = 1 } /^\}/ { within = 0 } within && /^ +[A-Z][A-Z0-9_]+ = [0-9]/ { print $1 }' \
    proto/*.proto)
lines '\[[A-Z][A-Z0-9_]+\] = "' src/model src/codec | awk -v values="$values" '
    BEGIN { n = split(values, word); for (i = 1; i <= n; i++) is_value[word[i]] = 1 }
    {
        text = $0
        while (match(text, /\[[A-Z][A-Z0-9_]+\] = "/)) {
            value = substr(text, RSTART + 1, RLENGTH - 6)
            text = substr(text, RSTART + RLENGTH)
            split($0, place, ":")
            if (value in is_value) print place[1] ":" place[2] ": " value
        }
    }' | report_lines "its word stands in the .proto"
finish
