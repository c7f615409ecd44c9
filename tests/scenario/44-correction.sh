#!/bin/bash
# Goal: what was wrong is mended where it is held, too, and both see what is said of it.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
printf '{"prs_FirstName":"Nova","prs_Birthdate":"1990-01-02","ext_AdultOrChild":"Adult"}' >"$dir/one.json"
said ngo case new --file "$dir/one.json"
of=$(value "$out" case)
consent_for ngo "$of" triage,identity mission --told-irreversible
refer ngo "$of" mission --release now
until_true 10 "it arrives" state_is mission "$referral" delivered
said mission referral accept "$referral"
case=$(value "$out" case)
refused 65 E-COR-01 mission referral corrected "$referral" --contested

printf '{"prs_Birthdate":"1991-03-04"}' >"$dir/change.json"
ask_well ngo case edit "$of" --file "$dir/change.json"
check "who holds it is said" has "$out" "mission@nrm.example holds otherwise: "
check "and what may be done" has "$out" "refex case correct"
said ngo case correct "$of" --dry-run
said ngo case correct "$of" --section identity
check "it goes there" is "$(jq -c '[.agency, .corrected]' <<<"$out")" '["mission@nrm.example",["identity"]]'
born() { [ "$(refex case received "$case" --json --home "${home[mission]}" | jq -r '.sections.identity.prs_Birthdate')" = "$1" ]; }
until_true 10 "it is mended there" born 1991-03-04
ask_well mission case show "$case"
check "who opens the case reads that it is to be answered" has "$out" "they corrected identity: say whether you take it over"
said mission case received "$case"
check "so does a program" is "$(jq -c .corrected <<<"$out")" '["identity"]'
ask_well mission work
check "it is to be done" has "$out" "ngo@nrm.example corrected what came: refex referral corrected"
ask_well ngo case correct "$of" --json
check "once" is "$out" ""
ask_well ngo work
check "who corrected it waits for an answer" has "$out" "take your correction over, or contest it"
ask_well mission referral show "$referral" --data --json
check "what came when is listed" is "$(jq -c '[.history[].message_kind]' <<<"$out")" '["referral","correction"]'
before=$(jq -r '.history[0].time' <<<"$out")
ask_well mission referral show "$referral" --data --json --as-of "$before"
check "and is opened as it stood" is "$(jq -r '.sections.identity.prs_Birthdate' <<<"$out")" 1990-01-02
refused 64 E-USE-03 mission referral show "$referral" --as-of "$before"
crash mission
start mission
refused 64 E-USE-02 mission referral corrected "$referral"
said mission referral corrected "$referral" --contested --section identity
answered() { refex referral show "$referral" --json --home "${home[ngo]}" | jq -r '.corrections[0].answer' | grep -q "$1"; }
until_true 10 "they know it otherwise" answered contested
ask_well ngo referral show "$referral"
check "people read what to do" has "$out" "they know it otherwise: phone them"
ask_well ngo work
check "it is to be done" has "$out" "mission@nrm.example contests your correction: phone them"
ask_well mission case show "$case"
check "then nothing waits" has_not "$out" "they corrected"
ask_well mission work
check "nor is it to be done" has_not "$out" "corrected what came"
ask_well mission referral corrected "$referral" --taken-over
until_true 10 "then they take it over" answered taken-over
ask_well mission referral show "$referral"
check "who said it reads so" has "$out" "you work with what was corrected"
ask_well ngo referral show "$referral"
check "both see it" has "$out" "they work with what was corrected"
ask_well mission referral corrected "$referral" --contested
ask_well mission referral show "$referral"
check "it is said by whom it was" has "$out" "you know it otherwise: phone them"
ask_well ngo case correct "$of"
check "that nothing goes is said" has "$out" "Nothing is to be corrected"
ask_well ngo case received "$of"
check "so is that nothing came" is "$out" "Nothing of the case came from another agency."
ask_well ngo case notes "$of"
check "and that there is no note" is "$out" "There is no note beside the case."
refused 64 E-USE-01 ngo case find Nova
check "where names are typed is said" has "$err" "asks for them"
logs_verify ngo mission
end_scenario
