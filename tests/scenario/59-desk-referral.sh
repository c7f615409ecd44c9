#!/bin/bash
# Goal: a referral to a desk that the other agency names comes to it; a desk that is not there is refused with those
# that are, and what names an agency alone takes no desk.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}
consent_for ngo "$of" triage mission --told-irreversible
send=(referral send --case "$of" --service LEGAL_ADVICE --urgency normal --partial)

say "which desks there are the other agency says"
refused 66 E-DSK-06 ngo "${send[@]}" --to legal.mission
refer ngo "$of" mission
until_true 30 "both are linked" state_is mission "$referral" delivered
printf '%s\n' '[agency]' 'phone = +48 22 123 45 67' '[desks]' 'legal = LEGAL_ADVICE' 'night = SHELTER' >"$dir/mission.entry"
ask_well mission entry set "$dir/mission.entry"
ask_well mission desk set legal
lists_desk() { ask ngo agency list && [[ $out == *"legal,night"* ]]; }
until_true 20 "the list of agencies has them" lists_desk
said ngo agency list
check "for programs, too" has "$out" '"desks":[{"desk":"legal","services":["LEGAL_ADVICE"]}'
refused 66 E-DSK-06 ngo "${send[@]}" --to asylum.mission
check "those that are there are named" has "$err" "legal, night"
refused 64 E-USE-04 ngo "${send[@]}" --to Legal.mission
refused 64 E-USE-04 ngo consent record --case "$of" --section triage --to legal.mission --purpose services \
    --given-by self --language uk --notice leaflet-3 --seen-alone yes
check "consent is to the agency" has "$err" "here the agency is named: mission"

printf '%s\n' 'service: legal advice' 'urgency: normal' 'to: legal.mission' >"$dir/answers"
ask ngo refer "$of" --answers-file "$dir/answers"
check "a file of answers names one, too" is "$rc" 1
said ngo draft list
draft=$(value "$out" draft)
ask_well ngo draft show "$draft"
check "and it is kept" has "$out" "legal.mission@nrm.example"
ask_well ngo draft drop "$draft"

say "it comes to that desk"
ask_well ngo "${send[@]}" --to legal.mission --dry-run
check "a dry run says so" has "$out" "legal.mission@nrm.example"
said ngo "${send[@]}" --to legal.mission
sent=$(value "$out" referral)
until_true 20 "it arrives" state_is mission "$sent" delivered
said mission referral list --desk legal
check "the desk's list has it" has "$out" "$sent"
check "and nothing else" lines_are "$out" 1
said mission work --desk legal
check "so has its work" has "$out" "$sent"
refused 66 E-DSK-01 mission referral list --desk night
ask_well mission referral show "$sent"
check "it says where it is" has "$out" "desk      legal"
ask_well ngo referral show "$sent"
check "and here for which it is" has "$out" "legal, of mission@nrm.example"

say "what is no desk there comes to who is on duty"
said ngo "${send[@]}" --to night.mission@nrm.example
sent=$(value "$out" referral)
until_true 20 "it arrives" state_is mission "$sent" delivered
ask_well mission referral show "$sent"
check "and it says so" has "$out" "they sent it for night, which is no desk here: whoever is on duty sees it"
check "no log of a program names a desk" eval "! grep -qwE 'legal|night' '$dir'/*.log"
for log in exchange house; do
    said mission audit list --log $log
    check "nor does the $log log" eval "! grep -qwE 'legal|night' <<<\"\$out\""
done

stop ngo mission
logs_verify ngo
logs_verify mission
end_scenario
