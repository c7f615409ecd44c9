#!/bin/bash
# Goal: a list of many is read page by page, newest first at a terminal, and chosen by what stands in the clear; nothing is
# shown twice, or not at all, because something came in between; a program reads all unless it says how many.
. "$(dirname "$0")/lib.sh"

rows=60

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
{
    echo prs_FirstName,cco_CaseComment
    for i in $(seq "$rows"); do
        echo "Example-$i,note $i"
    done
} >"$dir/many.csv"
import_cases ngo "$dir/many.csv" --again
ids() { jq -r ".$1" <<<"$out"; }

say "a program reads all, or pages"
ask_well ngo case list --json
all=$(ids case)
check "all, oldest first" lines_are "$all" "$rows"
ask_well ngo case list --json --limit 20
pages=$(ids case)
check "a page" lines_are "$pages" 20
while [ "$(jq -s length <<<"$out")" = 20 ]; do
    [ "$(grep -c . <<<"$pages")" != 20 ] || { import_cases ngo "$cases/cases.csv" && all+=$'\n'$out; }
    ask_well ngo case list --json --limit 20 --after "$(tail -1 <<<"$pages")"
    [ -z "$out" ] || pages+=$'\n'$(ids case)
done
check "with what came meanwhile, each once" is "$pages" "$all"
ask_well ngo case list --json --sort newest --limit 5
check "newest first" is "$(ids case)" "$(tail -5 <<<"$all" | tac)"

say "a person at a terminal reads the newest, and how to go on"
run "$here/terminal.py" n refex --home "${home[ngo]}" case list
check "fifty, and a title" is "$(grep -c '^[0-9a-f]\{32\} ' <<<"$out")" 50
check "the newest first" has "$(sed -n 2p <<<"$out")" "$(tail -1 <<<"$all")"
check "how to go on" has "$out" "there are more: the same with --after $(tail -50 <<<"$all" | head -1)"

say "what stands in the clear chooses"
of=$(head -1 <<<"$all")
consent_for ngo "$of" triage mission --told-irreversible
refer ngo "$of" mission
until_true 10 "it arrives" state_is mission "$referral" delivered
first=$referral
refer ngo "$of" mission
second=$referral
until_true 10 "it arrives" state_is mission "$second" delivered
ask_well mission referral accept "$second"
until_true 10 "the answer comes" state_is ngo "$second" accepted
ask_well ngo referral list --json --state accepted
check "by state" is "$(ids referral)" "$second"
ask_well ngo referral list --json --agency mission --sort newest
check "by agency" is "$(ids referral)" "$second"$'\n'"$first"
ask_well mission referral list --json --agency mission
check "none with itself" is "$out" ""
ask_well ngo referral list --json --until 2000-01-01
check "by time" is "$out" ""
ask_well ngo referral list --json --since "$(date -u -d yesterday +%F)" --until "$(date -u +%F)"
check "the last day is included" lines_are "$out" 2
ask_well ngo referral list --json --since 2000-01-01 --until 2100-01-01T00:00:00Z
check "by time" lines_are "$out" 2
ask_well ngo referral list --json --service SHELTER --urgency normal
check "by what is asked for" lines_are "$out" 2
ask_well ngo referral list --json --service LEGAL_ADVICE
check "none asks for that" is "$out" ""
ask_well mission referral list --json --sort due
check "what is open, by when it is to be answered" has "$(ids referral | head -1)" "$first"
refused 64 E-USE-04 ngo consent list --sort due
ask_well ngo consent list --json --since 2100-01-01
check "consents by time" is "$out" ""
ask_well ngo consent list --json --own --state stands
check "consents by state" lines_are "$out" 1
ask_well ngo consent list --json --in
check "none came" is "$out" ""
ask_well mission consent list --json --in --agency ngo
check "there it did" lines_are "$out" 1

say "what is no choice is refused by name"
refused 64 E-USE-04 ngo referral list --state lost
refused 64 E-USE-04 ngo case list --sort name
refused 64 E-USE-04 ngo case list --limit 0
refused 66 E-USE-05 ngo case list --after 0123456789abcdef0
refused 64 E-USE-01 ngo case list --nationality UA
stop ngo mission
ask_well ngo case list --json --sort newest --limit 5
check "a stopped node has pages, too" lines_are "$out" 5
end_scenario
