#!/bin/bash
# Goal: a case begins with one fact and no name, or with a file; what was wrong is mended, and how it was stays; two who
# change one thing see both.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo

say "a case begins"
ask_well ngo case new --language ukr,rus --adult-or-child adult --interpreter yes
check "people read its label" has "$out" " begun: "
label=$(awk 'NR == 1 { print $2 }' <<<"$out")
said ngo case show "$label"
check "with what was typed" is "$(jq -c .sections <<<"$out")" \
    '{"triage":{"ext_AdultOrChild":"Adult","ext_TriageLanguages":["rus","ukr"],"ext_InterpreterNeeded":true}}'
said ngo case new --service SHELTER
said ngo case show "$(value "$out" label)"
check "one service is enough" is "$(jq -c .sections <<<"$out")" '{"plan":{"ext_ServicesWanted":["SHELTER"]}}'
said ngo case new --country PL --request-id one
first=$(value "$out" label)
said ngo case new --country PL --request-id one
check "the same request id is the same case" is "$(value "$out" label)" "$first"
said ngo case new --country PL
check "another may be like it" is_not "$(value "$out" label)" "$first"
printf '{"prs_FirstName":"Nova","prs_SecondName":"Person","prs_Birthdate":"1990-01-02","prs_MobilePhone":"+48500417733"}' \
    >"$dir/one.json"
said ngo case new --file "$dir/one.json"
case=$(value "$out" case)
named=$(value "$out" label)
ask ngo case new --file "$dir/one.json"
check "who is here already is named" is "$rc" 65
check "by her case" has "$err" "seems to be here already: case $named"
ask_well ngo case new --file "$dir/one.json" --again
for wrong in "64 E-USE-02 case new" "64 E-USE-03 case new --file $dir/one.json --country PL" "64 E-USE-02 case new --file" \
    "65 E-CAS-02 case new --country XX" "64 E-USE-04 case new --language=" "65 E-CAS-02 case new --language ukr --adult-or-child 7" \
    "65 E-IMP-03 case new --file $cases/cases.json"; do
    read -r status code words <<<"$wrong"
    refused "$status" "$code" ngo $words
done
check "nothing else was added" is "$(ask_well ngo case list --json && lines_are "$out" 6 && echo yes)" yes

say "what was wrong is mended, and how it was stays"
printf '{"prs_Birthdate":"2001-03-04","prs_MobilePhone":"+48500417744","ext_SafeToCall":true}' >"$dir/change.json"
said ngo case edit "$case" --file "$dir/change.json"
check "it is the second version" is "$(jq -c '[.version, .changed, .not_confirmed]' <<<"$out")" \
    '[2,["triage","identity","contact"],["contact"]]'
said ngo case show "$case"
check "which is shown" is "$(value "$out" version)" 2
check "as it is now" is "$(jq -r '.sections.identity.prs_Birthdate' <<<"$out")" 2001-03-04
check "what followed from it follows" is "$(jq -r '.sections.triage.ext_AgeBand' <<<"$out")" From24To26
check "her phone is not confirmed" is "$(jq -c '.sections.contact.ext_ContactConfirmed' <<<"$out")" false
said ngo case edit "$case" --file "$dir/change.json"
check "said again it changes nothing" is "$(jq -c '[.version, .changed]' <<<"$out")" '[2,[]]'
printf '{"ext_SafeHours":"mornings","prs_SecondName":null}' >"$dir/hours.json"
said ngo case edit "$case" --file "$dir/hours.json" --told-by herself --seen-alone yes
check "what she says alone is confirmed" is "$(jq -c '[.version, .not_confirmed]' <<<"$out")" '[3,[]]'
ask_well ngo case show "$case" --json
check "and marked so" is "$(jq -c '.sections.contact.ext_ContactConfirmed' <<<"$out")" true
check "null takes a field away" is "$(jq -c '.sections.identity.prs_SecondName' <<<"$out")" null
said ngo case history "$case"
check "two changes" lines_are "$out" 2
check "how it was" is "$(head -1 <<<"$out" | jq -r '.sections.identity.prs_Birthdate')" 1990-01-02
check "who told it" is "$(tail -1 <<<"$out" | jq -c '[.told_by, .seen_alone]')" '["herself",true]'
ask_well ngo case history "$label"
check "of another case nothing was changed" is "$out" "Nothing of the case was changed yet."

say "what became of her"
printf '{"vic_TraffickingStatus":"NotAVictimOfTrafficking"}' >"$dir/not.json"
printf '{"ext_ToldElsewhere":"2020-01-02","ext_ToldOf":"asylum advice"}' >"$dir/told.json"
refused 65 E-CAS-34 ngo case edit "$first" --file "$dir/not.json"
check "it says what comes first" has "$err" "ext_ToldElsewhere"
said ngo case edit "$first" --file "$dir/told.json"
said ngo case edit "$first" --file "$dir/not.json"
check "then it stands" is "$(jq -c .changed <<<"$out")" '["status"]'
ask_well ngo consent record --case "$first" --section status --to mission --purpose services --given-by self \
    --language uk --notice leaflet-3 --seen-alone yes --confirm
said ngo referral send --case "$first" --to mission --service LEGAL_ADVICE --urgency normal --dry-run
check "a grant of status does not say it" is "$(jq -c '[.held_back[] | select(.section == "status") | .why]' <<<"$out")" \
    '["outcome"]'
ask_well ngo consent record --case "$first" --section status,not-trafficked --to mission --purpose services \
    --given-by self --language uk --notice leaflet-3 --seen-alone yes --confirm
said ngo referral send --case "$first" --to mission --service LEGAL_ADVICE --urgency normal --dry-run
check "one that she gave to that does" is "$(jq -c '[.held_back[].section]' <<<"$out")" '["triage"]'

say "two change one thing"
printf '{"prs_FirstName":"Nowa"}' >"$dir/name.json"
printf '{"ext_Medication":"insulin"}' >"$dir/health.json"
said ngo case edit "$case" --file "$dir/health.json" --from 2
check "what nobody else touched is taken" is "$(jq -c '[.version, .changed]' <<<"$out")" '[4,["health"]]'
ask ngo case edit "$case" --file "$dir/name.json" --from 2
check "what somebody else changed is not overwritten" is "$rc" 65
check "by its code" has "$err" "(E-CAS-23)"
check "as it is now" has "$out" "prs_FirstName  Nova"
check "as it was to be" has "$out" "prs_FirstName  Nowa"
said ngo case edit "$case" --file "$dir/name.json" --from 4
check "then it is" is "$(value "$out" version)" 5
refused 65 E-CAS-24 ngo case edit "$case" --file "$dir/name.json" --from 9
printf '{"ext_Medication":null}' >"$dir/none.json"
said ngo case edit "$case" --file "$dir/none.json"
ask_well ngo case show "$case" --json
check "a section without a fact is gone" is "$(jq -c .sections.health <<<"$out")" null
printf '[{"prs_FirstName":"A"},{"prs_FirstName":"B"}]' >"$dir/two.json"
refused 65 E-IMP-03 ngo case edit "$case" --file "$dir/two.json"
printf '{"ext_AgeBand":null,"ext_AdultOrChild":null,"ext_TriageLanguages":null,"ext_InterpreterNeeded":null}' >"$dir/none.json"
refused 65 E-CAS-22 ngo case edit "$label" --file "$dir/none.json"
printf '{"prs_FirstName":"Nova","prs_SecondName":"Person","prs_Birthdate":"1990-01-02"}' >"$dir/none.json"
said ngo case edit "$label" --file "$dir/none.json"
check "who seems to be another is named" is_not "$(jq -r .alike <<<"$out")" null

say "what she confirms is confirmed, though nothing else changes"
printf '{"prs_MobilePhone":"+48500417745"}' >"$dir/phone.json"
ask_well ngo case edit "$case" --file "$dir/phone.json"
check "it is said what to do" has "$out" "then the same again with --told-by herself --seen-alone yes"
said ngo case edit "$case" --file "$dir/phone.json" --told-by herself --seen-alone yes
check "that is a change" is "$(jq -c '[.version, .changed, .not_confirmed]' <<<"$out")" '[8,["contact"],[]]'
ask_well ngo case show "$case" --json
check "and is marked" is "$(jq -c '.sections.contact.ext_ContactConfirmed' <<<"$out")" true
said ngo case edit "$case" --file "$dir/phone.json" --told-by herself --seen-alone yes
check "once" is "$(jq -c '[.version, .changed]' <<<"$out")" '[8,[]]'

say "a change is there after a crash"
crash ngo
start ngo
ask_well ngo case show "$case" --json
check "the newest version" is "$(value "$out" version)" 8
stop ngo
end_scenario
