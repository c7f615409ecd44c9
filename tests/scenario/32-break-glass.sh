#!/bin/bash
# Goal: in an emergency a caseworker reads what a colleague holds, and nothing else; all who should know do, and somebody
# else reviews the reason, which stands in no log.
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
printf 'Her holder is ill and Zdenka-Canary waits at the station.\n' >"$dir/reason"
printf 'urgent\n' >"$dir/short"
printf 'I phoned the station.\n' >"$dir/note"
chmod 0644 "$dir"/*.csv "$dir/reason" "$dir/short" "$dir/note"
may 61001 staff add 61002 --role caseworker
may 61001 staff add 61003 --role caseworker
may 61002 case import "$dir/one.csv" --json
case=$(jq -r 'select(.case) | .case' <<<"$out")
label=$(jq -r 'select(.case) | .label // empty' <<<"$out")

say "she reads it, by a reason"
as 61003 case show "$case"
check "it is not there" has "$err" "(E-CAS-20)"
as 61003 case break-glass "$case" --reason-file "$dir/short"
check "one word is none" has "$err" "(E-STF-17)"
as 61003 case break-glass "${case:0:12}" --reason-file "$dir/reason"
check "nor is a beginning of its id completed" has "$err" "(E-USE-04)"
as 61003 case break-glass "$case"
check "a program is not asked" has "$err" "(E-USE-02)"
may 61003 case break-glass "${label:-$case}" --reason-file "$dir/reason" --json
access=$(jq -r .access <<<"$out")
as_said '`refex case break-glass`'
may 61003 case show "$case"
check "there it is" has "$out" Nova
may 61003 case show "${case:0:12}"
as 61003 case assign "$case" --to me
check "but it is not hers" has "$err" "(E-CTL-09)"
check "and she reads why" has "$err" " by break-glass, and change nothing of it"
may 61003 case list --json
check "nor in her list" has_not "$out" "$case"
crash ngo
start ngo
open_home
may 61003 case show "$case"

say "those who should know do"
may 61001 status
check "the supervisor" has "$out" "wait for a review"
may 61002 status
check "who holds it" has "$out" "wait for a review"
may 61001 watch --once --since start --json
check "as it happened" has "$out" '"event":"break-glass"'
check "and who" lines_are "$(jq -r 'select(.event == "break-glass") | .staff // empty' <<<"$out")" 1
may 61001 staff accesses --json
as_said '`refex staff accesses`'
check "with the reason" is "$(jq -r .access <<<"$out")" "$access"
check "in words" has "$(jq -r .reason <<<"$out")" Zdenka-Canary
may 61001 audit list --log house --json
check "which is in no log" has_not "$out" Zdenka-Canary
check "nor in the database" lines_are "$(grep -l Zdenka-Canary "${home[ngo]}"/* 2>/dev/null)" 0

say "it is reviewed by somebody else"
as 61003 staff review "$access" --proper
check "not by her" has "$err" "(E-CTL-09)"
as 61001 staff review "$access"
check "one says whether" has "$err" "(E-USE-02)"
as 61001 staff review ffffffff --proper
check "none begins so" has "$err" "(E-USE-05)"
may 61001 staff review "${access:0:8}" --not-proper --note-file "$dir/note" --json
as_said '`refex staff review`'
as 61001 staff review "${access:0:8}" --proper
check "once" has "$err" "(E-STF-19)"
may 61001 staff accesses
check "nothing waits any more" has "$err" "Nothing waits for a review."
may 61001 staff accesses --all --json
check "the note is there" is "$(jq -r '.review + ": " + .note' <<<"$out")" "not-proper: I phoned the station."

chmod 0700 "$dir" "${home[ngo]}"
stop ngo
start ngo
logs_verify ngo
end_scenario
