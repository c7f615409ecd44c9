#!/bin/bash
# Goal: a mother's case and her child's are shown, found and named together; who does not see one of them reads that
# others hold it, and who is kept from it nothing.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
import_cases ngo "$cases/cases.csv"
mother=${out%%$'\n'*}
child=$(sed -n 2p <<<"$out")
consent_for ngo "$mother" triage mission --told-irreversible

said ngo case link "$mother" --with "$child" --as child
check "it is said" is "$(jq -c '[.case, .relation, .held_by_others]' <<<"$out")" "[\"$child\",\"child\",false]"
label=$(value "$out" label)
said ngo case link "$child"
check "from the other side, too" is "$(jq -c '[.case, .relation]' <<<"$out")" "[\"$mother\",\"parent\"]"
said ngo case show "$mother"
check "it stands beside her case" is "$(jq -r '.linked[].label' <<<"$out")" "$label"
ask_well ngo case show "$mother"
check "people read it" has "$out" "linked child $label"
said ngo referral send --case "$mother" --to mission --service SHELTER --urgency normal --partial --dry-run
check "a referral says who is not in it" is "$(jq -r '.not_in_this_referral[].case' <<<"$out")" "$child"
ask_well ngo referral send --case "$mother" --to mission --service SHELTER --urgency normal --partial
check "people read that, too" has "$out" "not in this referral child $label"
crash ngo
start ngo
printf 'prs_FirstName,prs_SecondName\nZorislava,Person\n' >"$dir/one.csv"
import_cases ngo "$dir/one.csv"
ask_well ngo case link "$out" --with "$child" --as sibling
until_true 10 "she is found" eval '[ "$(refex case find --home "${home[ngo]}" --json <<<zorislava 2>/dev/null |
    jq -r ".linked[].label")" = "$label" ]'
ask_well ngo case link "$mother" --with "$child" --as sibling
said ngo case link "$child"
check "what was said last stands" has "$out" '"relation":"sibling"'
ask_well ngo case link "$mother" --with "$child" --lift
check "they are linked no more" has "$err" "No case is linked with it."
ask_well ngo case link "$mother" --with "$child" --as child
for wrong in "64 E-USE-02 case link $mother --with $child" "64 E-USE-02 case link $mother --as child" \
    "64 E-USE-03 case link $mother --with $child --as aunt" "64 E-USE-03 case link $mother --with $mother --as child" \
    "64 E-USE-03 case link $mother --with $child --as child --lift" \
    "66 E-CAS-20 case link $mother --with 0123456789abcdef0123456789abcdef --as child"; do
    read -r status code words <<<"$wrong"
    refused "$status" "$code" ngo $words
done

if [ "$(id -u)" = 0 ] && setpriv --reuid 61001 --clear-groups test -x "$(command -v refex)"; then
    say "a colleague holds the child's case"
    ask_well ngo staff add 61001 --role supervisor
    chmod 0666 "${home[ngo]}/run/control.sock"
    chmod 0711 "$dir" "${home[ngo]}" "${home[ngo]}/run"
    may 61001 staff add 61002 --role caseworker
    may 61001 staff add 61003 --role caseworker
    may 61001 case assign "$mother" --to 61002
    may 61001 case assign "$child" --to 61003
    may 61002 case show "$mother"
    check "he reads that others hold one" has "$out" "linked 1 held by others"
    check "and not which" has_not "$out" "$label"
    as 61002 case link "$mother" --with "$child" --lift
    check "it is not there for him" has "$err" "(E-CAS-20)"
    may 61001 case never "$child" --staff 61002
    may 61002 case show "$mother"
    check "who is kept from it reads nothing" has_not "$out" linked
    chmod 0700 "$dir" "${home[ngo]}"
fi
stop ngo
start ngo
logs_verify ngo mission
end_scenario
