#!/bin/bash
# Goal: a person's case is referred from one agency to another under her consent, section by section, and answered; both
# logs record it.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation police:Police
start ngo mission police

say "a case is imported in both forms and reads the same"
import_cases ngo "$cases/cases.csv"
readarray -t from_csv <<<"$out"
refused 65 E-IMP-05 ngo case import "$cases/cases.csv"
check "the same file is told, row by row" is "$(grep -c 'seems to be here already.*the same file' <<<"$err")" 10
ask_well ngo case show "${from_csv[0]}" --json
label=$(value "$out" label)
refused 65 E-IMP-05 ngo case import "$cases/cases.json"
check "the same persons in the other form are told" has "$err" "row 1: seems to be here already: case $label (the same names and birth date)"
import_cases ngo "$cases/cases.json" --again
readarray -t from_json <<<"$out"
check "ten cases come from the CSV file" is "${#from_csv[@]}" 10
check "ten cases come from the JSON file" is "${#from_json[@]}" 10
for i in "${!from_csv[@]}"; do
    ask_well ngo case show "${from_csv[i]}" --json
    one=$(jq -c .sections <<<"$out")
    ask_well ngo case show "${from_json[i]}" --json
    check "case $((i + 1)) is the same from both files" is "$(jq -c .sections <<<"$out")" "$one"
done
ask_well ngo case list --json
check "the list has all of them" lines_are "$out" 20
printf 'prs_FirstName,prs_Birthdate\n,\nNowa,01.02.2001\nInna,2001-02-03\n' >"$dir/two.csv"
ask_well ngo case import "$dir/two.csv" --json --request-id two-1
added=$out
check "which row became which case is said" is "$(grep -o '"row":[0-9]*' <<<"$added" | tr '\n' ' ')" '"row":3 "row":4 '
ask_well ngo case import "$dir/two.csv" --json --request-id two-1
check "the same request id is answered the same" is "$out" "$added"
refused 65 E-IMP-06 ngo case import "$cases/cases.csv" --request-id two-1
ask_well ngo case list --json
check "and adds nothing" lines_are "$out" 22
check "the list tells nothing of a person" has_not "$out" Taras
ask_well ngo case show "${from_csv[0]}"
check "a caseworker sees the name" has "$out" "Taras-Prykład"
ask_well ngo case show "${from_csv[0]:0:8}"
check "by the beginning of the id, too" has "$out" "Taras-Prykład"
taras=${from_csv[0]}
olha=${from_csv[1]}

say "nothing goes without consent"
refused 77 E-CON-01 ngo referral send --case "$taras" --to mission --service SHELTER --urgency normal
check "the refusal is in the log" audit_counts ngo '"kind":"DENIED"' 1
refused 77 E-CON-01 ngo referral send --case "$taras" --to mission --service SHELTER --urgency normal --partial
check "the second refusal too" audit_counts ngo '"kind":"DENIED"' 2
check "nothing was disclosed" audit_counts ngo '"kind":"DISCLOSED"' 0

say "consent is recorded, and holds for its sections, its agency, its purpose"
consent_for ngo "$taras" triage,identity,exploitation,notes mission --except prs_IdentityNumber --until 2027-01-31 \
    --request-id taras-1
first=$consent
consent_for ngo "$taras" triage,identity,exploitation,notes mission --except prs_IdentityNumber --until 2027-01-31 \
    --request-id taras-1
check "the same request id records no second consent" is "$consent" "$first"
ask_well ngo consent show "$consent" --json
check "it stands" is "$(value "$out" state)" stands
check "it names the sections" is "$(value "$out" sections)" '["triage","identity","exploitation","notes"]'
refused 77 E-CON-01 ngo referral send --case "$taras" --to police --service SHELTER --urgency normal
refused 77 E-CON-01 ngo referral send --case "$taras" --to mission --service SHELTER --urgency normal --purpose research
refused 77 E-CON-02 ngo referral send --case "$taras" --to mission --service SHELTER --urgency normal
check "what is not covered is named" has "$err" "not covered: perpetrators"
refused 77 E-CON-02 ngo referral send --case "$taras" --to mission --service SHELTER --urgency normal --partial \
    --require perpetrators

say "--dry-run says what would go, and keeps nothing"
ask_well ngo status --json
before=$(value "$out" exchange_log)
ask_well ngo referral send --case "$taras" --to mission --service SHELTER,MEDICAL --urgency urgent --partial --dry-run --json
check "no referral was made" is "$(value "$out" referral)" null
check "triage would go first" is "$(value "$out" shared)" '["triage"]'
check "the rest would follow" is "$(value "$out" offered)" '["identity","exploitation","notes"]'
check "identity without the number that he did not agree to" has "$out" '"left_out":[{"section":"identity","fields":["prs_IdentityNumber"]}]'
check "identity is not held back" has_not "$out" '{"section":"identity","why"'
check "others are held back as not covered" has "$out" '{"section":"perpetrators","why":"not-covered"}'
ask_well ngo status --json
check "the log did not grow" is "$(value "$out" exchange_log)" "$before"
ask_well ngo referral list --json
check "there is no referral" is "$out" ""

say "the referral goes, with a request id; asked again it is the same one"
refer ngo "$taras" mission --service SHELTER,MEDICAL --urgency urgent --request-id intake-7
first=$referral
message=$(value "$out" message)
check "what was shared stands in the answer" is "$(value "$out" shared)" '["triage"]'
check "and what was left out" has "$out" '"left_out":[{"section":"identity","fields":["prs_IdentityNumber"]}]'
check "and what was held back" has "$out" '{"section":"perpetrators","why":"not-covered"}'
refer ngo "$taras" mission --service SHELTER,MEDICAL --urgency urgent --request-id intake-7
check "the same request id is the same referral" is "$referral" "$first"
check "and the same message" is "$(value "$out" message)" "$message"
until_true 10 "the receipt comes back" state_is ngo "$first" delivered
until_true 10 "the sender logs the receipt" audit_counts ngo '"kind":"RECEIPTED"' 1
check "one disclosure was logged" audit_counts ngo '"kind":"DISCLOSED"' 1
check "one message was received" audit_counts mission '"kind":"RECEIVED"' 1
ask_well mission referral list --in --json
check "one referral came in" lines_are "$out" 1
check "it is the sender's" is "$(value "$out" referral)" "$first"
check "with its services" is "$(value "$out" services)" '["SHELTER","MEDICAL"]'
check "with its urgency" is "$(value "$out" urgency)" urgent
ask_well mission referral show "$first" --data
check "triage can be read" has "$out" ext_TriageLanguages
check "no name came with it" has_not "$out" Taras

say "accepting lets the other sections follow by themselves"
ask_well mission referral accept "$first" --json
check "it is accepted here" is "$(value "$out" state)" accepted
until_true 10 "it is accepted there" state_is ngo "$first" accepted
shows_section() { refex referral show "$1" --data --home "${home[mission]}" 2>/dev/null | grep -q "^$2\$"; }
until_true 10 "the sections follow" shows_section "$first" exploitation
ask_well mission referral show "$first" --data
check "the notes came" has "$out" "Found after sixteen years"
check "identity came" has "$out" "Taras-Prykład"
check "the number that he left out did not" has_not "$out" EX-000174
check "nor the name of its field" has_not "$out" prs_IdentityNumber
check "perpetrators did not" has_not "$out" "farm owner"
ask_well mission referral accept "${first:0:8}"
check "said again, by the beginning of its id, it says since when" has "$out" "accepted already, 20"
refused 65 E-REF-07 mission referral decline "$first" --reason other
refused 65 E-REF-02 ngo referral accept "$first"

say "a section with nothing but a field that is left out stays; people see what was left out"
consent_for ngo "$olha" triage,notes,identity mission --except cco_CaseComment,prs_Birthdate
ask_well ngo referral send --case "$olha" --to mission --service SHELTER --urgency normal --partial --dry-run
check "the field is named" has "$out" "left out            identity: prs_Birthdate"
check "notes are held back" has "$out" "held back           notes:"

say "--release now sends all at once; a declined one is over"
consent_for ngo "$olha" triage,identity,plan mission
refer ngo "$olha" mission --release now
second=$referral
check "everything covered is shared" is "$(value "$out" shared)" '["triage","identity","plan"]'
check "nothing is left to follow" is "$(value "$out" offered)" '[]'
until_true 10 "it arrives" state_is mission "$second" delivered
ask_well mission referral show "$second" --data
check "with the name at once" has "$out" Olha
check "referrals to two agencies or of two people have ids of their own" is_not "$first" "$second"
ask_well mission referral decline "$second" --reason at-capacity --json
until_true 10 "the sender's node shows it as declined" state_is ngo "$second" declined
ask_well ngo referral show "$second"
check "and why, without opening anything" has "$out" "declined: at-capacity"
told_erased() { refex referral show "$second" --home "${home[ngo]}" 2>/dev/null | grep -q "by their log: what you sent with it is not kept"; }
until_true 10 "then that it is erased there, which the mission's log proves" told_erased
ask_well ngo case who "$(value "$(refex referral show "$second" --json --home "${home[ngo]}")" case)"
check "who has what says so, too" has "$out" ", erased there"
ask_well mission referral show "$second" --data
check "there nothing of her is read" has_not "$out" Olha
check "that it was declined, and why, stays" has "$out" "at-capacity"
check "and when it was erased" has "$out" "erased    "

say "she may be referred, and nothing is granted but on acceptance"
consent_for ngo "${from_csv[2]}" identity mission
refer ngo "${from_csv[2]}" mission
until_true 10 "it arrives" state_is mission "$referral" delivered
ask_well mission referral show "$referral"
check "they read that more may follow" has "$out" "no section is named: more follows when you accept, if anything"
check "no section is named" has_not "$out" identity
ask_well ngo referral show "$referral"
check "what is offered is read here" has "$out" "offered   identity"
check "and that they do not read it" has "$out" "to them   no section is named: more follows when they accept, if anything"
ask_well mission referral accept "$referral"
until_true 10 "the section follows" shows_section "$referral" identity
ask_well mission referral show "$referral"
check "then no more is promised" has_not "$out" "no section is named"

say "she may be referred, and that is all that she granted"
consent_for ngo "${from_csv[3]}" none mission
refer ngo "${from_csv[3]}" mission
until_true 10 "it arrives" state_is mission "$referral" delivered
refused 77 E-CON-02 ngo referral send --case "${from_csv[3]}" --to mission --service SHELTER --urgency normal
ask_well mission consent show "$consent"
check "its recipient reads that no section is granted" has "$out" "sections    none"

say "both logs verify and show the same messages; the police hold nothing"
logs_verify ngo mission police
ask_well ngo audit list --kind DISCLOSED --json
sent=$(printf '%s\n' "$out" | grep -o '"message":"[0-9a-f]*"' | sort)
ask_well mission audit list --kind RECEIVED --json
received=$(printf '%s\n' "$out" | grep -o '"message":"[0-9a-f]*"' | sort)
check "what one logged as disclosed the other logged as received" is "$received" "$sent"
check "each was receipted" audit_counts ngo '"kind":"RECEIPTED"' "$(printf '%s\n' "$sent" | grep -c .)"
ask_well police referral list --json
check "the police have no referral" is "$out" ""
ask_well police consent list --json
check "and no consent" is "$out" ""

say "the log is chosen from, and says what stands beside a record"
ask_well ngo audit list
check "a line says what stands where" has "${out%%$'\n'*}" "RECORD  TIME (UTC)"
check "and which answer came" has "$out" "[reply; answer accepted; referral "
ask_well ngo audit list --referral "$referral"
check "what belongs to a referral" is "$(awk '{ print $4 }' <<<"$out" | xargs)" "KIND DISCLOSED RECEIPTED"
ask_well ngo consent show "${consent:0:10}" --json
check "a consent is found by the beginning of its id" is "$(value "$out" consent)" "$consent"
ask_well ngo consent list --case "$taras" --json
whole=$out
ask_well ngo consent list --case "${taras:0:31}" --json
check "the consents of a case by that of the case" is "$out" "$whole"
ask_well ngo audit list --consent "${consent:0:8}" --json
check "what belongs to a consent" is "$(jq -r .kind <<<"$out" | xargs)" "CONSENT DISCLOSED RECEIPTED DENIED"
check "and for whom it is" is "$(jq -r .beside.recipient <<<"${out%%$'\n'*}")" mission@nrm.example
ask_well ngo audit list --to mission --json
check "all that went to an agency" is "$(jq -r 'select(.kind == "DISCLOSED") | .message' <<<"$out" | wc -l)" \
    "$(printf '%s\n' "$sent" | grep -c .)"
check "and what she agreed to for it" has "$(jq -r .kind <<<"$out")" CONSENT
check "and nothing of another" is "$(jq -r '.to // .by // .beside.recipient' <<<"$out" | sort -u)" mission@nrm.example
ask_well ngo audit list --to mission --limit 2 --json
check "as many as are asked for" is "$(grep -c . <<<"$out")" 2
refused 64 E-USE-04 ngo audit list --consent 12
ask_well ngo audit list --to misson --json
check "a name that is none is doubted" has "$err" "the directory has no agency misson@nrm.example"
ask_well ngo audit list --to mission --kind FORK
check "one that is there is not" has_not "$err" "the directory has no agency"

say "status shows the state of each node"
ask ngo status
check "running and well" is "$rc" 0
stop police
ask police status
check "69 when not running" is "$rc" 69
ask_well police audit list --json
check "the log of a stopped node can be read" has "$out" '"kind":"CERTIFICATE"'
logs_verify police
end_scenario
