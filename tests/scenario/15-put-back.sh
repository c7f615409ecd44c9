#!/bin/bash
# Goal: a node that was put back from an older copy of its home says so, signs nothing more, and names the agency that
# must be told outside refex where a person withdraws.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
import_cases ngo "$cases/cases.csv"
readarray -t ids <<<"$out"
import_cases mission "$cases/cases.csv"
readarray -t theirs <<<"$out"

say "a copy of the home is made, and the node goes on"
consent_for ngo "${ids[0]}" triage mission
first=$consent
consent_for ngo "${ids[1]}" triage mission
second=$consent
refer ngo "${ids[0]}" mission
until_true 10 "it arrives" state_is ngo "$referral" delivered
stop ngo
cp -a "${home[ngo]}" "$dir/older"
start ngo
refer ngo "${ids[1]}" mission
until_true 10 "another arrives" state_is ngo "$referral" delivered

say "the copy is put back"
stop ngo
mv "${home[ngo]}" "$dir/newer"
mv "$dir/older" "${home[ngo]}"
start ngo
ask_well ngo consent withdraw "$second"
check "before its first link it does not know that it is a copy" has "$out" "nothing had left, so nobody was asked"
consent_for mission "${theirs[0]}" triage ngo
refer mission "${theirs[0]}" ngo # so that there is a link
from_mission=$referral
says() { [[ $(refex status --home "${home[ngo]}" 2>/dev/null) == *"$1"* ]]; }
until_true 20 "it learns that it signed more" says E-LOG-27
ask ngo status
check "somebody must act" is "$rc" 1
check "by whom it knows" has "$out" mission@nrm.example
check "what of those who withdraw" has "$out" E-CON-22
check "who withdrew before it knew" has "$out" "consent $second is withdrawn here, and mission@nrm.example is not told by this node"
ask_well ngo consent show "$second"
check "nobody was asked is not said any more" has "$out" "not told by this node, for it is a copy"
refused 78 E-CON-22 ngo consent withdraw "$second"
check "it is not said that it is not withdrawn" has "$err" "is recorded here, and this node tells nobody of it"

say "she withdraws: whom to tell is named, and nothing more is recorded"
refused 78 E-CON-22 ngo consent withdraw "$first"
check "the agency is named" has "$err" "Tell mission@nrm.example now, outside refex"
refused 78 E-CON-22 ngo consent withdraw "$first" --erase-now --seen-alone yes
check "nothing is recorded" audit_counts ngo '"kind":"WITHDRAWN"' 1
ask_well ngo consent show "$first" --json
check "it stands" is "$(value "$out" state)" stands

say "at the node that has the newer log she can withdraw"
stop ngo
mv "${home[ngo]}" "$dir/older"
mv "$dir/newer" "${home[ngo]}"
start ngo
ask_well ngo consent withdraw "$first" --erase-now --seen-alone yes
until_true 20 "the mission has it" audit_counts mission '"kind":"ERASED"' 1
logs_verify ngo mission

say "the newer log is lost for good: the copy goes on in new logs, when the coordinator has entered it"
stop ngo
mv "${home[ngo]}" "$dir/newer"
mv "$dir/older" "${home[ngo]}"
does 'refex node restored --home node' "--home node" "--home ${home[ngo]}"
check "who holds more is said" has "$out" "mission@nrm.example has a checkpoint of"
refused 64 E-USE-04 ngo node restored --confirm=mission
does 'refex node restored --home node --confirm=brama' "--home node" "--home ${home[ngo]}" brama ngo
check "what the coordinator does is said" has "$out" "refex federation issue --home FED request.refex --restored"
said ngo node restored
check "since when" has_not "$out" '"since":null'
start ngo
ask ngo status
check "status says what is awaited" has "$out" "(E-RST-01)"
refused 78 E-RST-01 ngo referral send --case "${ids[2]}" --to mission --service SHELTER --urgency normal
stop ngo
refused 75 E-RST-02 ngo enrol "$dir/ngo.membership"
run refex federation issue --home "$fed" "${home[ngo]}/request.refex" --restored --out "$dir/ngo.membership"
check "the coordinator says whose log it is" has "$err" "(E-FED-09)"
must refex federation issue --home "$fed" "${home[ngo]}/request.refex" --restored --out "$dir/ngo.membership" --dry-run --json
check "a dry run says which log begins" has "$out" '"log_number":2'
issue ngo --restored --confirm=ngo
publish
enrol ngo
stop mission
start ngo
ask ngo status
check "who has not said what was withdrawn since is named" has "$out" "mission@nrm.example has not said yet what was withdrawn"
refused 75 E-RST-06 ngo case show "${ids[0]}"
page 'refex node restored --home node --without mission' "--home node" "--home ${home[ngo]}" mission ngo
check "itself is not awaited" has "$err" "(E-RST-07)"
start mission
all_is_said() { [[ $(refex status --home "${home[ngo]}" 2>/dev/null) != *E-RST-06* ]]; }
until_true 20 "the mission says it" all_is_said
ask_well ngo consent show "$first" --json
check "what she withdrew behind the copy is withdrawn here" is_not "$(value "$out" state)" stands
consent_for ngo "${ids[2]}" triage mission
refer ngo "${ids[2]}" mission
until_true 20 "what is referred arrives" state_is ngo "$referral" delivered
until_true 20 "and what came from the mission behind the copy" state_is ngo "$from_mission" delivered
said ngo node gaps
check "what had left from the newer log is named" has "$out" '"kind":"referral"'
does 'refex node gaps --home node' "--home node" "--home ${home[ngo]}"
does 'refex node gaps --home node --seen mission' "--home node" "--home ${home[ngo]}"
refused 65 E-RST-15 ngo node gaps --seen mission
ask ngo status
check "it is no copy any more" has_not "$out" "(E-LOG-27)"
logs_verify ngo mission
end_scenario
