#!/bin/bash
# Goal: where a member's node refuses an answer for a reason that does not pass, who gave it reads that, and what to tell
# outside refex, until a person says that it was told.
. "$(dirname "$0")/lib.sh"

create_federation
for agency in mission shelter; do
    port[$agency]=$(free_ports 1)
    add_member "$agency" Shelter
done
publish
enrol mission
enrol shelter
start mission shelter
import_cases shelter "$cases/cases.csv"
of=${out%%$'\n'*}
consent_for shelter "$of" triage mission
refer shelter "$of" mission
until_true 20 "the shelter's referral arrives" state_is shelter "$referral" delivered
answered=$referral

say "the shelter's database says another id for its own message"
stop shelter
must /usr/bin/python3 -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("UPDATE message SET id = zeroblob(16) WHERE direction = 1 AND kind = 1")
db.commit()' "${home[shelter]}/refex.db"
start shelter
ask_well mission referral decline "$answered" --reason at-capacity
finding_is_there() { ask mission status; [[ $out == *E-OWE-09* ]]; }
until_true 20 "status names what is refused there" finding_is_there
check "and ends with 1" is "$rc" 1
check "it says what to tell them" has "$out" "by hand: tell shelter@nrm.example outside refex that referral $answered was declined"
check "and why it is refused there" has "$out" "what it answers or ends is not between these two agencies"
stop mission
start mission
check "after a restart too" finding_is_there
ask_well mission agency told shelter "$answered" --reason told-outside
check "told, it is no finding any more" eval '! finding_is_there'
logs_verify mission
end_scenario
