#!/bin/bash
# Goal: a colleague does the work of one who is away, as himself and to a day.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO
start ngo
ask_well ngo staff add 61001 --role supervisor
if [ "$(id -u)" != 0 ] || ! setpriv --reuid 61001 --clear-groups test -x "$(command -v refex)"; then
    say "not root, or its programs are not for all: other users were not looked at"
    stop ngo
    end_scenario
    exit
fi
open_home() {
    chmod 0666 "${home[ngo]}/run/control.sock"
    chmod 0711 "$dir" "${home[ngo]}" "${home[ngo]}/run"
}
open_home
printf 'prs_FirstName,prs_SecondName\nNova,Person\n' >"$dir/one.csv"
chmod 0644 "$dir"/*.csv
may 61001 staff add 61002 --role caseworker --json
may 61001 staff add 61003 --role caseworker --json
colleague=$(value "$out" staff)
may 61002 case import "$dir/one.csv" --json
case=$(jq -r 'select(.case) | .case' <<<"$out")
as 61003 case show "$case"
check "it is not there" has "$err" "(E-CAS-20)"
as 61003 staff stand-in 61003 --for 61002 --until "$(date -ud '+5 days' +%F)"
check "a supervisor says it" has "$err" "(E-CTL-09)"
as 61001 staff stand-in 61003 --for 61002
check "with an end" has "$err" "(E-USE-02)"
as 61001 staff stand-in 61003 --for 61002 --until "$(date -ud '+200 days' +%F)"
check "that is near" has "$err" "(E-STF-22)"
may 61001 staff stand-in 61003 --for 61002 --until "$(date -ud '+5 days' +%F)" --json
as_said '`refex staff stand-in`'
check "it is said to when" is "$(jq -r '.stands_in[0].until' <<<"$out")" "$(date -ud '+5 days' +%F)"
may 61003 case show "$case"
may 61003 case list --json
check "it is in his list" has "$out" "$case"
may 61003 case list --json --mine
check "and not his own" has_not "$out" "$case"
crash ngo
start ngo
open_home
may 61003 case show "${case:0:12}"
may 61001 audit list --log house --kind opened --json
check "he stands in the log as himself" is "$(jq -r 'select(.what == "case") | .actor' <<<"$out" | tail -1)" "$colleague"
may 61001 watch --once --since start --json
check "supervisors are told" has "$out" '"event":"stand-in"'
check "and of whom" lines_are "$(jq -r 'select(.event == "stand-in") | .staff // empty' <<<"$out")" 1
may 61001 staff list
check "and read it" has "$out" "until $(date -ud '+5 days' +%F)"
may 61001 staff stand-in 61003 --for 61002 --end
check "it is said what was done" has "$out" " does not stand in for 61002 any more."
as 61003 case show "$case"
check "it has ended" has "$err" "(E-CAS-20)"

chmod 0700 "$dir" "${home[ngo]}"
stop ngo
start ngo
logs_verify ngo
end_scenario
