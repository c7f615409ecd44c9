#!/bin/bash
# The built programs: programs.sh [TREE [BUILD]]. refex-link cannot do what it must not, because it does not hold the
# code; and release programs are hardened. 77 (skipped) where nothing is built.
. "$(dirname "$0")/lib.sh"
build=${2:-build/release}
[ -d "$build/bin" ] || { echo "programs: nothing is built in $build"; exit 77; }

link=$build/bin/refex-link
if [ -x "$link" ]; then
    symbols=$(nm "$link" 2>/dev/null | awk '{ print $NF }')
    [ "$(grep -c . <<<"$symbols")" -gt 50 ] || echo "$link: has no symbols to look at" |
        report_lines "a stripped program cannot be judged"
    grep -E '^(sqlite3_|seal_|secretbox_|data_keys_|keyfile_|sign_key_|consent_gate_|db_open)' <<<"$symbols" |
        sed "s,^,$link: ," |
        report_lines "the network process holds no database, no sealing, no storage keys"
    { readelf -dW "$link" | grep -E 'NEEDED.*(sqlite|jansson|inih)' || true; } | sed "s,^ *,$link: ," |
        report_lines "the network process links no database and parses no files"
fi

hardened() { # PROGRAM
    local head dynamic segments symbols
    head=$(readelf -hW "$1") dynamic=$(readelf -dW "$1") segments=$(readelf -lW "$1") symbols=$(nm -D "$1")
    grep -qE 'Type: +DYN' <<<"$head" && grep -q 'FLAGS_1.*PIE' <<<"$dynamic" || echo "$1: not position independent"
    grep -q GNU_RELRO <<<"$segments" && grep -qE 'BIND_NOW|FLAGS_1.*NOW' <<<"$dynamic" || echo "$1: no full RELRO"
    ! grep -qE 'GNU_STACK.* RWE ' <<<"$segments" || echo "$1: its stack can be executed"
    grep -q __stack_chk_fail <<<"$symbols" || echo "$1: no stack protector"
    ! grep -q __asan_init <<<"$symbols" || echo "$1: built for tests: others can read its memory"
    grep -vE '__stack_chk' <<<"$symbols" | grep -qE ' __[a-z0-9_]+_chk' || echo "$1: not fortified"
}
for program in refexd refex-link refex refex-ca; do
    if [ ! -x "$build/bin/$program" ]; then
        echo "there is no program $program yet"
    elif [ "$(basename "$build")" = release ]; then
        hardened "$build/bin/$program" | report_lines "what people run is hardened: cmake/options.cmake"
    fi
done
finish
