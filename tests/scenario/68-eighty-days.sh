#!/bin/bash
# Goal: the story of the demo over eighty days, with real programs at five agencies whose clocks are moved together:
# directories that end are renewed, answers come late, he takes back what one agency may know, and a consent ends by
# its last day. With REFEX_LONG (tools/test.sh --long); else its first three days.
. "$(dirname "$0")/lib.sh"

begin_days
agencies=(lantern bridge oakfield ministry police)
day=0

# on DAY: it is that day from now on at all of them. Once a week the coordinator publishes, and operators take it in.
on() {
    local agency

    while [ "$day" -lt "$1" ]; do
        day=$((day + 1))
        day_is "$day"
        [ $((day % 7)) -eq 0 ] || continue
        publish
        for agency in "${agencies[@]}"; do
            enrol "$agency"
        done
    done
    say "day $day"
}

# holds AGENCY REFERRAL SECTIONS: these it can open.
holds() { [ "$(refex referral show "$2" --home "${home[$1]}" --data --json 2>/dev/null | sections_in)" = "$3" ]; }
sections_in() { /usr/bin/python3 -c 'import json, sys; print(*json.loads(sys.stdin.read() or "{}").get("sections", {}), sep=",")'; }

start_federation lantern:SupportNGO bridge:Embassy oakfield:SocialServices ministry:Ministry police:Police
start "${agencies[@]}"
cat >"$dir/case.json" <<'CASE'
{"prs_FirstName": "Pryklad", "prs_SecondName": "Zrazko", "prs_Birthdate": "1974-06-11", "prs_Gender": "Masculine",
 "prs_PrimaryLanguage": "ukr", "prs_Citizenship": ["UA"], "prs_MobilePhone": "+12025550147", "ext_SafeToCall": true,
 "ext_SafeHours": "after 18:00", "vic_TraffickingStatus": "PossibleVictimOfTrafficking",
 "vic_TypeOfExploitation": ["ForcedLabour"], "ext_HealthNeeds": "cataract in both eyes", "ext_TracingWanted": true,
 "ext_FamilyMembers": [{"ext_MemberName": "Olena Zrazko", "ext_MemberRelation": "Sibling"}]}
CASE
import_cases lantern "$dir/case.json"
of=$out

# agreed TO SECTIONS PURPOSE [MORE…]: the consent in $consent.
agreed() {
    ask_well lantern consent record --case "$of" --to "$1" --section "$2" --purpose "$3" --given-by self --language uk \
        --notice leaflet-3 --interpreter independent --seen-alone yes --json "${@:4}"
    consent=$(value "$out" consent)
}

# sent TO KIND SERVICE PURPOSE: the referral in $referral, which has arrived there.
sent() {
    ask_well lantern referral send --case "$of" --to "$1" --kind "$2" --service "$3" --purpose "$4" --urgency normal \
        --partial --json
    referral=$(value "$out" referral)
    until_true 10 "it arrives" state_is "$1" "$referral" delivered
}

# steps STATE AGENCY VERB …: the agency that was asked says so, and the one that referred reads it.
steps() {
    ask_well "$2" referral "$3" "$referral" "${@:4}"
    until_true 10 "who referred is told: $1" state_is lantern "$referral" "$1"
}

in_days() { date -ud "+$1 days" +%FT10:00:00Z; }

agreed bridge triage,contact,health services
to_bridge=$consent
agreed ministry identity,status,exploitation status-application --until "$(date -ud '+70 days' +%F)"
agreed oakfield identity,family family-tracing
ask_well lantern consent record --case "$of" --to police --refused --given-by self --language uk --notice leaflet-3 \
    --seen-alone yes
sent bridge referral FOOD_NFI,MEDICAL,PSYCHOSOCIAL services
at_bridge=$referral
steps accepted bridge accept
until_true 10 "the rest follows" holds bridge "$referral" triage,contact,health
steps expected bridge expect --at "$(in_days 2)" --brought-by referrer
refused 77 E-CON-25 lantern referral send --case "$of" --to police --service POLICE_PROTECTION --urgency normal \
    --purpose criminal-proceedings --partial

on 2
steps arrived bridge arrived
on 3
steps in-progress bridge progress --how begun
if [ -z "${REFEX_LONG:-}" ]; then
    logs_verify "${agencies[@]}"
    end_scenario
    exit 0
fi
on 5
sent oakfield tracing FAMILY_TRACING family-tracing
at_oakfield=$referral
on 9
steps info-requested oakfield ask --what identity
on 12
ask_well lantern referral update "$referral" --section identity
until_true 10 "it is answered" state_is oakfield "$referral" acknowledged
on 15
steps accepted oakfield accept
until_true 10 "the rest follows" holds oakfield "$referral" identity,family
crash oakfield
start oakfield
on 20
sent ministry status VICTIM_STATUS_APPLICATION status-application
at_ministry=$referral
on 21
steps accepted ministry accept
until_true 10 "the rest follows" holds ministry "$referral" identity,status,exploitation

on 30
referral=$at_bridge
steps finished bridge finish --outcome given
steps closed bridge close
crash lantern
on 37 # a directory went round meanwhile
start lantern

on 40
check "Bridge still reads what came" holds bridge "$at_bridge" triage,contact,health
ask_well lantern consent withdraw "$to_bridge"
until_true 10 "reading ends at once" holds bridge "$at_bridge" ""
on 44
until_true 20 "and it is erased after 72 hours" state_is bridge "$at_bridge" erased
until_true 20 "of which Lantern has the statement" audit_counts lantern '"what":"withdrawal".*"how":"answered"' 1

on 60
referral=$at_oakfield
steps in-progress oakfield progress --how begun
check "the ministry still reads what came" holds ministry "$at_ministry" identity,status,exploitation
on 71
check "after the last day it does not" holds ministry "$at_ministry" ""
refused 77 E-CON-01 lantern referral send --case "$of" --to ministry --kind status --service VICTIM_STATUS_APPLICATION \
    --purpose status-application --urgency normal --partial

on 80
referral=$at_oakfield
steps finished oakfield finish --outcome given
check "who was not told has nothing" audit_counts police '"kind":"RECEIVED"' 0
check "Bridge has nothing" holds bridge "$at_bridge" ""
check "Oakfield has what it may" holds oakfield "$at_oakfield" identity,family
for agency in "${agencies[@]}"; do
    until_true 10 "nothing waits at $agency" status_is "$agency" waiting 0
done
logs_verify "${agencies[@]}"
end_scenario
