#!/bin/bash
# Configures once and builds: build.sh debug|release|fuzz|afl|coverage [TARGET…]. On a terminal ninja shows its
# progress; elsewhere it prints only failures, and one line says how long it took.
set -euo pipefail
cd "$(dirname "$0")/.."

kind=$1
shift
case $kind in
debug | release | fuzz | afl | coverage) ;;
*) echo "There is no build '$kind': debug, release, fuzz, afl, coverage." >&2; exit 64 ;;
esac
began=$SECONDS
if [ ! -f "build/$kind/build.ninja" ]; then
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    cmake --preset "$kind" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
fi
quiet=(-- --quiet)
[ ! -t 1 ] || quiet=()
cmake --build "build/$kind" ${1:+--target "$@"} "${quiet[@]}"
[ -t 1 ] || echo "built $kind${1:+ ($*)} in $((SECONDS - began)) s"
