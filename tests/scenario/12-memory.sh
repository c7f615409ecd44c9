#!/bin/bash
# Goal: when nothing is going on, no personal data lies in the memory of a node: not of the one that sent it, not of the one
# that was sent it, not after it was shown. What was opened is overwritten before its memory is given up.
. "$(dirname "$0")/lib.sh"

cat >"$dir/words" <<'WORDS'
Zorislava-Canary
Kanarkivna
EXC-99417733
+380500417733
orchid-lane-4177
feathered beyond doubt
bird-village-4177
leaflet-for-canaries
aviary-4177
zorislava
kanarkivna
380500417733
WORDS
{ # one case with all of them, and enough others that every buffer on the way grows
    echo prs_FirstName,prs_SecondName,prs_IdentityNumber,prs_MobilePhone,prs_MailingStreet,prs_MailingCity,prs_Birthdate,ext_SafeToCall,cco_CaseComment
    for i in {1..400}; do
        echo "Zorislava-Canary,Kanarkivna,EXC-99417733,+380500417733,orchid-lane-4177,bird-village-4177,1988-04-17,yes,feathered beyond doubt $i $(printf '%0900d' 0)"
    done
} >"$dir/cases.csv"
echo "mission@nrm.example" >"$dir/known"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
processes=("${pid[ngo]}" "${pid[mission]}" "$(link_process ngo)" "$(link_process mission)")

nowhere() { # within 10 s: what came last may still be on its way through
    is "$(/usr/bin/python3 "$here/memory.py" "$dir/words" "${processes[@]}" 2>&1)" ""
}
check "the search finds what is there" has "$(/usr/bin/python3 "$here/memory.py" "$dir/known" "${pid[ngo]}")" "mission@"

import_cases ngo "$dir/cases.csv" --again # one person, 400 times
of=${out%%$'\n'*}
until_true 10 "nothing is left of an import of 400 cases" nowhere
echo "prs_FirstName,prs_Gender|Zorislava-Canary,Kanarkivna" | tr '|' '\n' >"$dir/bad.csv"
ask ngo case import "$dir/bad.csv"
ask_well ngo case show "$of"
check "she is shown here" has "$out" Kanarkivna
until_true 10 "nothing is left of showing her case" nowhere

printf 'zorislava kanarkivna 0500417733' >"$dir/looked"
ask_well ngo case find --words-file "$dir/looked" --json
check "she is found, with the 399 like her" is "$(jq -r .found <<<"$out" | head -1)" 400
until_true 10 "nothing is left of looking for her" nowhere

ask_well ngo consent record --case "$of" --section triage,identity,contact,notes --to mission --purpose services \
    --given-by self --language uk --notice leaflet-for-canaries --seen-alone yes --onward named:aviary-4177@nrm.example
until_true 10 "nothing is left of how she consented, and of whom she named" nowhere
ask ngo referral send --case "$of" --to mission --service SHELTER --urgency normal
refer ngo "$of" mission --release now
first=$referral
until_true 10 "it arrives" state_is ngo "$first" delivered
until_true 10 "nothing is left of sending and receiving" nowhere
ask_well mission referral show "$first" --data
check "she is shown there" has "$out" Zorislava-Canary
until_true 10 "nothing is left of showing her referral" nowhere
ask_well mission referral accept "$first"
until_true 10 "it is accepted" state_is ngo "$first" accepted

refer ngo "$of" mission
until_true 10 "the second arrives" state_is mission "$referral" delivered
ask_well mission referral accept "$referral"
until_true 10 "the second is accepted" state_is ngo "$referral" accepted
has_come() { refex referral show "$referral" --data --home "${home[mission]}" 2>/dev/null | grep -q Zorislava-Canary; }
until_true 10 "its sections followed" has_come
until_true 10 "nothing is left of a release" nowhere

crash mission
processes=("${pid[ngo]}" "$(link_process ngo)")
refer ngo "$of" mission --release now
until_true 10 "nothing is left of what waits" nowhere
end_scenario
