#!/bin/bash
# Goal: an authority is notified of nobody who could be known by it; responsibility moves when it is accepted, not before.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:Ministry
start ngo mission
month=$(date -u +%Y-%m)

refused 65 E-INQ-04 mission notification send --to ngo --where PL --month "$month"
refused 64 E-USE-04 ngo notification send --to mission --where Warsaw --month "$month"
refused 64 E-USE-04 ngo notification send --to mission --where PL --month "$month-01"
refused 64 E-REF-04 ngo notification send --to mission --where ZZ --month "$month"
refused 64 E-REF-11 ngo notification send --to mission --where PL --month 2900-01
refused 64 E-USE-04 ngo notification send --to mission --where PL --month 2999-01
said ngo notification send --to mission --where PL-14 --month "$month" --persons 2-5 --age child
check "by codes" has "$out" '"persons":"2-5","age":"child","exploitation":"not-known","country":"PL","region":"14"'
has_come() { refex notification list --json --home "${home[mission]}" | grep -q '"state":"waits"'; }
until_true 10 "it comes" has_come
refused 66 E-INQ-01 mission notification acknowledge 9
said mission notification acknowledge 1
was_seen() { refex notification list --all --json --home "${home[ngo]}" | grep -q '"state":"answered"'; }
until_true 10 "that a person saw it comes back" was_seen
said ngo notification list --all
ask_well ngo notification list
check "nothing waits" has "$err" "Nothing waits"

import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}
ask_well ngo consent record --case "$of" --section triage --to mission --purpose case-management --given-by self \
    --language uk --notice leaflet-3 --seen-alone yes
said ngo referral send --case "$of" --to mission --service CASE_MANAGEMENT --urgency normal --kind transfer --partial
referral=$(value "$out" referral)
until_true 10 "the transfer arrives" state_is mission "$referral" delivered
ask_well ngo referral show "${referral:0:8}"
check "until they accept" has "$out" "you stay responsible for her case until mission@nrm.example accepts it"
ask_well mission referral show "${referral:0:8}"
check "and there" has "$out" "ngo@nrm.example stays responsible for her case until you accept it"
ask_well mission referral accept "${referral:0:8}"
check "it moves with that" has "$out" "you are responsible for her case"
until_true 10 "they accepted" state_is ngo "$referral" accepted
ask_well ngo referral show "${referral:0:8}"
check "and here" has "$out" "mission@nrm.example is responsible for her case"
said ngo referral show "${referral:0:8}"
check "for programs, too" has "$out" '"transfer":"moved"'
logs_verify ngo mission
end_scenario
