#!/bin/bash
# The unit tests under valgrind, from the release build: it detects reads of uninitialised memory, which the sanitizers
# of the debug build do not.
set -euo pipefail
cd "$(dirname "$0")/.."

tools/build.sh release
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
left_out() { # PROGRAM: a pattern of the tests that cannot run so
    case $1 in
    unit_io_test_child) echo '*' ;;                     # starts its own file again, which is valgrind then
    unit_sandbox_test_sandbox) echo '*' ;;                 # may make few calls, and valgrind makes others
    unit_link_test_links) echo 'test_large_frames_*' ;; # handshakes of many links at once end by time
    esac
}
run_one() { # PROGRAM: one program of unit tests; two run at once
    local name log
    name=$(basename "$1")
    log=$here/$name.log
    valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite --track-origins=yes \
        --suppressions="$suppressions" "$1" '*' "$(left_out "$name")" >"$log" 2>&1 ||
        { echo "valgrind: $name"; grep -E '^==|FAILED' "$log" | head -40; exit 1; }
}
export -f left_out run_one
export here suppressions="$PWD"/tools/valgrind.txt
printf '%s\0' "$PWD"/build/release/bin/unit_* | xargs -0 -n1 -P2 bash -c 'cd "$here" && run_one "$0"'
