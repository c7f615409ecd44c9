#!/bin/bash
# Goal: a note stays beside its case; what a supervisor is to see to is listed until he says that he has, also after a
# crash.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo
ask_well ngo case new --language ukr --json
label=$(value "$out" label)
printf 'She asks for her sister.\nTwice.\n' >"$dir/note"
printf 'Shall we call the police?\n' >"$dir/question"
day=$(date -u -d '+5 days' +%F)

said ngo case note "$label" --file "$dir/note"
check "the first note" is "$(jq -c '[.note, .by, .text]' <<<"$out")" '[1,null,"She asks for her sister.\nTwice."]'
said ngo case note "$label" --file "$dir/question" --for-supervisor --by "$day"
check "for a supervisor, by that day" is "$(jq -c '[.note, .by]' <<<"$out")" "[2,\"$day\"]"
said ngo case notes "$label"
check "both" lines_are "$out" 2
ask_well ngo case notes "$label"
check "people read who and what" has "$out" "Shall we call the police?"
said ngo case tasks
check "one waits" is "$(jq -c '[.label, .note, .by, .late]' <<<"$out")" "[\"$label\",2,\"$day\",false]"
ask_well ngo work --json
check "it is work, too" is "$(jq -c '[.note, .overdue]' <<<"$out")" '[2,false]'
ask_well ngo work
check "people read it" has "$out" "see to note 2"
crash ngo
start ngo
ask_well ngo case tasks
check "after a crash, too" has "$out" "$label"
said ngo case done "$label" --note 2
check "it is seen to" is_not "$(jq -c .done <<<"$out")" null
ask_well ngo case tasks
check "nothing waits" has "$err$out" "Nothing waits for a supervisor."
: >"$dir/empty"
for wrong in "64 E-USE-02 case note $label" "64 E-USE-02 case note $label --file $dir/note --for-supervisor" \
    "64 E-USE-02 case note $label --file $dir/note --by $day" "64 E-USE-04 case note $label --file $dir/empty" \
    "64 E-CAS-25 case note $label --file $dir/note --for-supervisor --by 2001-01-01" \
    "66 E-CAS-26 case done $label --note 1" "64 E-USE-02 case done $label"; do
    read -r status code words <<<"$wrong"
    refused "$status" "$code" ngo $words
done
stop ngo
end_scenario
