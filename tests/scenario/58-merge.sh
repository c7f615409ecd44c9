#!/bin/bash
# Goal: two cases of one person become one, what came so leaves only under a consent recorded anew, and a merge is taken
# back; what was written into the wrong case is moved.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
printf 'prs_FirstName,prs_Birthdate\nZorislava,\nOlena,1999-05-01\n' >"$dir/two.csv"
import_cases ngo "$dir/two.csv"
stays=${out%%$'\n'*}
twice=$(sed -n 2p <<<"$out")
consent_for ngo "$stays" triage,identity mission --told-irreversible
printf 'She called.\n' >"$dir/note"
ask_well ngo case note "$twice" --file "$dir/note"

said ngo case merge "$twice" --into "$stays" --dry-run
check "what would come" is "$(jq -c '[.fields, .differing, .dry_run]' <<<"$out")" \
    '[["ext_AgeBand","ext_AdultOrChild","prs_Birthdate"],["prs_FirstName"],true]'
ask_well ngo case merge "$twice" --into "$stays" --dry-run
check "people read what would come" has "$out" "came ext_AgeBand, ext_AdultOrChild, prs_Birthdate: they leave under"
check "and of what both say something else" has "$out" "both say something else prs_FirstName: ask her"
said ngo case merge "$twice" --into "$stays"
check "what both say otherwise is named" has "$out" '"differing":["prs_FirstName"]'
ask_well ngo case merge "$twice" --into "$stays"
check "it is said what was done" has "$out" " is merged into "
ask_well ngo case show "$twice"
check "who opens it reads which one is worked with" has "$out" ": work with that one, nobody writes into this one"
said ngo case show "$twice"
check "so does a program" is "$(jq -c '[.merged, .merged_into]' <<<"$out")" "[true,\"$stays\"]"
crash ngo
start ngo
for write in "case note $twice --file $dir/note" "referral send --case $twice --to mission --service SHELTER --urgency normal"; do
    refused 65 E-MRG-03 ngo $write
done
until_true 10 "either name finds one" eval '[ "$(refex case find --home "${home[ngo]}" --json <<<olena 2>/dev/null |
    jq -r .case)" = "$stays" ]'
said ngo case history "$twice"
check "it keeps that it was" is "$(jq -c '[.how, .other_case]' <<<"$out")" "[\"merged-into\",\"$stays\"]"
said ngo case history "$stays"
check "so does the other" is "$(jq -c '[.how, .other_case, .fields]' <<<"$out")" \
    "[\"merged-from\",\"$twice\",[\"ext_AgeBand\",\"ext_AdultOrChild\",\"prs_Birthdate\"]]"

say "it leaves under a consent recorded anew"
said ngo referral send --case "$stays" --to mission --service SHELTER --urgency normal --partial --release now --dry-run
check "under the one from before it does not" has "$(jq -c '.left_out' <<<"$out")" \
    '{"section":"identity","fields":["prs_Birthdate"]}'
consent_for ngo "$stays" triage,identity mission --told-irreversible
said ngo referral send --case "$stays" --to mission --service SHELTER --urgency normal --partial --release now --dry-run
check "under the one from now on it does" is "$(jq -c '.left_out' <<<"$out")" '[]'

say "they were two persons"
ask_well ngo case merge "$twice" --into "$stays" --part
check "it goes out again" has "$out" 'went out again ext_AgeBand, ext_AdultOrChild, prs_Birthdate'
check "that they are parted is said" has "$out" " is a case of its own again, apart from "
said ngo case show "$twice"
check "it is one again" is "$(jq -c '[.merged, .merged_into]' <<<"$out")" "[false,null]"
ask_well ngo case show "$stays" --json
check "it is not there" has_not "$out" prs_Birthdate
said ngo case move "$twice" --to "$stays" --field prs_Birthdate
check "it is moved" has "$out" '"fields":["prs_Birthdate"]'
ask_well ngo case move "$stays" --to "$twice" --field prs_Birthdate
check "people read that it came" has "$out" "came prs_Birthdate: they leave under a consent"
ask_well ngo case move "$twice" --to "$stays" --field prs_Birthdate
said ngo case move "$twice" --to "$stays" --note 1
check "so is a note" has "$out" '"note":1'
ask_well ngo case notes "$stays"
check "which says so" has "$out" "moved-from $twice"
said ngo case notes "$twice"
check "and is not there any more" is "$(jq -c '[.how, .text]' <<<"$out")" '["moved-to",null]'
for wrong in "64 E-USE-02 case merge $twice" "64 E-USE-03 case merge $twice --into $twice" \
    "64 E-USE-02 case move $twice --to $stays" "64 E-USE-03 case move $twice --to $stays --field nothing" \
    "64 E-USE-03 case move $twice --to $stays --field prs_Birthdate --note 1" \
    "66 E-MRG-01 case move $twice --to $stays --note 1" "66 E-MRG-01 case move $twice --to $stays --field prs_Birthdate" \
    "65 E-MRG-02 case move $twice --to $stays --field prs_FirstName" "65 E-MRG-04 case merge $stays --into $twice --part"; do
    read -r status code words <<<"$wrong"
    refused "$status" "$code" ngo $words
done
stop ngo
start ngo
logs_verify ngo mission
end_scenario
