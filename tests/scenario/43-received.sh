#!/bin/bash
# Goal: what is accepted is a case there, found by what came, gone when she withdraws; what was written there stays.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
printf '{"prs_FirstName":"Nova","prs_SecondName":"Person","ext_AdultOrChild":"Adult"}' >"$dir/one.json"
said ngo case new --file "$dir/one.json"
of=$(value "$out" case)
consent_for ngo "$of" triage,identity mission --told-irreversible
refer ngo "$of" mission
until_true 10 "it arrives" state_is mission "$referral" delivered

ask_well mission referral accept "$referral"
check "its case is named" has "$out" "She is the case "
said mission case list
check "it is a case there" lines_are "$out" 1
case=$(value "$out" case)
her_name() { [ "$(refex case received "$case" --json --home "${home[mission]}" | jq -r '.sections.identity.prs_FirstName')" = Nova ]; }
until_true 10 "what was on offer comes" her_name
said mission case received "$case"
check "whose it is" is "$(jq -r '[.agency, .consent, .referral] | join(" ")' <<<"$out")" "ngo@nrm.example $consent $referral"
printf 'nova\n' >"$dir/words"
found() { [ "$(refex case find --words-file "$dir/words" --json --home "${home[mission]}" | head -1 | jq -r .case)" = "$1" ]; }
until_true 10 "it is found by what came" found "$case"
said mission case show "$case"
check "nothing of it is the mission's own" is "$(jq -c .sections <<<"$out")" '{}'
printf '{"ext_Medication":"Own words"}' >"$dir/own.json"
said mission case edit "$case" --file "$dir/own.json"
ask_well mission case show "$case"
check "both are shown" has "$out" "Own words"
check "with whose it is" has "$out" "from ngo@nrm.example"
consent_of_ngo=$consent
consent_for mission "$case" identity,health ngo
refused 77 E-CON-02 mission referral send --case "$case" --to ngo --service SHELTER --urgency normal --require identity
check "what came is not sent on" has "$err" "identity"

say "a second referral of her"
refer ngo "$of" mission --release now
until_true 10 "it arrives" state_is mission "$referral" delivered
both() { [ "$(refex case find --words-file "$dir/words" --json --home "${home[mission]}" | jq -r '.referral // .case' | tr '\n' ' ')" = "$referral $case " ]; }
until_true 10 "it is found before her case" both
ask_well mission case find --words-file "$dir/words"
check "as a referral" has "$out" "referral $referral"
said mission referral accept "$referral" --case "$case"
check "goes into her case" is "$(value "$out" case)" "$case"
said mission referral join "$referral" --case "$case"
said mission case received "$case"
check "which shows both" lines_are "$out" 2

say "what became of her goes back"
printf '{"ext_PersonOutcome":"WithFamily"}' >"$dir/became.json"
said mission case edit "$case" --file "$dir/became.json"
refused 77 E-CON-02 mission referral outcome "$referral"
consent_for mission "$case" plan ngo
ask_well mission referral outcome "$referral"
check "as far as she agreed" has "$out" "gets: plan"
became() { [ "$(refex case received "$of" --json --home "${home[ngo]}" | jq -r '.sections.plan.ext_PersonOutcome')" = WithFamily ]; }
until_true 10 "it comes to who referred her" became
said ngo case received "$of"
check "whose it is, under which consent" is "$(jq -r '[.agency, .consent, .referral] | join(" ")' <<<"$out")" \
    "mission@nrm.example $consent $referral"
ask_well ngo case show "$of"
check "her case shows it" has "$out" "from mission@nrm.example"
said ngo case show "$of"
check "and does not say it itself" is "$(jq -c .sections.plan <<<"$out")" null
ask_well mission consent withdraw "$consent" --erase-now --seen-alone yes
became_not() { ! became; }
until_true 20 "it goes when she takes it back" became_not
ask_well ngo referral show "$referral"
check "and the referral goes on" has "$out" "accepted"

say "she withdraws"
ask_well ngo consent withdraw "$consent_of_ngo" --erase-now --seen-alone yes
gone() { [ "$(refex case received "$case" --json --home "${home[mission]}" | grep -c erased_at)" = 2 ]; }
until_true 20 "what came is erased there" gone
ask mission case find --words-file "$dir/words" --json
check "it is not found by it any more" is "$rc" 1
said mission case show "$case"
check "what was written stays" has "$out" "Own words"
logs_verify ngo mission
end_scenario
