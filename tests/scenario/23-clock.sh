#!/bin/bash
# Goal: no clock that was wrong once locks a node out, and before a person says that a clock is right they read what that
# does.
. "$(dirname "$0")/lib.sh"

# The node's processes see a wall clock that is AHEAD seconds ahead of this machine's.
cc -shared -fPIC -o "$dir/ahead.so" -x c - <<'END' || fail "no compiler"
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t which, struct timespec *out)
{
    const char *ahead = getenv("AHEAD");
    long result = syscall(SYS_clock_gettime, which, out);

    if ((which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE) && ahead != NULL)
        out->tv_sec += atol(ahead);
    return (int)result;
}
END
year=$((365 * 86400))
start_ahead() { # SECONDS: a sanitizer of a debug build need not come first
    AHEAD=$1 LD_PRELOAD=$dir/ahead.so ASAN_OPTIONS=verify_asan_link_order=0 start ngo
}
doubted() { [ "$(value "$(refex node clock --json --home "${home[ngo]}" 2>/dev/null)" in_doubt)" = "$1" ]; }
at_terminal() { run "$here/terminal.py" "$1" refex --home "${home[ngo]}" node clock --confirm; }

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo
import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}
stop ngo

say "a year ahead: what a confirmation does is read first"
start_ahead "$year"
until_true 10 "the clock is in doubt" doubted true
at_terminal n
check "no is an answer" is "$rc" 1
check "both times" has "$out" "The log's time"
check "what cannot be undone" has "$out" "is then erased and expired, and cannot be brought back"
check "nothing was confirmed" has "$out" "Nothing was confirmed."
check "it is in doubt still" doubted true
refused 78 E-CON-23 ngo consent record --case "$of" --section triage --to mission --purpose services --given-by self \
    --language uk --notice leaflet-3 --seen-alone yes
stop ngo

say "years behind: confirmed by a script, which is not asked"
start_ahead "-$((8 * year))"
ask_well ngo node clock --confirm
check "it is confirmed" has "$out" "Confirmed and recorded"
stop ngo

say "when the clock is right again, the node is read, and starts"
logs_verify ngo
ask_well ngo consent list
start ngo
until_true 10 "the clock is in doubt" doubted true
ask ngo status
check "what a person does" has "$out$err" "refex node clock --confirm"
at_terminal y
check "yes confirms it" is "$rc" 0
check "and it is recorded" has "$out" "Confirmed and recorded"
check "it is not in doubt" doubted false
at_terminal n
check "where there is nothing to confirm, nothing is asked" has_not "$out" "[y/N]"
ask_well ngo consent record --case "$of" --section triage --to mission --purpose services --given-by self --language uk \
    --notice leaflet-3 --seen-alone yes
check "her last day is shown" has "$out" "until $(date -u -d "+90 days" +%F)"
stop ngo
end_scenario
