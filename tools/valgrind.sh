#!/bin/bash
# The unit tests under valgrind, from the release build: it detects reads of uninitialised memory, which the sanitizers
# of the debug build do not.
set -euo pipefail
cd "$(dirname "$0")/.."

tools/build.sh release
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
run_one() { # PROGRAM: one program of unit tests; two run at once
    local log=$here/$(basename "$1").log
    valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite --track-origins=yes \
        "$1" >"$log" 2>&1 || { echo "valgrind: $(basename "$1")"; grep -E '^==|FAILED' "$log" | head -40; exit 1; }
}
export -f run_one
export here
printf '%s\0' "$PWD"/build/release/bin/unit_* | xargs -0 -n1 -P2 bash -c 'cd "$here" && run_one "$0"'
