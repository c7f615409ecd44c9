#!/bin/bash
# The pages say what the tables in src/ say, and each error code stands for one thing.
. "$(dirname "$0")/lib.sh"

{ tools/docs.sh --check 2>&1 || true; } | report_lines "what is printed from tables is written by ./dev docs"
grep -oE '^ERROR_ROW\([A-Z0-9_]+, "[^"]*"' src/base/errors.def | sed 's/ERROR_ROW(//; s/[,"]//g' |
    awk '{ id = $1; gsub("_", "-", id) } id != $2 || seen[$2]++ { print "src/base/errors.def: " $1 " and " $2 }' |
    report_lines "a code is its own name with hyphens, and stands once"
finish
