#!/bin/bash
# The simulations of the release build: sim.sh [--seed N] [--runs N] [--seconds N]. Without arguments as in ctest.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -gt 0 ] && [ -x build/release/bin/sim_random ]; then exec build/release/bin/sim_random "$@"; fi
[ $# = 0 ] || echo "There is no random simulation here: --seed and --runs have no meaning." >&2
exec ctest --test-dir build/release -L '^sim$' --output-on-failure --no-tests=error
