#!/bin/bash
# The tests, in order, each kind with a time budget for two cores, 12 minutes in all: test.sh [--long]. The counts at
# the end are ctest's.
# Unit, scenario and fuzz tests run under ASan and UBSan (build/debug), simulations and house tests on the release
# build.
# Fuzz here means each corpus and mutated copies of it; libFuzzer, with clang and a build of its own, is in --long.
set -euo pipefail
cd "$(dirname "$0")/.."

# Random simulations begin from a seed made of HEAD: other runs with each commit, the same ones wherever it is tested.
REFEX_SEED=$((16#$(git rev-parse HEAD | cut -c1-8)))
export REFEX_SEED

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
passed=0 failed=0 skipped=0
failures=()

# Prints the seconds since BEGAN and the budget (-: none). Over budget is no failure; ctest's timeouts end what hangs.
print_time() { # NAME BEGAN BUDGET
    local took=$((SECONDS - $2))
    [ "$3" != - ] || { echo "$1: $took s"; return; }
    echo "$1: $took s of $3 s$([ $took -le "$3" ] || echo " (over its budget)")"
}

# Adds up ctest's results. A test that could not be started has failed; a test reports itself as skipped.
count() { # FILE STATUS
    local kind name bad=$failed
    while read -r kind name; do
        case $kind in
        passed) passed=$((passed + 1)) ;;
        skipped) skipped=$((skipped + 1)) ;;
        failed) failed=$((failed + 1)) failures+=("$name") ;;
        esac
    done < <(awk -F'"' '
        function end() { if (name != "") print kind, name; name = "" }
        /^\t<testcase name=/ { name = $2; kind = $8 == "run" ? "passed" : $8 == "disabled" ? "skipped" : "failed" }
        /^\t\t<skipped message="SKIP_/ { kind = "skipped" }
        /^\t<\/testcase>/ { end() }' "$1")
    [ "$2" = 0 ] || [ "$failed" -gt "$bad" ] || { failed=$((failed + 1)) failures+=("ctest itself"); }
}

run_label() { # LABEL BUILD BUDGET JOBS: more than there are processors where tests wait for other processes
    local began=$SECONDS status=0
    echo "--- $1"
    ctest --test-dir "build/$2" -L "^$1\$" -j"$4" --output-on-failure --output-junit "$results/$1.xml" </dev/null ||
        status=$?
    count "$results/$1.xml" $status
    print_time "$1" "$began" "$3"
}

# One step that ctest does not run: it passes, fails or says why it is skipped (77) as a whole.
run_step() { # NAME BUDGET COMMAND…
    local began=$SECONDS status=0
    echo "--- $1"
    "${@:3}" </dev/null || status=$?
    case $status in
    0) passed=$((passed + 1)) ;;
    77) skipped=$((skipped + 1)) ;;
    *) failed=$((failed + 1)) failures+=("$1") ;;
    esac
    print_time "$1" "$began" "$2"
}

began=$SECONDS
tools/build.sh debug sanitized
tools/build.sh release programs simulations
print_time "builds" "$began" 120
for program in refexd refex-link refex refex-ca; do
    [ -x build/release/bin/$program ] || echo "there is no program $program yet"
done

run_label unit debug 60 3
run_label sim release 150 2
run_label scenario debug 210 3
run_label fuzz debug 30 2
run_label house release 30 2
if [ "${1:-}" = --long ]; then
    run_step mutants - tools/mutants.py --step --all
    run_step coverage - tools/coverage.py
    run_step valgrind - tools/valgrind.sh
    run_step check - tools/check.sh
    run_step format - ./dev format --check
    run_step "one more of each list" - tools/cost.py
    run_step fuzzing - tools/fuzz.sh --all 60
    run_step simulations - tools/seeds.sh 100000 "$REFEX_SEED" # each rare path ran; six hours, in pieces
    run_step "eighty days" - env REFEX_LONG=1 REFEX_BIN=build/release/bin tests/scenario/68-eighty-days.sh
    run_step "two years" - build/release/bin/sim_years --days 730
    run_step "a year of mishaps" - build/release/bin/sim_mishaps --days 365
    run_step "power cuts" - build/release/bin/sim_disk --points 500
    run_step "damaged disks" - build/release/bin/sim_disk_damage --lies 200 --bits 400
    run_step "damaged files" - build/release/bin/sim_disk_files --every 1
    run_step alarms - build/release/bin/sim_false_alarm --runs 1000 --seed 1 # none is false
    run_step "the unit under systemd" - tools/service.sh
    run_step "links with Debian 13" - tools/tls_groups.sh
    run_step "keys on a token" - tools/tokens.sh
    run_step packages - tools/package.sh build
    run_step "packages, made again" - tools/package.sh again
    run_step "packages, installed" - tools/package.sh install
    run_step "packages of Debian 13" - tools/package.sh trixie
    run_step upgrade - tools/upgrade.sh
    run_step withdrawals - build/release/bin/sim_obligations --withdrawals 1000000 # a true one gets through
else
    run_step mutants 120 tools/mutants.py --step --twelve # other ones with each commit
fi

[ ${#failures[@]} -eq 0 ] || printf 'failed: %s\n' "${failures[@]}"
totals="$passed passed, $failed failed"
[ "$skipped" = 0 ] || totals="$totals, $skipped skipped"
echo "$totals"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
