#!/bin/bash
# Goal: to a colleague who is kept from a case it is not there, though he is a supervisor, and to an agency that is
# nothing of it leaves.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
ask_well ngo staff add 61001 --role supervisor
if [ "$(id -u)" != 0 ] || ! setpriv --reuid 61001 --clear-groups test -x "$(command -v refex)"; then
    say "not root, or its programs are not for all: other users were not looked at"
    stop ngo mission
    end_scenario
    exit
fi
chmod 0666 "${home[ngo]}/run/control.sock"
chmod 0711 "$dir" "${home[ngo]}" "${home[ngo]}/run"
printf 'prs_FirstName,prs_SecondName\nNova,Person\n' >"$dir/one.csv"
chmod 0644 "$dir"/*.csv
may 61001 staff add 61002 --role caseworker
may 61001 staff add 61003 --role caseworker
may 61001 staff add 61004 --role supervisor

may 61002 case import "$dir/one.csv" --json
case=$(jq -r 'select(.case) | .case' <<<"$out")
may 61002 consent record --case "$case" --section triage,identity --to mission --purpose services --given-by self \
    --language uk --notice leaflet-3 --seen-alone yes --told-irreversible
may 61004 case show "$case"

say "a supervisor, by who holds the case"
may 61002 case never "$case" --staff 61004 --json
supervisor=$(jq -r .staff <<<"$out")
check "he is not told the account" is "$(jq -r .account <<<"$out")" null
as 61004 case show "$case"
check "it is not there" has "$err" "(E-CAS-20)"
may 61004 case list --json
check "nor in the list" is "$out" ""
as 61004 case never "$case"
check "nor is told who is" has "$err" "(E-CAS-20)"
may 61004 incident extent --since "$(date -u +%F)" --json
one=$(jq -r --arg case "$case" 'select(.case == $case) | "\(.withheld) \(.erased_since)"' <<<"$out")
check "the table of an incident calls it withheld from him, not erased" is "$one" "true false"
check "and says that there is one" is "$(jq -r 'select(.since) | .kept_cases' <<<"$out")" 1
may 61004 incident extent --since "$(date -u +%F)"
check "so to a person" has "$out" "1 cases that you are kept from"
may 61001 incident extent --since "$(date -u +%F)"
check "who may see it is told that nothing is missing" has_not "$out" "not shown"
as 61002 case never "$case" --staff 61001
check "one supervisor stays" has "$err" "(E-STF-13)"
as 61002 case never "$case" --lift
check "nobody is named" has "$err" "(E-USE-02)"
may 61001 case never "$case"
check "the other one reads it" has "$out" 61004
may 61004 audit list --log house --kind never --json
check "the log says that somebody is, not who" has_not "$(jq -r '.actor = "" | tostring' <<<"$out")" "$supervisor"
as 61001 case assign "$case" --to 61004
check "nor is it given to the supervisor" has "$err" "(E-STF-15)"
as 61002 case assign "$case" --to 61009
check "a caseworker is not told who is of the staff" has "$err" "(E-STF-15)"

say "an agency"
may 61002 case never "$case" --agency mission
as 61002 referral send --case "$case" --to mission --service SHELTER --urgency normal --partial
check "nothing leaves" has "$err" "(E-CON-27)"
may 61001 audit list --kind denied --json
check "the log says why" is "$(jq -r .reason <<<"$out")" never
stop ngo
start ngo
chmod 0666 "${home[ngo]}/run/control.sock"
chmod 0711 "${home[ngo]}/run"
as 61004 case show "$case"
check "it stays so" has "$err" "(E-CAS-20)"
may 61002 case never "$case" --agency mission --lift
may 61002 referral send --case "$case" --to mission --service SHELTER --urgency normal --partial
may 61002 case never "$case" --staff "$supervisor" --lift
may 61004 case show "$case"
may 61002 case never "$case"
check "nobody is kept from it any more" has "$err" "Nobody is kept from the case."

chmod 0700 "$dir" "${home[ngo]}"
stop ngo
start ngo
logs_verify ngo mission
end_scenario
