#!/bin/bash
# The benchmark: the machine's baseline, two nodes passing referrals, the baseline again, how long each request holds a
# node and how long people wait for lists (text only), in one run; with --peers also NATS with the same work, alternating with refex (PEERS=DIR is a folder
# of other programs with a runner, not part of refex).
# usage: run.sh BINARIES [--pairs N] [--seconds N] [--json] [--peers]
set -euo pipefail
bin=$1
shift
pairs=3 seconds=6 json= peers=
while [ $# -gt 0 ]; do
    case $1 in
    --pairs) pairs=$2 && shift ;;
    --seconds) seconds=$2 && shift ;;
    --json) json=--json ;;
    --peers) peers=${PEERS:?is not set: the folder with run-nats.sh} ;;
    *) echo "run.sh: what is $1?" >&2 && exit 64 ;;
    esac
    shift
done
dir=$(mktemp -d "${BENCH_DIR:-/tmp}/refex-bench-run.XXXXXX")
trap 'rm -rf "$dir"' EXIT
say() { [ -n "$json" ] || echo "$*"; }
median() { sort -n | awk '{v[NR]=$1} END {print NR % 2 ? v[(NR+1)/2] : (v[NR/2] + v[NR/2+1]) / 2}'; }
field() { sed -n "s/.*[\"{,]$1[\"=]*[:]*\([0-9.]*\).*/\1/p"; }

peer_once() { # prints NATS' msgs_per_s and p50_ms, one run
    (cd "$peers" && RUNS=1 SECS=$seconds CONNS=1 BENCH_DIR=$dir ./run-nats.sh) 2>/dev/null |
        grep 'variant peer=nats-full' | sed 's/.*msgs_per_s=\([0-9.]*\) p50_ms=\([0-9.]*\).*/\1 \2/'
}

say "--- the machine"
"$bin/limits" --dir "$dir" $json | tee "$dir/limits1"
say "--- two nodes, $pairs times"
for i in $(seq "$pairs"); do
    [ -z "$peers" ] || peer_once >>"$dir/nats.rates"
    "$bin/bench" --dir "$dir" --seconds "$seconds" --json >>"$dir/runs"
    say "$(tail -1 "$dir/runs")"
done
say "--- the machine again"
"$bin/limits" --dir "$dir" $json | tee "$dir/limits2"
rate=$(field referrals_per_second <"$dir/runs" | median)
f2=$(cat "$dir/limits1" "$dir/limits2" | sed -n 's/.*f2_per_second":\([0-9]*\).*/\1/p; s/^floor F2.*  \([0-9]*\) messages.*/\1/p' | median)
if [ -z "$json" ]; then
    say "--- how long each request holds a node"
    "$bin/holds" --dir "$dir"
    say "--- how long people wait for a page of a list"
    "$bin/lists" --dir "$dir"
fi
say "--- ratios (medians)"
if [ -n "$peers" ]; then
    nats=$(awk '{print $1}' "$dir/nats.rates" | median)
    awk -v r="$rate" -v n="$nats" -v j="$json" 'BEGIN {printf j == "" ? "%.0f referrals/s = %.2f x NATS with the same job (%.0f/s), taken in turn\n" : "{\"referrals_per_second\":%.0f,\"times_nats\":%.2f,\"nats_per_second\":%.0f}\n", r, r / n, n}'
fi
awk -v r="$rate" -v f="$f2" -v j="$json" 'BEGIN {printf j == "" ? "%.0f referrals/s = %.2f x the floor F2 of this run (%.0f/s)\n" : "{\"referrals_per_second\":%.0f,\"times_f2\":%.2f,\"f2_per_second\":%.0f}\n", r, r / f, f}'
