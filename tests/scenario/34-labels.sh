#!/bin/bash
# Goal: a case has a label and a referral a code-name, which stand in the place of their ids; a slip in one is found; the
# code-name is the same at both agencies, and nothing of a case's id or label is at the other.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
import_cases ngo "$cases/cases.csv"
case=${out%%$'\n'*}
ask_well ngo case list --json
label=$(jq -r 'select(.case == "'"$case"'") | .label' <<<"$out")
labels=$(jq -r .label <<<"$out" | sort)
check "each has another" is "$(uniq -d <<<"$labels")" ""
check "it is two words and a digit" is "$(grep -c '^[a-z]*-[a-z]*-[0-9]$' <<<"$label")" 1

say "a label stands where an id is asked"
said ngo case show "$label"
check "it is that case" is "$(value "$out" case)" "$case"
check "which says its label" is "$(value "$out" label)" "$label"
consent_for ngo "${label^^}" triage,identity,contact mission --told-irreversible
ask_well ngo consent list --case "$label" --json
check "its consent" is "$(value "$out" consent)" "$consent"
printf '{"case": "%s", "to": ["mission"], "refused": true, "given_by": "self"}' "$label" >"$dir/no.json"
said ngo consent record "$dir/no.json" --dry-run
check "in a file, too: it ends what stands" has "$out" "$consent"
digit=${label: -1}
refused 64 E-USE-07 ngo case show "${label%?}$(((digit + 1) % 10))"
refused 64 E-USE-04 ngo case show "qqqqq${label#*-}-1"
other=${label#*-}
refused 64 E-USE-04 ngo case show "qqqqqqq-$other"
refused 64 E-USE-04 ngo referral show "$label"
refer ngo "$label" mission
until_true 10 "it arrives" state_is mission "$referral" delivered

say "the code-name is the same at both"
ask_well ngo referral list --json
code=$(value "$out" code_name)
check "the case stands beside it" is "$(value "$out" case_label)" "$label"
check "a word, three digits, one" is "$(grep -c '^[A-Z]*-[0-9][0-9][0-9]-[0-9]$' <<<"$code")" 1
said mission referral show "$code"
check "it is that referral" is "$(value "$out" referral)" "$referral"
check "there it has no case" is "$(jq -c .case_label <<<"$out")" null
ask_well mission referral show "${code,,}"
check "people are told whom to say it to" has "$out" "code-name $code: say this to ngo@nrm.example on the phone"
ask_well mission referral accept "$code"
until_true 10 "the answer arrives" state_is ngo "$referral" accepted
refused 64 E-USE-07 mission referral show "${code%?}$(((${code: -1} + 1) % 10))"

say "a label and its case stay here"
for verb in "referral list --json" "audit list --json" "audit list --log house --json" "consent list --json" \
    "referral show $code --data --json"; do
    ask_well mission $verb
    check "no label: $verb" has_not "$out" "$label"
    check "no case: $verb" has_not "$out" "$case"
done
printf '%s\n%s\n' "$label" "$case" >"$dir/words"
stop mission
check "nor in its folder" run /usr/bin/python3 "$here/canary.py" "$dir/words" "${home[mission]}"
stop ngo
ask_well ngo case list
check "a stopped node lists them" has "$out" "$label"
end_scenario
