#!/bin/bash
# A fuzzer on one target: fuzz.sh [--afl] TARGET [SECONDS]; --all for TARGET runs each after the other. libFuzzer, or
# with --afl AFL++ on the same function, by AFL++'s own driver. New inputs are kept in build/fuzz/corpus (AFL++: in
# build/afl/TARGET, where the next run goes on), inputs that crash or hang in build/fuzz/found; the committed corpus is
# only read.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t targets < <(ls tests/fuzz/fuzz_*.c | sed 's/.*fuzz_\(.*\)\.c/\1/')
kind=fuzz
if [ "${1:-}" = --afl ]; then
    kind=afl
    shift
fi
if [ $# = 0 ]; then
    echo "targets: ${targets[*]}"
    exit 64
fi
[ "$1" = --all ] || targets=("$1")
seconds=${2:-60}
tools/build.sh $kind "${targets[@]/#/fuzz_}"
mkdir -p build/fuzz/found

fuzz_run() { # TARGET
    local found
    mkdir -p build/fuzz/corpus/"$1"
    if ! build/fuzz/bin/fuzz_"$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=0 \
        -artifact_prefix=build/fuzz/found/"$1"- build/fuzz/corpus/"$1" tests/fuzz/corpus/"$1" \
        2>build/fuzz/"$1".log; then
        crashed+=("$1")
    fi
    found=$(grep -E '^(Done|==.*ERROR|SUMMARY)' build/fuzz/"$1".log | tail -1) || true
    echo "$1: ${found:-nothing was run}"
}

# AFL++ wants a kernel that hands it core dumps without delay, and a governor of its liking: neither matters to what is
# found. A seed that crashes ends it at once.
afl_run() { # TARGET
    local out=build/afl/$1/default status=0 file
    AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_AFFINITY=1 AFL_NO_UI=1 AFL_AUTORESUME=1 \
        afl-fuzz -i tests/fuzz/corpus/"$1" -o build/afl/"$1" -V "$seconds" -t 10000 -m none \
        -- build/afl/bin/fuzz_"$1" >build/afl/"$1".log 2>&1 || status=$?
    for file in "$out"/crashes/id:* "$out"/hangs/id:*; do
        [ -f "$file" ] || continue
        cp "$file" "build/fuzz/found/$1-$(sha256sum "$file" | cut -c1-16)"
        status=1
    done
    [ $status = 0 ] || crashed+=("$1")
    [ -f "$out"/fuzzer_stats ] || { echo "$1: nothing was run (build/afl/$1.log)"; return; }
    awk -v target="$1" '
        { value[$1] = $3 }
        END {
            printf "%s: so far %d executions in %d s, %d inputs kept, %d crashes, %d hangs\n", target,
                value["execs_done"], value["run_time"], value["corpus_count"], value["saved_crashes"],
                value["saved_hangs"]
        }' "$out"/fuzzer_stats
}

crashed=()
for target in "${targets[@]}"; do ${kind}_run "$target"; done
[ ${#crashed[@]} = 0 ] || {
    echo "crashed: ${crashed[*]} (build/$kind/*.log). What build/fuzz/found holds of a target, once more:" \
        "build/$kind/bin/fuzz_TARGET FILE"
    exit 1
}
