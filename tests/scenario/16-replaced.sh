#!/bin/bash
# Goal: where the machine of an agency was replaced, who holds a referral of it reads that it is lost there and what to
# tell outside refex, until a person says that it was told; what is sent to the new machine waits until its keys are
# compared.
. "$(dirname "$0")/lib.sh"

start_federation mission:Shelter shelter:Shelter
start mission shelter
import_cases mission "$cases/cases.csv"
of=${out%%$'\n'*}
import_cases shelter "$cases/cases.csv"
theirs=${out%%$'\n'*}
consent_for shelter "$theirs" triage mission
refer shelter "$theirs" mission
until_true 20 "the shelter's referral arrives" state_is shelter "$referral" delivered

before=$(directory_of mission)
say "its machine is lost, and another one takes its place"
replace shelter Shelter
answered=$referral
consent_for mission "$of" triage shelter
refer mission "$of" shelter
directory_is_newer() { is_not "$(directory_of mission)" "$before" 2>/dev/null; }
until_true 20 "the mission takes the directory of the other machine" directory_is_newer

say "its keys are new: what is sent to it is saved, and waits until a person has compared them"
ask mission referral send --case "$of" --to shelter --service SHELTER --urgency normal --partial
check "sending says so by its exit status" is "$rc" 75
check "it is saved" has "$out" "It is saved and waits; nothing of it has left."
check "why" has "$out" "the agency's identity key has changed"
check "until when" has "$out" "until"
check "and what to do" has "$out" "phone them on a number you already had, compare, then \`refex agency confirm\`"
ask_well mission referral list --out
check "the list has it" has "$out" "waiting"

say "an answer to what it had sent is a person's to tell"
ask_well mission referral decline "$answered" --reason at-capacity
finding_is_there() { ask mission status; [[ $out == *E-OWE-07* ]]; }
until_true 20 "status names it" finding_is_there
check "and ends with 1" is "$rc" 1
ask_well mission referral show "$answered"
check "the referral says that it is lost there" has "$out" lost
ask_well mission agency told shelter "$answered" --reason told-outside
check "told, it is no finding any more" eval '! finding_is_there'
ask_well mission audit list --kind SETTLED
check "the log says who closed it" has "$out" "by Unix user $(id -u)"
ask_well mission audit list --kind SETTLED --json
check "and so do programs read it" has "$out" "\"user\":$(id -u)"
ask_well mission referral show "$answered"
check "that it was lost there stays" has "$out" lost
end_scenario
