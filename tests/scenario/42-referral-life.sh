#!/bin/bash
# Goal: a question and its answer, an acceptance, her coming, the end of the service; and a referral that is cancelled.
. "$(dirname "$0")/lib.sh"

in_minutes() { date -u -d "$1 minutes" +%FT%TZ; }

says_referrer() { [[ $(refex referral show "$2" --home "${home[$1]}" --json) == *'"said_by_referrer":"'"$3"'"'* ]]; }

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}
consent_for ngo "$of" triage mission --told-irreversible
refer ngo "$of" mission
until_true 10 "it arrives" state_is mission "$referral" delivered
first=${referral:0:8}

ask_well mission referral show "$first"
check "who is shown it has opened it" state_is mission "$referral" opened
refused 64 E-USE-04 mission referral ask "$first" --what her-name
said mission referral ask "$first" --what health,when
until_true 10 "who referred is asked" state_is ngo "$referral" info-requested
ask_well ngo referral show "$first"
check "what is lacking" has "$out" health,when
refused 65 E-REF-12 mission referral update "$first" --section triage
refused 77 E-CON-02 ngo referral update "$first" --section identity
said ngo referral update "$first" --section triage --not-known when
until_true 10 "it is answered, and theirs to answer" state_is ngo "$referral" acknowledged
said mission referral accept "$first"
said mission referral expect "$first" --at "$(in_minutes 90)" --brought-by referrer
until_true 10 "she is expected" state_is ngo "$referral" expected
for side in ngo mission; do
    ask_well "$side" referral show "$first"
    check "both read who is responsible now" has "$out" "Responsible now: mission@nrm.example"
    check "and one of five words" has "$out" "state     answered: expected"
done
said mission referral give-back "$first" --reason at-capacity
check "so shortly before it is only asked" is "$(value "$out" state)" give-back-asked
said mission referral arrived "$first"
refused 65 E-REF-07 mission referral not-found "$first"
refused 65 E-REF-07 mission referral give-back "$first" --reason at-capacity
until_true 10 "she came" state_is ngo "$referral" arrived
refused 65 E-REF-07 ngo referral cancel "$first"
said mission referral progress "$first" --how begun
crash mission
start mission
said mission referral finish "$first" --outcome given
until_true 10 "the service has ended" state_is ngo "$referral" finished
said ngo referral show "$first"
check "with its outcome" has "$out" '"outcome":"given"'
said mission referral close "$first"
until_true 10 "it is closed" state_is ngo "$referral" closed

refer ngo "$of" mission
until_true 10 "a second one arrives" state_is mission "$referral" delivered
said ngo referral cancel "${referral:0:8}"
until_true 10 "their node cancels it" state_is mission "$referral" cancelled
until_true 10 "and says so" state_is ngo "$referral" cancelled
refused 65 E-REF-07 mission referral accept "${referral:0:8}"

refer ngo "$of" mission
until_true 10 "a third one arrives" state_is mission "$referral" delivered
said mission referral accept "${referral:0:8}"
until_true 10 "and is accepted" state_is ngo "$referral" accepted
said ngo referral cancel "${referral:0:8}"
until_true 10 "a person there is asked" state_is mission "$referral" cancel-asked
said mission referral confirm-cancel "${referral:0:8}"
until_true 10 "and confirms" state_is ngo "$referral" cancelled

say "she does not come: either agency says what it knows"
refer ngo "$of" mission
until_true 10 "a fourth one arrives" state_is mission "$referral" delivered
last=${referral:0:8}
said mission referral accept "$last"
said mission referral expect "$last" --at "$(in_minutes 90)"
until_true 10 "she is expected" state_is ngo "$referral" expected
refused 64 E-REF-04 ngo referral expect "$last" --at "$(in_minutes 300)" --brought-by police
said ngo referral expect "$last" --at "$(in_minutes 300)"
until_true 10 "it is known there" says_referrer mission "$last" expected
said ngo referral arrived "$last"
until_true 10 "she came" state_is mission "$referral" arrived
refused 65 E-REF-07 ngo referral expect "$last" --at "$(in_minutes 240)"
said ngo referral expect "$last" --at "$(in_minutes 240)" --not-arrived
until_true 10 "that was a mistake" state_is mission "$referral" expected
said ngo referral not-found "$last"
until_true 10 "she is looked for" state_is mission "$referral" not-found
ask mission status
check "it stands on top there" has "$out" "she did not come, and nobody knows where she is"
refused 65 E-REF-13 ngo referral close "$last"
refused 65 E-REF-13 ngo referral close "$last" --checked agency,bringer
said ngo referral close "$last" --checked agency,bringer,law
until_true 10 "it is closed at both" state_is mission "$referral" closed
until_true 10 "and said so" has "$(refex referral show "$last" --home "${home[ngo]}")" "checked   agency,bringer,law"

logs_verify ngo mission
end_scenario
