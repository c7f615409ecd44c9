#!/bin/bash
# Goal: what an agency says of itself is read at every other, without the coordinator; what an unlisted one says stays at
# home unless it says otherwise: no byte of it is on the wire, on another's disk or in a log.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
home[haven]=$dir/haven
must refex init --home "${home[haven]}" --agency haven@nrm.example --kind Shelter --dial-only --plain-key
must refex federation issue --home "$fed" "${home[haven]}/request.refex" --out "$dir/haven.membership"
publish
for agency in ngo mission haven; do enrol $agency; done
start ngo mission haven

entry_of() { # AGENCY LINES…
    printf '%s\n' "${@:2}" >"$dir/$1.entry"
    must refex entry set --home "${home[$1]}" "$dir/$1.entry"
}
knows() { # AGENCY OTHER TEXT
    ask "$1" entry show "$2" --json && [[ $out == *"$3"* ]]
}
knows_nothing() { # AGENCY OTHER
    ask "$1" entry show "$2" || [ "$rc" -eq 1 ]
}

say "an unlisted shelter keeps its number, also when links come up"
entry_of haven '[agency]' 'phone = +48 58 999 88 77' 'services = SHELTER'
check "and says so" has "$out" "Nobody else is told this"
link() { # AGENCY OTHER …: by a referral to each
    import_cases "$1" "$cases/cases.csv"
    of=${out%%$'\n'*}
    for other in "${@:2}"; do
        consent_for "$1" "$of" triage "$other" --told-irreversible
        refer "$1" "$of" "$other"
    done
}
link ngo mission
of_ngo=$of
link haven mission ngo
until_true 20 "all are linked" status_is haven links 2

say "nothing is known of who said nothing"
refused 1 E-ENT-03 ngo entry show mission
refused 1 E-ENT-03 ngo entry show
refused 77 E-FED-25 ngo entry show nobody

say "what the mission says is read at the others"
entry_of mission '[agency]' 'phone = +48 22 123 45 67' 'night-phone = +48600100200' 'zone = UTC0' \
    'services = MEDICAL, SHELTER' '[hours]' 'daily = 00:00-24:00' '[answers]' 'all = emergency 1h' '[desks]' 'night = SHELTER'
until_true 20 "the NGO knows it" knows ngo mission '"phone":"+48221234567"'
said ngo entry show mission
check "it is open" is "$(value "$out" open_now)" true
ask_well ngo entry show mission
check "for people, too" has "$out" "at night      +48600100200"
check "with what is promised" has "$out" "SHELTER emergency 1 h"
ask_well ngo agency list
check "the list has it" has "$out" "+48221234567"
said ngo agency list
said mission entry show
check "its own" is "$(value "$out" self)" true
entry_of mission '[agency]' 'phone = +48 22 765 43 21'
until_true 20 "the newer one replaces it" knows ngo mission '"phone":"+48227654321"'
check "all of it" has_not "$out" MEDICAL
entry_of mission '[agency]' 'phone = +48 22 765 43 21' 'services = SHELTER'
until_true 20 "and the next" knows ngo mission SHELTER

say "a slip changes nothing, and is named"
printf '[agency]\nphone = 22 765\n' >"$dir/bad.entry"
refused 65 E-ENT-02 mission entry set "$dir/bad.entry"
check "by its line" has "$err" "bad.entry:2"
ask_well mission entry show
check "as before" has "$out" "+48227654321"
say "nobody else has the shelter's"
refused 1 E-ENT-03 ngo entry show haven
refused 1 E-ENT-03 mission entry show haven
ask_well ngo agency list
check "no list has it" has_not "$out" 48589998877
said mission entry set "$dir/mission.entry"

say "an emergency prints the phone first, and who else could help"
entry_of mission '[agency]' 'phone = +48 22 765 43 21' 'night-phone = +48600100200' 'zone = UTC0' 'services = SHELTER' \
    '[hours]' "$(date -u -d '+3 days' +%A | tr A-Z a-z) = 08:00-09:00" '[answers]' 'all = emergency 2h'
until_true 20 "the NGO knows it" knows ngo mission '"night_phone":"+48600100200"'
said mission duty
check "the duty phone is that of the night" is "$(value "$out" phone)" "+48600100200"
ask_well mission duty
check "for people" has "$out" "Called now: +48600100200 (its night phone)"
ask ngo duty
check "who has said none has none" is "$rc" 1
ask_well ngo referral send --case "$of_ngo" --to mission --service SHELTER --urgency emergency --partial
check "first" is "${out%%$'\n'*}" "Phone mission@nrm.example now, too: +48600100200 (its night phone)"
check "when they are there" has "$out" "nobody is there now, by its hours; people are from"
referral=$(printf '%s\n' "$out" | grep -oE '[0-9a-f]{32}' | head -1)
said ngo referral show "$referral"
made=$(value "$out" made) due=$(value "$out" due)
check "by their promise" is $(($(date -d "$due" +%s) - $(date -d "$made" +%s))) 7200
check "whom to phone" has "$out" '"phone":"+48600100200","at_night":true'
ask_well ngo referral send --case "$of_ngo" --to mission --service SHELTER --urgency urgent --partial
check "what can wait is phoned by nobody" has_not "$out" "Phone mission"

stop ngo
on_disk() { # AGENCY
    local note

    grep -rlaF 48589998877 "${home[$1]}" "$dir/$1.log" ||
        for note in $(grep -ahoE '[A-Za-z0-9+/]{24,}={0,2}' "${home[$1]}/refex.db" "${home[$1]}/refex.db-wal" 2>/dev/null); do
            printf '%s' "$note" | base64 -d 2>/dev/null | grep -aF 48589998877 && return
        done
}
check "no other disk has it" is "$(on_disk ngo)$(on_disk mission)" ""
check "on its own it is sealed" is "$(on_disk haven)" ""
ask_well ngo entry show mission
check "a stopped node knows what it knew" has "$out" "+48227654321"
ask_well mission duty
start ngo
refer ngo "$of_ngo" mission

say "a front gate, which it means for all, goes round and is taken back"
entry_of haven '[agency]' 'phone = +48 800 100 100' 'to-all-members = yes'
until_true 20 "the NGO knows it" knows ngo haven '"phone":"+48800100100"'
entry_of haven '[agency]' 'phone = +48 58 999 88 77'
until_true 20 "it is taken back" knows_nothing ngo haven
logs_verify ngo mission haven
end_scenario
