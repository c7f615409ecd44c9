#!/bin/bash
# Goal: a case is closed, takes no referral, is reopened; who has what of it is one page.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}
consent_for ngo "$of" triage mission
refer ngo "$of" mission
until_true 10 "it arrives" state_is mission "$referral" delivered
ask_well ngo case who "$of"
check "who has what" has "$out" "mission@nrm.example"

say "closed"
refused 64 E-USE-02 ngo case close "$of"
refused 64 E-USE-04 ngo case close "$of" --reason because
said ngo case close "$of" --reason services-completed
check "for which reason" is "$(jq -c '[.closed_for, .open_referrals, .consents_standing]' <<<"$out")" '["services-completed",1,1]'
ask_well ngo case close "$of" --reason services-completed
check "people read from when it is deleted" has "$out" "deleted here from "
check "and what stays open" has "$out" "still open: 1 referral"
refused 65 E-END-02 ngo case close "$of" --reason other
refused 65 E-END-01 ngo referral send --case "$of" --to mission --service SHELTER --urgency normal --partial
said ngo case list
check "the list says so" is "$(jq -s 'map(select(.closed)) | length' <<<"$out")" 1
ask_well ngo case show "$of"
check "and the case" has "$out" "services-completed; deleted from "
ask_well ngo audit list --log house --kind CASE_END
check "the log says that, and not why" has "$out" "closed"
check "the log does not say why" has_not "$out" "services-completed"

say "reopened"
crash ngo
start ngo
said ngo case reopen "$of"
check "it is open" is "$(jq -c '[.closed, .deleted_from]' <<<"$out")" '[null,null]'
ask_well ngo case reopen "$of"
check "said again" has "$out" "is open"
refer ngo "$of" mission
logs_verify ngo mission

say "its deletion is asked for, and undone"
refused 64 E-USE-02 ngo case delete "$of"
refused 64 E-USE-02 ngo case delete "$of" --reason she-asked --undo
refused 64 E-USE-04 ngo case delete "$of" --reason kept-long-enough
for more in "" --leave-consents; do # shellcheck disable=SC2086
    refused 64 E-END-10 ngo case delete "$of" --reason she-asked $more
done
run refex case delete "$of" --reason she-asked --json --home "${home[ngo]}"
check "a program says it, too" has "$err" '"E-END-10"'
refused 65 E-END-04 ngo case delete "$of" --reason she-asked --yes
check "what is still out there is said first" has "$err" "mission@nrm.example until "
check "and what withdrawing does" has "$err" "is erased there, too"
refused 65 E-END-05 ngo case delete "$of" --reason she-asked --leave-consents --yes
for more in "" --leave-consents; do # shellcheck disable=SC2086
    run "$here/terminal.py" n refex --home "${home[ngo]}" case delete "$of" --reason she-asked $more
    check "a terminal is asked the same way" has "$out" "Delete it? [y/N]"
    check "what they wrote themselves is told" has "$out" "wrote"
    check "and no is no" has "$out" "It stays; nothing was changed."
done
for r in $(refex referral list --json --home "${home[ngo]}" | jq -r .referral); do
    ask_well ngo referral cancel "$r"
    until_true 10 "it is cancelled" state_is ngo "$r" cancelled
done
said ngo case delete "$of" --reason she-asked --leave-consents --yes
check "from when" is "$(value "$out" deleted_from)" "$(date -u -d '+72 hours +1 day -1 second' +%F)"
check "why" is "$(value "$out" deletion_for)" she-asked
refused 65 E-END-01 ngo referral send --case "$of" --to mission --service SHELTER --urgency normal --partial
run refex status --home "${home[ngo]}"
check "status names it" has "$out" "is deleted here from "
crash ngo
start ngo
ask_well ngo case delete "$of" --undo
check "it is undone" has "$out" "is open"
ask_well ngo audit list --log house --kind CASE_END
check "the log says so" has "$out" "deletion-undone"

say "on which basis it is kept"
ask_well ngo case show "$of"
check "that nobody has said it is said" has "$out" "kept on a basis that nobody has named"
ask_well ngo case basis "$of"
check "there, too" has "$err" "Nobody has said"
refused 64 E-USE-02 ngo case basis "$of" --basis consent
refused 64 E-USE-04 ngo case basis "$of" --basis because --told 2026-11-02
refused 64 E-CAS-29 ngo case basis "$of" --basis public-task --told 2099-01-01
refused 65 E-CAS-30 ngo case basis "$of" --basis consent --not-told not-safe
ask_well ngo case basis "$of" --basis vital-interest --not-told not-able
ask_well ngo case basis "$of" --basis consent --told 2026-11-02
said ngo case basis "$of"
check "how it was stays" is "$(jq -sc 'map([.basis, .told_on, .not_told])' <<<"$out")" \
    '[["vital-interest",null,"not-able"],["consent","2026-11-02",null]]'
ask_well ngo case show "$of"
check "the newest counts" has "$out" "kept on consent"
check "and when she was told" has "$out" "she was told on 2026-11-02"

say "days by which something ends for her"
near=$(date -u -d '+5 days' +%F)
far=$(date -u -d '+700 days' +%F)
ask_well ngo case date "$of"
check "none is kept" has "$err" "No day is kept"
for wrong in "64 E-USE-02 --kind permit" "64 E-USE-02 --until $near" "64 E-USE-04 --kind birthday --until $near" \
    "64 E-CAS-31 --kind permit --until 2001-01-01" "66 E-CAS-32 --kind permit --ended"; do
    read -r status code words <<<"$wrong"
    refused "$status" "$code" ngo case date "$of" $words
done
ask_well ngo case date "$of" --kind reflection --until "$near"
check "that it is short is said" has "$out" "the law gives at least 30 days"
ask_well ngo case date "$of" --kind status --until "$far"
crash ngo
start ngo
ask_well ngo case show "$of"
check "the case names both" has "$out" "reflection until $near, status until $far"
ask_well ngo work
check "what is near is to be done" has "$out" "reflection: ask her what she decided"
check "what is far is not" has_not "$out" "status: "
ask_well ngo watch --once --since start
check "it is told" is "$(grep -c date-near <<<"$out")" 1
run refex status --home "${home[ngo]}"
check "status says that one is near, and not which" has "$out" "dates of cases are near"
ask_well ngo case date "$of" --kind reflection --ended
ask_well ngo work
check "it has ended" has_not "$out" "reflection: "
said ngo case date "$of"
check "how it was stays" is "$(jq -sc 'map([.kind, .until, .counts])' <<<"$out")" \
    "[[\"reflection\",\"$near\",false],[\"status\",\"$far\",true],[\"reflection\",null,false]]"
ask_well ngo audit list --log house
check "no log says which" has_not "$out" reflection
ask_well ngo audit list --log house --kind OPENED
check "the log says that something was said" has "$out" "basis"
check "and not what" has_not "$out" "vital-interest"

say "a court's hold"
printf 'Regional court, 12/2026\nall of it\n' >"$dir/court"
refused 64 E-USE-02 ngo case hold "$of"
refused 64 E-END-08 ngo case hold "$of" --file "$dir/court" --until 2001-01-01
ask_well ngo case hold "$of" --file "$dir/court" --until "$(date -u -d '+300 days' +%F)"
check "it is said" has "$out" "held by a court since "
check "whose it is" has "$out" "Regional court, 12/2026"
ask_well ngo case hold "$of" --lift
check "it is lifted" has_not "$out" "held by a court"

say "a policy of the agency"
stop ngo
printf 'keep_closed_days = 29\n' >>"${home[ngo]}/node.conf"
run timeout 20 refex node run --home "${home[ngo]}"
check "fewer days than it is told before are refused" has "$err" "30 to 36525"
sed -i 's/^keep_closed_days.*/keep_closed_days = 30/' "${home[ngo]}/node.conf"
start ngo
ask_well ngo case close "$of" --reason lost-contact
told_near() { refex audit list --log house --json --home "${home[ngo]}" 2>/dev/null | grep -q '"what":"deletion-near"'; }
until_true 10 "it is told" told_near
run refex status --home "${home[ngo]}"
check "status names it" has "$out" "is deleted here from "
check "by its code" has "$out" "(E-END-03)"
end_scenario
