#!/bin/bash
# Goal: one page says what is to be done, by whom and by when, at both agencies, and ends with 1 where something is overdue.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}
group() { jq -r 'select(.group == "'"$1"'") | '"$2" <<<"$out"; }

say "nothing is to be done"
ask_well ngo work
check "it says so" has "$err" "Nothing is to be done"

say "what was sent waits for others, and is new there"
consent_for ngo "$of" triage mission --told-irreversible
ask_well ngo consent list --json
consent=$(value "$out" consent)
refer ngo "$of" mission
until_true 10 "it arrives" state_is mission "$referral" delivered
ask_well ngo work --json
check "here it waits" is "$(group waiting .referral)" "$referral"
check "for whom" is "$(group waiting .agency)" mission@nrm.example
check "nothing is late" is "$(group waiting .overdue)" false
check "where it stands, in a word" is "$(group waiting .word)" at-their-computer
check "and what they do next" is "$(group waiting .next)" "open it and answer"
ask_well mission work --json
check "there it is new" is "$(group new .referral)" "$referral"
said mission referral list
code=$(value "$out" code_name)
ask_well mission work
check "for people" has "$out" "New for my team"
check "what is to be done" has "$out" "open it and answer: ngo@nrm.example"
check "which, by the name that people say" has "$out" "$code"
check "and not by its id" has_not "$out" "$referral"
ask_well mission referral accept "$referral"
ask_well mission work --json
check "what is accepted goes on" is "$(group to-do .next)" "say when she is expected, or how far the service is"
until_true 10 "the answer comes" state_is ngo "$referral" accepted
ask_well ngo work --json
check "and is waited for here" is "$(group waiting .state)" accepted
ask_well mission referral finish "$referral" --outcome given
ask_well mission work --json
check "what is finished is no work" is "$out" ""
until_true 10 "which they say" state_is ngo "$referral" finished
ask_well ngo work --json
check "nor here" is "$(group waiting .referral)" ""

say "a consent that ends soon is to be asked for again"
soon=$(date -u -d '+5 days' +%F)
ask_well ngo consent record --case "$of" --section triage --to mission --purpose protection --given-by self --language uk \
    --notice leaflet-3 --seen-alone yes --told-irreversible --until "$soon" --json
ending=$(value "$out" consent)
ask_well ngo work --json
check "not while a later one stands" is "$(group to-do .consent)" ""
ask_well ngo consent withdraw "$consent" --confirm
ask_well ngo work --json
check "that is the one" is "$(group to-do .consent)" "$ending"
check "by its last moment" is "$(group to-do .by)" "${soon}T23:59:59.000Z"
ask_well ngo work
check "for people" has "$out" "ask her again: her consent for mission@nrm.example ends"

say "an emergency that does not arrive is overdue"
stop mission
run "$here/terminal.py" y refex --home "${home[ngo]}" referral send --case "$of" --to mission --service SHELTER \
    --urgency emergency --partial
ask ngo work
check "not yet" is "$rc" 0
stop ngo
refused 69 E-NOD-05 ngo work
end_scenario
