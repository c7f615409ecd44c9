#!/bin/bash
# Goal: whoever is on duty in a house reads the safety page of who stays there, and nothing else of her.
. "$(dirname "$0")/lib.sh"

start_federation home:Shelter
start home
home[ngo]=${home[home]} # whom `may` and `as` ask
ask_well home staff add 61001 --role supervisor
if [ "$(id -u)" != 0 ] || ! setpriv --reuid 61001 --clear-groups test -x "$(command -v refex)"; then
    say "not root, or its programs are not for all: other users were not looked at"
    stop home
    end_scenario
    exit
fi
chmod 0666 "${home[home]}/run/control.sock"
chmod 0711 "$dir" "${home[home]}" "${home[home]}/run"
cat >"$dir/one.json" <<'CASE'
{"prs_FirstName": "Nova", "ext_HealthNeeds": "a dentist", "ext_Allergies": "penicillin", "ext_DangerNow": true,
 "ext_MustNotComeIn": "a tall man\nwho says that he is her uncle", "ext_WhomToCall": "the doctor, then the police",
 "prs_MobilePhone": "+48000000877", "ext_SafeToCall": true, "ext_CodeWord": "blue kettle", "ext_ChildrenAccompanied": 2,
 "cco_CaseComment": "what she told"}
CASE
chmod 0644 "$dir"/*.json
for uid in 61002 61003 61004; do
    may 61001 staff add "$uid" --role caseworker
done
may 61001 desk set night --json
check "a desk of a shelter is a house" is "$(value "$out" visibility)" house
for uid in 61002 61003; do
    may 61001 desk member night "$uid"
done
may 61002 case import "$dir/one.json" --json
case=$(jq -r 'select(.case) | .case' <<<"$out")
label=$(jq -r 'select(.case) | .label' <<<"$out")
may 61002 case list --json
check "what somebody of the house brings in belongs to it" is "$(value "$out" desk)" night

as 61003 house show "$label"
check "who is not on duty knows of nobody" has "$err" "(E-USE-05)"
as 61003 house show "$case"
check "and reads nothing" has "$err" "(E-CAS-20)"
may 61003 desk duty night --until "$(date -ud '+8 hours' +%FT%TZ)"
may 61003 house list
check "now he knows who stays there" has "$out" "$label"
may 61003 house show "$label"
for word in "her uncle" "then the police" penicillin "blue kettle" "+48000000877"; do
    check "the page has: $word" has "$out" "$word"
done
for word in Nova dentist "what she told"; do
    check "and not: $word" has_not "$out" "$word"
done
may 61003 house show "${case:0:10}" --json
check "a program reads the same" is "$(jq -r .sections.triage.ext_ChildrenAccompanied <<<"$out")" 2
check "and no more" has_not "$out" Nova
as 61003 case show "$case"
check "the case is not there" has "$err" "(E-CAS-20)"
as 61004 house show "$case"
check "nor the page to who is elsewhere" has "$err" "(E-CAS-20)"
may 61001 audit list --log house --kind opened --json
check "that he read it stands in the log" is "$(jq -r 'select(.what == "safety-page") | .object' <<<"$out" | sort -u)" "$case"
may 61002 case never "$case" --staff 61003
as 61003 house show "$case"
check "who is kept from her case reads no page" has "$err" "(E-CAS-20)"
may 61003 house list --json
check "nor that she is there" has_not "$out" "$case"

chmod 0700 "$dir" "${home[home]}"
stop home
start home
logs_verify home
end_scenario
