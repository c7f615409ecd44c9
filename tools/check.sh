#!/bin/bash
# clang-tidy (.clang-tidy) and cppcheck over src/: check.sh [FILE…]. Generated code is not checked.
set -euo pipefail
cd "$(dirname "$0")/.."

tools/build.sh debug
files=("$@")
[ $# -gt 0 ] || mapfile -t files < <(git ls-files 'src/*.c')
status=0
printf '%s\0' "${files[@]}" | xargs -0 -n4 -P2 clang-tidy --quiet -p build/debug 2>&1 |
    { grep -vE '^[0-9]+ warnings? generated|^Suppressed|^Use -header' || true; } || status=1
cppcheck --quiet --error-exitcode=1 --inline-suppr -j2 --std=c11 --enable=warning,portability,performance \
    --suppressions-list=tools/cppcheck.txt -D_GNU_SOURCE -D__x86_64__ -Isrc -Iinclude \
    -Ibuild/debug/tables/model -Ibuild/debug/tables/codec "${files[@]}" || status=1
exit $status
