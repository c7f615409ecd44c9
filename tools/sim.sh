#!/bin/bash
# The simulations of the release build. Without arguments all, the random one last; with arguments that one alone:
# sim.sh [--seed N] [--runs N] [--seconds N] [--rare] [--every] (tests/sim/runs/test_random.c). It names the rare paths
# of
# the code that no run took. With --seeds COUNT [FROM] it makes many in pieces (seeds.sh).
set -euo pipefail
cd "$(dirname "$0")/.."

[ "${1:-}" != --seeds ] || exec tools/seeds.sh "${@:2}"
[ $# = 0 ] || exec build/release/bin/sim_random "$@"
ctest --test-dir build/release -L '^sim$' -E '^sim_random$' --output-on-failure --no-tests=error
exec build/release/bin/sim_random
