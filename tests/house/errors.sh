#!/bin/bash
# docs/errors.md says what src/base/errors.def says, and each code stands for one thing.
. "$(dirname "$0")/lib.sh"

awk -f tools/errors_md.awk src/base/errors.def 2>&1 | diff - docs/errors.md 2>&1 | head -10 |
    report_lines "docs/errors.md is not what errors.def says: ./dev docs"
grep -oE '^ERROR_ROW\([A-Z0-9_]+, "[^"]*"' src/base/errors.def | sed 's/ERROR_ROW(//; s/[,"]//g' |
    awk '{ id = $1; gsub("_", "-", id) } id != $2 || seen[$2]++ { print "src/base/errors.def: " $1 " and " $2 }' |
    report_lines "a code is its own name with hyphens, and stands once"
finish
