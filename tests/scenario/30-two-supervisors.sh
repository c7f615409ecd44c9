#!/bin/bash
# Goal: where there are two supervisors nobody gets a role by one of them alone, who leaves is out at once, and each of
# them reads what the other did.
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
may_not() { # EXIT CODE UID NOUN VERB …
    local status=$1 code=$2

    shift 2
    as "$@"
    check "refused: ${*:2}" is "$rc" "$status"
    check "by its code: ${*:2}" has "$err" "($code)"
}

open_home
may 61001 staff add 61003 --role caseworker
may 61001 staff add 61002 --role supervisor
may 61002 status
check "what was before her is not new to her" has_not "$out" "others changed who is of the staff"
printf 'Cat C.\n' >"$dir/cat.name"
chmod 0644 "$dir/cat.name"
may 61001 staff role 61003 --name-file "$dir/cat.name"
may 61002 status
check "she is told of what the other does" has "$out" "others changed who is of the staff"
may 61002 staff list
check "what is new is marked" has "$out" changed
may 61002 status
check "and then no more" has_not "$out" "others changed"

say "one proposes"
may 61001 staff add 61004 --role caseworker
check "it is said that it waits" has "$out" "second supervisor"
check "and not that she left" has_not "$out" "has left"
may_not 77 E-CTL-03 61004 case list
may_not 77 E-STF-10 61001 staff confirm 61004
may_not 66 E-STF-09 61002 staff confirm 61003
may_not 65 E-STF-08 61002 staff add 61004 --role caseworker,operator
may 61001 staff add 61004 --role caseworker
may_not 77 E-CTL-03 61004 case list
may 61002 status
check "the other reads that something waits" has "$out" "wait for a second supervisor"
may 61002 staff list --json
check "for whom" is "$(jq -r 'select(.proposed_by) | .account + (.proposed_give | join(","))' <<<"$out")" 61004caseworker
may 61002 watch --once --since start --json
check "it was told as it happened" has "$out" '"event":"staff-proposed"'
crash ngo
start ngo
open_home

say "another agrees"
at_terminal() {
    run "$here/terminal.py" "$1" setpriv --reuid 61002 --regid 61002 --clear-groups env HOME=/ PATH="$PATH" \
        refex --home "${home[ngo]}" "${@:2}"
}
at_terminal n staff confirm 61004
check "she is shown what it is" has "$out" "give caseworker"
may_not 77 E-CTL-03 61004 case list
at_terminal y staff confirm 61004
check "a yes agrees" has "$out" "61004: caseworker."
may 61004 case list
may 61001 audit list --log house --kind staff_proposed --json
check "the log has who proposed" is "$(jq -r .actor <<<"$out" | sort -u | wc -l)" 1
proposer=$(jq -r .actor <<<"$out" | head -1)
may 61001 audit list --log house --kind staff --json
check "and who agreed" is_not "$(jq -r .actor <<<"$out" | tail -1)" "$proposer"

say "who leaves is out at once, and nobody throws out a supervisor alone"
may 61002 staff role 61004 --give operator
may 61001 staff role 61004 --take all
may_not 77 E-CTL-03 61004 case list
may_not 66 E-STF-09 61001 staff confirm 61004
may 61001 staff role 61002 --take supervisor
may 61002 staff list
may 61002 staff confirm 61002 --refuse
check "it is refused" has "$out" "61002: supervisor."
may_not 66 E-STF-09 61002 staff confirm 61002
chmod 0700 "$dir" "${home[ngo]}"
stop ngo
start ngo
logs_verify ngo
end_scenario
