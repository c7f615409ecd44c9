#!/bin/bash
# Goal: what nobody holds is seen by its desk, and what belongs to none by who is on duty.
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
tonight=$(date -ud '+8 hours' +%FT%TZ)
open_home
printf 'prs_FirstName,prs_SecondName\nNova,Person\n' >"$dir/one.csv"
chmod 0644 "$dir"/*.csv
for uid in 61002 61003; do
    may 61001 staff add "$uid" --role caseworker
done
may 61001 case import "$dir/one.csv" --json
case=$(jq -r 'select(.case) | .case' <<<"$out")

say "desks"
as 61002 desk set shelter
check "a supervisor makes one" has "$err" "(E-CTL-09)"
may 61001 desk set legal --json
check "it has its own cases" is "$(value "$out" visibility)" own-cases
may 61001 desk set shelter --visibility house
may 61001 desk member shelter 61002
check "it is said what was done" has "$out" " is at desk shelter"
may 61002 case list --json
check "nobody is on duty: each caseworker sees what nobody holds" has "$out" "$case"
may 61002 desk duty shelter --until "$tonight"
as 61003 case show "$case"
check "now who is on duty does, and nobody else" has "$err" "(E-CAS-20)"
may 61003 desk list
check "who that is all know" has "$out" 61002
may 61003 case list --json
check "nor is it in his list" has_not "$out" "$case"
as 61003 desk duty shelter --until "$tonight"
check "he is at no desk" has "$err" "(E-DSK-02)"
as 61003 desk duty shelter 61002 --end
check "and says nothing of others" has "$err" "(E-CTL-09)"

say "a case of a desk"
may 61001 desk member legal 61003
may 61002 case assign "$case" --desk legal
check "it is said" has "$out" "desk legal"
as 61002 case show "$case"
check "it is of the other desk" has "$err" "(E-CAS-20)"
crash ngo
start ngo
open_home
may 61003 case list --json
check "who is there sees it" is "$(value "$out" desk)" legal
as 61001 desk set legal --end
check "a desk of something is not ended" has "$err" "(E-DSK-05)"
as 61003 case assign "$case" --desk nowhere
check "there is no such desk" has "$err" "(E-DSK-01)"
as 61003 case assign "$case"
check "one of them is needed" has "$err" "(E-USE-02)"
may 61003 case assign "$case" --no-desk
may 61001 audit list --log house --kind desk --json
check "each step stands in the log" is "$(jq -r .step <<<"$out" | tr '\n' ' ')" "set set joined on-duty joined "
check "by ids" has_not "$out" shelter
may 61001 watch --once --since start --event desk --json
check "supervisors are told" has "$out" '"event":"desk"'

chmod 0700 "$dir" "${home[ngo]}"
stop ngo
start ngo
logs_verify ngo
end_scenario
