#!/bin/bash
# libFuzzer on one target: fuzz.sh TARGET [SECONDS]; fuzz.sh --all [SECONDS] runs each after the other. New inputs go to
# build/fuzz/corpus, inputs that crash to build/fuzz/found; the committed corpus is only read.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t targets < <(ls tests/fuzz/fuzz_*.c | sed 's/.*fuzz_\(.*\)\.c/\1/')
if [ $# = 0 ]; then
    echo "targets: ${targets[*]}"
    exit 64
fi
[ "$1" = --all ] || targets=("$1")
tools/build.sh fuzz "${targets[@]/#/fuzz_}"

crashed=()
for target in "${targets[@]}"; do
    mkdir -p build/fuzz/corpus/"$target" build/fuzz/found
    build/fuzz/bin/fuzz_"$target" -max_total_time="${2:-60}" -timeout=10 -rss_limit_mb=2048 -print_final_stats=0 \
        -artifact_prefix=build/fuzz/found/"$target"- build/fuzz/corpus/"$target" tests/fuzz/corpus/"$target" \
        2>build/fuzz/"$target".log || crashed+=("$target")
    echo "$target: $(grep -E '^(Done|==.*ERROR|SUMMARY)' build/fuzz/"$target".log | tail -1)"
done
[ ${#crashed[@]} = 0 ] || { echo "crashed: ${crashed[*]} (build/fuzz/*.log, inputs in build/fuzz/found)"; exit 1; }
