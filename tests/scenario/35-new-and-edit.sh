#!/bin/bash
# Goal: a case begins with one fact and no name, or with a file.
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
ask ngo case new --file "$dir/one.json"
check "who is here already is named" is "$rc" 65
check "by her case" has "$err" "seems to be here already: case $case"
ask_well ngo case new --file "$dir/one.json" --again
for wrong in "64 E-USE-02 case new" "64 E-USE-03 case new --file $dir/one.json --country PL" "64 E-USE-02 case new --file" \
    "65 E-CAS-02 case new --country XX" "64 E-USE-04 case new --language=" "65 E-CAS-02 case new --language ukr --adult-or-child 7" \
    "65 E-IMP-03 case new --file $cases/cases.json"; do
    read -r status code words <<<"$wrong"
    refused "$status" "$code" ngo $words
done
check "nothing else was added" is "$(ask_well ngo case list --json && lines_are "$out" 5 && echo yes)" yes
stop ngo
end_scenario
