#!/bin/bash
# Goal: what --json prints is what docs/JSON.md says, each member by name and type, of each command.
. "$(dirname "$0")/lib.sh"

say "a federation is founded"
must refex federation init --home "$fed" --name nrm.example --basis 'vital-interests=danger to life' --json
as_said '`refex federation init`'
fingerprint=$(value "$out" fingerprint)
read -ra ports <<<"$(free_ports 2)"
home[ngo]=$dir/ngo port[ngo]=${ports[0]} home[mission]=$dir/mission port[mission]=${ports[1]}
said ngo init --agency ngo@nrm.example --kind SupportNGO --listed --listen "127.0.0.1:${port[ngo]}"
said ngo agency show
must refex federation issue --home "$fed" "${home[ngo]}/request.refex" --out "$dir/ngo.membership" --dry-run --json
as_said '`refex federation issue`'
must refex federation issue --home "$fed" "${home[ngo]}/request.refex" --out "$dir/ngo.membership" \
    --fingerprint "$(value "$out" fingerprint)" --json
as_said '`refex federation issue`'
add_member mission Police
must refex federation publish --home "$fed" --out "$dir/directory.refex" --json
as_said '`refex federation publish`'
must refex federation restore --home "$fed" "$dir/directory.refex" --json
as_said '`refex federation restore`'
said ngo enrol "$dir/ngo.membership" "$dir/directory.refex" --federation "$fingerprint"
enrol mission
start ngo mission
said ngo enrol "$dir/ngo.membership" "$dir/directory.refex"

say "cases, consents, referrals"
printf 'prs_FirstName,prs_Gender\nAnna,Nobody\n' >"$dir/bad.csv"
ask ngo case import "$dir/bad.csv" --json
as_said '`refex case import`' "$(grep -v '^{"error"' <<<"$err")"
as_said "Failures" "$(grep '^{"error"' <<<"$err")"
said ngo case import "$cases/cases.csv"
readarray -t ids < <(grep -o '[0-9a-f]\{32\}' <<<"$out")
ask ngo case import "$cases/cases.csv" --json
as_said '`refex case import`' "$(grep -v '^{"error"' <<<"$err")"
said ngo case list
printf 'example\n' >"$dir/words"
said ngo case find --words-file "$dir/words"
said ngo case show "${ids[0]}"
cat >"$dir/each_type.json" <<'CASE'
{"prs_FirstName": "Olha", "prs_Birthdate": "1999-03-04", "prs_Deceased": false, "prs_Email": "olha@example.org",
 "prs_HomePhone": "+48000000877", "prs_PrimaryLanguage": "ukr", "prs_Citizenship": ["UA", "PL"], "prs_NumberOfChildren": 0,
 "prs_MailingCountry": "PL", "prs_MailingLongitude": 19.145136, "prs_MailingLatitude": 51.919438, "ext_AccessNeeds": true,
 "vic_MethodsOfControl": ["DebtBondage"], "cco_CaseComment": "two\nlines",
 "ext_Events": [{"hte_Type": "Exploitation", "hte_Country": "PL"}, {"hte_City": "Lviv", "hte_Longitude": -0.5}]}
CASE
said ngo case import "$dir/each_type.json"
said ngo case show "$(value "$out" case)"
check "a group has two records" has "$out" '"ext_Events":[{'
consent_for ngo "${ids[1]}" triage mission --told-irreversible
for how in --dry-run --confirm; do
    said ngo consent record --case "${ids[1]}" --to mission --refused --given-by self $how
    check "the yes is named" has "$out" "\"withdraws\":\"$consent\""
done
said ngo consent record --case "${ids[0]}" --section triage,identity --except prs_Birthdate --to mission --purpose services \
    --given-by self --language uk --notice leaflet-3 --seen-alone yes --told-irreversible
consent=$(value "$out" consent)
said ngo consent show "$consent"
check "what was recorded is told" has "$out" '"excluded":["prs_Birthdate"]'
said ngo referral send --case "${ids[0]}" --to mission --service SHELTER --urgency normal --partial --dry-run
said ngo referral send --case "${ids[0]}" --to mission --service SHELTER --urgency normal --partial
first=$(value "$out" referral)
ask ngo referral send --case "${ids[0]}" --to mission --service SHELTER --urgency normal --require health --json
as_said "Failures" "$err"
until_true 10 "it arrives" state_is mission "$first" delivered
said mission referral show "$first" --data
said ngo referral accept-by-phone "$first"
said mission referral accept "$first"
her=$(value "$out" case)
said mission case received "$her"
printf '{"ext_Returned":true}' >"$dir/became.json"
said mission case edit "$her" --file "$dir/became.json"
said mission consent record --case "$her" --section return --to ngo --purpose services --given-by self --language uk \
    --notice leaflet-3 --seen-alone yes
said mission referral outcome "$first"
said mission referral join "$first"
said mission staff add 61001 --role caseworker
said mission referral assign "$first" --to 61001
until_true 10 "it is accepted" state_is ngo "$first" accepted
said mission consent show "$consent"
check "whose case it is of is not known there" has "$out" '"case":null'
refer ngo "${ids[0]}" mission
until_true 10 "the second arrives" state_is mission "$referral" delivered
said mission referral decline "$referral" --reason other
until_true 10 "it is declined" state_is ngo "$referral" declined
said ngo referral show "$referral" --data
said ngo referral list
said mission referral list
stop mission
refer ngo "${ids[0]}" mission
said ngo referral list
said ngo work
start mission
said ngo consent list
said ngo consent withdraw "$consent" --dry-run
said ngo consent withdraw "$consent" --erase-now --seen-alone yes
until_true 20 "the statement comes" audit_counts ngo '"what":"withdrawal".*"how":"answered"' 1
said ngo consent show "$consent"
said mission consent list
said ngo case show "${ids[0]}"
said ngo case who "${ids[0]}"
check "what was erased is told" has "$out" '"consent_state":"erased","until":null,"told":"erased"'
said ngo case close "${ids[2]}" --reason other
said ngo case show "${ids[2]}"
said ngo case reopen "${ids[2]}"
said ngo case delete "${ids[2]}" --reason she-asked --yes
said ngo case delete "${ids[2]}" --undo
printf 'Regional court, 12/2026\nall of it\n' >"$dir/court"
said ngo case hold "${ids[2]}" --file "$dir/court" --until 2099-01-01
said ngo case hold "${ids[2]}" --lift
said ngo case basis "${ids[2]}" --basis public-task --not-told not-safe
said ngo case basis "${ids[2]}"
said ngo case date "${ids[2]}" --kind reflection --until "$(date -u -d '+5 days' +%F)"
said ngo case date "${ids[2]}" --kind status --until "$(date -u -d '+700 days' +%F)"
said ngo case date "${ids[2]}"
said ngo work
said ngo case show "${ids[2]}"

say "how far an incident reaches"
said ngo incident extent --since "$(date -u +%F)"
check "what was done with a case is said with it" is "$(jq -r 'select(.case == "'"${ids[0]}"'") | .opened > 0 and .sent > 0' <<<"$out")" true
check "and summed up" is "$(jq -s 'map(select(.since)) | length' <<<"$out") $(jq -s '(map(select(.since)) | .[0].sent) >= (map(select(.case).sent) | add)' <<<"$out")" "1 true"
said mission incident extent --since "$(date -u +%F)"
check "a referral that came is one, too" has "$out" '"referral":"'
refused 64 E-USE-04 ngo incident extent --since 2099-01-01
ask_well ngo incident extent --since "$(date -u +%F)" --csv
check "there is a table" has "$out" "case,referral,opened,taken_out,sent,erased_since"
ask ngo incident extent --since 2026-01-01 --csv --json
check "it is one of the two" has "$rc $err" '64 {"error":"E-USE-03"'
refused 64 E-USE-02 ngo incident extent

say "nodes, logs, members"
for agency in ngo mission; do
    said $agency status
    said $agency doctor
    said $agency node clock
    said $agency node renew
    said $agency node rekey
said $agency config show
said $agency config check
    said $agency agency list
    said $agency agency show
    said $agency audit list
    said $agency audit list --log house
    said $agency audit verify
done
printf 'Ada K.\n' >"$dir/ada.name"
said ngo staff add 61001 --role caseworker,auditor --until "$(date -ud '+30 days' +%F)" --name-file "$dir/ada.name" \
    --scope-log house --scope-from 2026-01-01
check "the scope is told" has "$out" '"scope_logs":["house"],"scope_from":"2026-01-01"'
check "the roles are words" has "$out" '"roles":["caseworker","auditor"]'
said ngo staff role 61001 --take auditor
check "what was not taken stays" has "$out" '"roles":["caseworker"]'
said ngo case assign "${ids[0]}" --to 61001
said ngo desk set legal
said ngo desk member legal 61001
said ngo desk duty legal 61001 --until "$(date -ud '+8 hours' +%FT%TZ)"
said ngo desk list
check "who is on duty, until when" has "$out" '"on_duty_until":"'
said ngo case assign "${ids[0]}" --desk legal
check "the desk is named" has "$out" '"desk":"legal"'
said ngo case list
said ngo desk set legal --visibility house
said ngo house list
said ngo house show "${ids[0]}"
check "nothing stands on it" has "$out" '"known":false'
said ngo case assign "${ids[0]}" --no-desk
said ngo case link "${ids[0]}" --with "${ids[1]}" --as sibling
check "what it is to her" has "$out" '"relation":"sibling"'
said ngo case never "${ids[1]}" --staff 61001
said ngo case never "${ids[1]}" --agency mission
check "whom" has "$out" '"agency":"mission@nrm.example"'
said ngo staff add 61002 --role caseworker
said ngo staff hand-over 61001 --to 61002
check "how many" has "$out" '"cases":1,"referrals":0'
said ngo staff list
check "and the name is there" has "$out" '"name":"Ada K."'
said ngo staff add "$(id -un)" --role caseworker,supervisor,operator
said ngo staff add 61003 --role supervisor
said ngo staff add 61004 --role caseworker
check "it waits for a second supervisor" has "$out" '"proposed_give":["caseworker"]'
nobody=$(value "$out" staff)
said ngo staff confirm 61004 --refuse
said ngo staff forget "$nobody"
check "it is said" has "$out" '"forgotten":true'
said ngo watch --once --since start
check "staff and their roles are told" has "$out" '"roles":["caseworker","auditor"]'
said mission watch --once --since start
said ngo node stop
wait "${pid[ngo]}"
unset "pid[ngo]"
ask ngo status --json
as_said '`refex status`'
said ngo referral list
said ngo consent list
check "what is sealed is left out" has "$out" '"sealed":true'
must refex request --home "${home[ngo]}" --endpoint 127.0.0.1:7499 --json
as_said '`refex request`'
replace mission Police
key=$(value "$(refex agency show mission --home "${home[mission]}" --json | grep '"self":true')" fingerprint)
start ngo
enrol ngo
said ngo agency show mission
said ngo agency consequences mission
said ngo agency confirm mission "$key"
said ngo audit list --kind COMPARED
check "a kind is looked for in its log" has "$out" '"kind":"COMPARED"'
said ngo audit list --kind AGENCY_KEY
consent_for ngo "${ids[2]}" triage mission --told-irreversible
refer ngo "${ids[2]}" mission
until_true 10 "it arrives" state_is mission "$referral" delivered
refused 64 E-RVK-13 ngo agency suspend mission
said ngo agency suspend mission --confirm=mission
stop mission
ask_well ngo consent withdraw "$consent"
must refex federation revoke mission --home "$fed" --reason left --dry-run --json
as_said '`refex federation revoke`'
must refex federation rollover issuing --home "$fed" --dry-run --json
as_said '`refex federation rollover`'
must refex federation revoke mission --home "$fed" --reason left --confirm=mission@nrm.example --json
as_said '`refex federation revoke`'
publish
enrol ngo
said ngo agency told mission "$consent" --reason told-outside
must refex federation show --home "$fed" --json
as_said '`refex federation show`'

stop ngo
printf 'one quiet owl\n' >"$dir/new.pass" && chmod 600 "$dir/new.pass"
must refex passphrase --home "${home[ngo]}" --new-passphrase-file "$dir/new.pass" --json
as_said '`refex passphrase`'
must refex federation passphrase --home "$fed" --new-passphrase-file "$dir/new.pass" --json
as_said '`refex federation passphrase`'
must refex federation founder --key "$dir/a.key" --out "$dir/a.founder" --json
as_said '`refex federation founder`'
must refex federation invite brama --home "$fed" --out "$dir/i" --json
as_said '`refex federation invite`'
must refex federation init --home "$dir/round" --name round.example --founders "$dir/a.founder" --json
round=$(value "$out" fingerprint)
must refex federation publish --home "$dir/round" --out "$dir/round.refex" --json
as_said '`refex federation publish`'
must refex federation sign "$dir/round.refex" --key "$dir/a.key" --federation "$round" --confirm=1 --json
as_said '`refex federation sign`'
must refex federation init --home "$dir/two" --name two.example --founders 2 --threshold 2 --plain-key --json
must refex init --home "$dir/one" --agency brama@two.example --kind Shelter --listen 127.0.0.1:7411 --listed --json
must refex federation issue --home "$dir/two" "$dir/one/request.refex" --out "$dir/one.membership" --json
must refex federation suspend brama --home "$dir/two" --out "$dir/suspension" --json
as_said '`refex federation suspend`'

# Here, or where a scenario of its own asks it. What needs a fork, or half a minute, is looked at by name only
# (house_pages).
looked_at=$(sed -nE "s/^ *as_said '(\`refex [a-z -]+\`)'.*/\1/p; s/^ *said [^ ]+ ((doctor|leave|pause|status|enrol|init|work|duty|watch)|[a-z]+ [a-z]+(-[a-z]+)*)\b.*/\`refex \1\`/p" \
    "$here"/*.sh)
unseen=$(grep -o '`refex [a-z -]*`' "$source_root/docs/JSON.md" | sort -u | grep -vxF "$looked_at" |
    grep -v 'agency close\|referral not-found')
check "each command of the page was looked at" is "$unseen" ""

end_scenario
