#!/bin/bash
# Goal: a node whose people are entered answers each of them by role, and whoever is not entered not at all; what they
# decide stands under ids of their own.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}
consent_for ngo "$of" triage mission --told-irreversible

say "who runs a node alone may do everything"
ask_well ngo case show "$of"
ask_well ngo staff list
check "nobody is entered" has "$err" "Nobody is entered"
ask ngo status
check "status says it in a note" has "$out" "no supervisor is entered"
refused 66 E-STF-11 ngo staff add no-such-account --role caseworker
refused 64 E-STF-04 ngo staff add 65534 --role caseworker
refused 64 E-STF-04 ngo staff add 61001 --role auditor
refused 64 E-STF-04 ngo staff add 61001 --role caseworker --until 2099-01-01
refused 64 E-USE-04 ngo staff add 61001 --role king
refused 64 E-USE-02 ngo staff add 61001
for name in '' '\n' 'Ada\033[2J\n' 'Ada\nBob\n' 'Ada\xff\n' "$(printf 'A%.0s' {1..121})"; do
    printf "$name" >"$dir/name"
    refused 64 E-USE-04 ngo staff add 61001 --role caseworker --name-file "$dir/name"
done

say "the first supervisor leaves the machine to who runs it"
at_terminal() { run "$here/terminal.py" "$1" refex --home "${home[ngo]}" "${@:2}"; }
at_terminal n staff add 61001 --role supervisor
check "at a terminal it is asked before" has "$out" "This is the first supervisor."
check "a no changes nothing" is "$rc" 1
ask_well ngo case list
at_terminal n staff add 61008 --role caseworker
check "nothing is asked of another role" is "$rc" 0
at_terminal n staff role 61008 --give supervisor
check "nor is one given by a no" is "$rc" 1
at_terminal y staff role 61008 --take all
check "what is taken is taken" has "$out" "has left"
ask_well ngo staff add 61001 --role supervisor
check "it is said" has "$out" "run this node and open no case"
crash ngo
start ngo
refused 77 E-CTL-09 ngo case list
refused 77 E-CTL-09 ngo case show "$of"
refused 77 E-CTL-09 ngo consent list
refused 77 E-CTL-09 ngo referral list
refused 77 E-CTL-09 ngo staff list
refused 77 E-CTL-09 ngo staff add 61002 --role caseworker
ask_well ngo agency list
ask ngo status
check "how the node does he sees" is_not "$rc" 77
check "and no note any more" has_not "$out" "no supervisor is entered"
ask_well ngo audit list --log house
check "the log says that roles were given" has "$out" "roles supervisor"

if [ "$(id -u)" != 0 ] || ! setpriv --reuid 61001 --clear-groups test -x "$(command -v refex)"; then
    say "not root, or its programs are not for all: other users were not looked at"
    stop ngo mission
    end_scenario
    exit
fi

open_socket() { # what the agency's group does
    local socket

    for socket in "${home[ngo]}"/control.sock "${home[ngo]}"/run/control.sock; do
        [ ! -S "$socket" ] || chmod 0666 "$socket"
    done
    chmod 0711 "$dir" "${home[ngo]}"
    [ ! -d "${home[ngo]}/run" ] || chmod 0711 "${home[ngo]}/run"
}
may_not() { # CODE UID NOUN VERB …
    local code=$1

    shift
    as "$@"
    [ "$rc" -eq 77 ] || fail "exit $rc, not 77: $* -- $err"
    check "by its code: ${*:2}" has "$err" "($code)"
}

say "a supervisor enters others"
open_socket
printf 'Bohdana Caseworker\n' >"$dir/name" && chmod 0644 "$dir/name"
may 61001 staff add 61002 --role caseworker --name-file "$dir/name"
may 61001 staff add 61003 --role operator
may 61001 staff add 61004 --role auditor --until "$(date -ud '+90 days' +%F)"
may 61001 staff add 61005 --role connector
may 61001 staff list --json
check "she sees the name" has "$out" "Bohdana Caseworker"
bohdana=$(grep Bohdana <<<"$out" | jq -r .staff)
ada=$(jq -r 'select(.account == "61001") | .staff' <<<"$out")
may 61001 case show "$of"
as 61005 case show "${of:0:12}"
check "what was named is said, and no inner question" has "$err" "${of:0:12} was to be looked up"

say "each may what is his"
may 61002 case show "$of"
may 61002 referral send --case "$of" --to mission --service SHELTER --urgency normal --partial
referral=$(grep -o '[0-9a-f]\{32\}' <<<"$out" | head -1)
until_true 10 "it arrives" state_is mission "$referral" delivered
may_not E-CTL-09 61002 staff list
may_not E-CTL-09 61002 staff add 61009 --role supervisor
may_not E-CTL-09 61002 node stop
may_not E-CTL-09 61002 doctor
may_not E-CTL-09 61002 pause --end
may_not E-CTL-09 61002 incident extent --since 2026-01-01
may_not E-CTL-09 61003 incident extent --since 2026-01-01
may_not E-CTL-09 61002 agency stops
may_not E-CTL-09 61003 agency stops --seen mission
may 61001 agency stops
may_not E-CTL-09 61002 audit list
may 61003 agency list
may 61003 audit list
as 61003 doctor --json
check "an operator asks the doctor" has "$out" '"check":"operators","level":"warn"'
may_not E-CTL-09 61003 case show "$of"
may_not E-CTL-09 61003 referral show "$referral" --data
may_not E-CTL-09 61003 consent show "$consent"
may 61004 audit list --log house
may_not E-CTL-09 61004 case list
may_not E-CTL-09 61004 node clock
may_not E-CTL-09 61004 node renew
may_not E-CTL-09 61004 node rekey
may_not E-CTL-09 61004 config show
may 61005 case list
may_not E-CTL-09 61005 case show "$of"
may_not E-CTL-09 61005 consent record --case "$of" --section none --to mission --purpose services --given-by self \
    --language uk --notice leaflet-3 --seen-alone yes
may_not E-CTL-03 61009 status
may_not E-CTL-03 61009 case list

say "of what happens each is told what is his"
may 61002 watch --once --since start
check "she is told of her referral" has "$out" "referral  stored  mission@nrm.example  referral $referral"
check "and of no colleague" has_not "$out" " staff "
may 61001 watch --once --since start
check "a supervisor is" has "$out" "staff $bohdana  caseworker"
check "by no name" has_not "$out" Bohdana
may 61005 watch --once --json
may_not E-CTL-09 61003 watch --once
may_not E-CTL-09 61004 watch --once

say "the log knows who it was, and no name"
may 61001 audit list --log house --kind staff --json
check "each role that was given is a record" is "$(wc -l <<<"$out")" 7
check "given by her" is "$(jq -r 'select(.staff == "'"$bohdana"'") | .actor' <<<"$out")" "$ada"
may 61001 audit list --log house
check "without her name" has_not "$out" Bohdana

may 61001 audit list --log house --kind not_allowed --json
check "what a role did not include is recorded" has "$out" '"verb":"case show"'
check "of whom" is "$(jq -r 'select(.actor == "'"$bohdana"'") | .verb' <<<"$out" | sort -u | tr '\n' ,)" \
    "agency stops,audit list,doctor,node stop,pause,staff add,staff list,"
check "of who runs the machine, too" is_not "$(jq -r 'select(.beside.user == 0) | .verb' <<<"$out" | grep -c 'case show')" 0

may 61001 audit list --log house --kind opened --json
check "who opened a case is known" is \
    "$(jq -r 'select(.what == "case" and .actor == "'"$bohdana"'") | .object' <<<"$out" | sort -u)" "$of"

say "roles are taken, and count from the next request on"
setpriv --reuid 61005 --regid 61005 --clear-groups env HOME=/ PATH="$PATH" refex --home "${home[ngo]}" watch \
    >"$dir/watched" 2>"$dir/watched.said" &
helpers+=($!)
until_true 10 "he watches" test -s "$dir/watched"
may 61001 staff role 61005 --take all
check "what becomes of his cases is said" has "$out" "refex staff hand-over "
check "he has left" has "$out" "61005 has left"
wait "${helpers[-1]}"
check "who watches is not told any more" is "$?" 77
check "by its code" file_has "$dir/watched.said" E-CTL-03
may_not E-CTL-03 61005 case list
may 61001 staff role 61003 --give caseworker
may 61003 case show "$of"
may 61001 staff role 61003 --take caseworker
may_not E-CTL-09 61003 case show "$of"
may_not E-STF-03 61001 staff role 61001 --take supervisor
as 61001 staff role 61005 --give caseworker
check "who left is nobody" is "$rc" 66
check "by name" has "$err" "(E-STF-01)"
may_not E-CTL-09 61002 staff role 61002 --give supervisor
may 61001 staff list
check "he is in the list" has "$out" "left"

say "who was entered a moment before the end is entered"
may 61001 staff add 61006 --role caseworker
crash ngo
start ngo
open_socket
may 61006 case list
may_not E-CTL-03 61009 case list
chmod 0700 "$dir" "${home[ngo]}"
stop ngo
start ngo
logs_verify ngo mission
end_scenario
