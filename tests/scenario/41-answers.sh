#!/bin/bash
# Goal: several answers to one referral, at both agencies, and how to reach the service with the last of them.
. "$(dirname "$0")/lib.sh"

day() { date -u -d "$1 days" +%F; }

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}
consent_for ngo "$of" triage,health mission --told-irreversible
refer ngo "$of" mission
until_true 10 "it arrives" state_is mission "$referral" delivered
first=${referral:0:8}

said mission referral acknowledge "$first"
check "a person there saw it" is "$(value "$out" state)" acknowledged
until_true 10 "who referred reads so" state_is ngo "$referral" acknowledged
refused 64 E-REF-11 mission referral waitlist "$first" --until "$(day 30)"
refused 64 E-REF-11 mission referral waitlist "$first" --until "$(day -1)"
refused 64 E-USE-02 mission referral waitlist "$first"
refused 65 E-REF-02 ngo referral waitlist "$first" --until "$(day 3)"
said mission referral waitlist "$first" --until "$(day 3)"
check "there is no place yet" is "$(value "$out" state)" waitlisted
until_true 10 "who referred reads so, too" state_is ngo "$referral" waitlisted
ask_well ngo referral show "$first"
check "and by when they say more" has "$out" "$(day 3)"
crash mission
start mission
refused 77 E-REF-08 mission referral accept "$first" --phone "ask for Nova"
refused 64 E-USE-04 mission referral accept "$first" --bring a-lawyer
refused 64 E-REF-11 mission referral accept "$first" --from "$(day -1)"
said mission referral accept "$first" --place desk --from "$(day 4)" --phone +48221234567 --bring identity-papers,medicines
until_true 10 "it is accepted" state_is ngo "$referral" accepted
ask_well ngo referral show "$first"
check "where she finds the service" has "$out" "at their own desk"
check "whom to call" has "$out" +48221234567
check "what to bring" has "$out" identity-papers,medicines
said ngo referral show "$first"
refused 65 E-REF-07 mission referral decline "$first" --reason other
ask_well mission referral accept "$first" --place desk --from "$(day 4)" --phone +48221234567 --bring identity-papers,medicines
check "said again it changes nothing" has "$out" "accepted already, 20"
ask_well mission audit list
check "the first answer stands in the log" has "$out" "answer waitlisted"
logs_verify ngo mission
end_scenario
