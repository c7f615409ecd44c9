#!/bin/bash
# Goal: when a person withdraws, reading stops at once at the other agency; after erasure no key opens her data again, and
# both logs record it.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
import_cases ngo "$cases/cases.csv"
readarray -t ids <<<"$out"

shared_case() { # CASE: accepted, with its sections, under a consent of its own
    consent_for ngo "$1" triage,identity,notes mission
    refer ngo "$1" mission --release now
    until_true 10 "it arrives" state_is mission "$referral" delivered
    ask_well mission referral accept "$referral"
    until_true 10 "it is accepted" state_is ngo "$referral" accepted
    ask_well mission referral show "$referral" --data
    check "the mission can read it" has "$out" prs_FirstName
}
consent_says() { [ "$(value "$(refex consent show "$2" --json --home "${home[$1]}" 2>/dev/null)" "$3")" = "$4" ]; }
closed_at() { refex referral show "$2" --data --home "${home[$1]}" >/dev/null 2>"$dir/err"; [ $? -eq 77 ] && grep -q E-CON-05 "$dir/err"; }

say "at a terminal a person reads what will happen, and is asked"
shared_case "${ids[0]}"
first=$consent first_referral=$referral
at_terminal() { # ANSWER WORD…
    run "$here/terminal.py" "$1" refex --home "${home[ngo]}" consent withdraw "${@:2}"
}
ask_well ngo consent withdraw "$first" --dry-run --json
check "a dry run, for programs" is "$(value "$out" would_change)" true
erased_from=$(value "$out" erase_from)
at_terminal n "$first"
check "no is an answer" is "$rc" 1
check "she reads what ends here" has "$out" "sharing and reading stop at once. What was exchanged under it is erased from "
check "when it is erased here" has "$out" "is erased from $erased_from on"
check "and there" has "$out" "erases from $erased_from on (if told later: then)"
check "who is told" has "$out" "mission@nrm.example may hold data: it is told at once, and again until it answers"
check "what cannot be undone" has "$out" "she can only give a new consent"
check "what is kept" has "$out" "both audit logs keep that she consented and withdrew"
check "her case file is" has "$out" "Her case file here stays"
check "nothing was done" has "$out" "Nothing was withdrawn."
check "it stands" consent_says ngo "$first" state stands
ask_well ngo consent withdraw "$first" --dry-run
check "a dry run says the same" has "$out" "mission@nrm.example may hold data"
check "and does nothing" consent_says ngo "$first" state stands
consent_for ngo "${ids[0]}" notes mission
at_terminal y "$consent"
check "who got nothing is told nothing" has "$out" "nothing under it has left this node: mission@nrm.example is told nothing"
check "yes withdraws it" is "$rc" 0
check "and only then it is stopped" consent_says ngo "$consent" state stopped
at_terminal n "$consent"
check "said again it asks nothing" has_not "$out" "[y/N]"
check "and answers what stands" has "$out" "nothing had left, so nobody was asked"
at_terminal n "$consent" --erase-now --seen-alone yes
check "erasing at once is asked about again" has "$out" "Erase at once? [y/N]"
check "it was withdrawn before" has "$out" "is withdrawn; now it is erased at once"
check "and stays so" has "$out" "Nothing was changed: it stays withdrawn."
check "what stays is said" has "$out" "the audit log here keeps that she consented and withdrew. Her case file here stays"
at_terminal n "$consent" --erase-now --seen-alone yes --confirm
check "with --confirm it is not" has_not "$out" "[y/N]"
until_true 10 "it is erased" consent_says ngo "$consent" state erased

say "stop: nothing is read or shared any more, nothing is erased yet"
shared_case "${ids[1]}"
second=$consent second_referral=$referral
refused 64 E-USE-02 ngo consent withdraw "$first" --erase-now
refused 64 E-USE-03 ngo consent withdraw "$first" --erase-now --seen-alone no
refused 64 E-USE-03 ngo consent withdraw "$first" --dry-run --confirm
refused 66 E-CON-06 ngo consent withdraw 00112233445566778899aabbccddeeff
refused 66 E-CON-06 mission consent withdraw "$first"
check "it still stands" consent_says ngo "$first" state stands
ask_well ngo consent withdraw "$first" --json
check "it is stopped here" is "$(value "$out" state)" stopped
until_true 10 "it is closed there" closed_at mission "$first_referral"
confirms_by() { [[ $(refex consent show "$first" --home "${home[ngo]}") == *"(receipt); not yet confirmed: it will when it has erased, by "* ]]; }
until_true 10 "that it was told is shown, and by when it confirms" confirms_by
ask_well mission consent show "$first"
check "the recipient says from when it erases" has "$out" "stopped here, erased from $erased_from on"
run refex status --home "${home[ngo]}"
check "that is nothing to act on" is "$rc" 0
refused 77 E-CON-05 mission referral show "$first_referral" --data
ask_well mission referral show "$first_referral"
check "that it was is still shown" has "$out" RECEIVED
refused 77 E-CON-01 ngo referral send --case "${ids[0]}" --to mission --service SHELTER --urgency normal --partial
ask_well ngo consent withdraw "$first"
check "said again it is no second withdrawal" audit_counts ngo '"kind":"WITHDRAWN"' 3
ask_well mission referral show "$second_referral" --data
check "another person's data is not touched" has "$out" prs_FirstName
check "no key was destroyed yet" audit_counts mission '"kind":"ERASED"' 0

say "erase: the key is destroyed, the other agency states it"
cp "${home[mission]}/keys" "$dir/keys.before"
ask_well ngo consent withdraw "$second" --erase-now --seen-alone yes --json
check "nobody says more than was done" is "$(value "$out" told)" owed
until_true 15 "the mission has stated what it erased" consent_says ngo "$second" answered true
ask_well ngo consent show "$second" --json
check "it names the sections" is "$(value "$out" answered_erased)" '["triage","identity","notes"]'
check "it kept none" is "$(value "$out" answered_kept)" '[]'
ask_well ngo consent show "$second"
check "people are told so" has "$out" "erased there: triage,identity,notes"
ask_well ngo case who "$(value "$(refex consent show "$second" --json --home "${home[ngo]}")" case)"
check "who had what is one page" has "$out" "erased; there: erased"
ask_well ngo consent withdraw "$second"
check "said again it says what has happened" has "$out" "Sharing and reading have stopped here and at the recipient"
check "the mission's log has it" audit_counts mission '"kind":"ERASED"' 1
refused 77 E-CON-05 mission referral show "$second_referral" --data
overwritten() { # no bytes of an overwritten slot are anywhere in the home any more
    /usr/bin/python3 - "$dir/keys.before" "${home[mission]}" <<'PYTHON'
import os, sys
before = open(sys.argv[1], "rb").read()
after = open(os.path.join(sys.argv[2], "keys"), "rb").read()
head = len(before) % 80
slots = [before[at : at + 80] for at in range(head, len(before), 80)]
now = {after[at : at + 80] for at in range(head, len(after), 80)}
gone = [s for s in slots if s not in now]
if not gone:
    sys.exit("no slot was overwritten")
for folder, _, names in os.walk(sys.argv[2]):
    for name in names:
        at = os.path.join(folder, name)
        if os.path.isfile(at):
            data = open(at, "rb").read()
            if any(s in data for s in gone):
                sys.exit("an erased slot is still in " + name)
print(len(gone))
PYTHON
}
must overwritten
say "slots overwritten: $out"

say "a withdrawal waits for an agency that is down"
shared_case "${ids[2]}"
third=$consent third_referral=$referral
stop mission
ask_well ngo consent withdraw "$third" --erase-now --seen-alone yes
start mission
until_true 15 "it is erased when it is back" consent_says ngo "$third" answered true
check "and closed" closed_at mission "$third_referral"

say "a no is the withdrawal of a yes that stands, and says so"
shared_case "${ids[3]}"
fourth=$consent
no_for_research=(consent record --case "${ids[3]}" --to mission --refused --section health --purpose research --given-by self)
ask_well ngo "${no_for_research[@]}" --dry-run
check "a dry run says which yes it ends" has "$out" "She withdraws consent $fourth, for mission@nrm.example:"
check "and what that was" has "$out" "What         triage,identity,notes for services"
check "and that nothing is recorded yet" has "$out" "would be recorded: refusal for mission@nrm.example"
ask_well ngo "${no_for_research[@]}" --dry-run --json
check "programs read it, too" has "$out" "\"withdraws\":\"$fourth\""
check "nothing was done" consent_says ngo "$fourth" state stands
run "$here/terminal.py" n refex --home "${home[ngo]}" "${no_for_research[@]}"
check "no is an answer" is "$rc" 1
check "at a terminal she reads it first" has "$out" "She withdraws consent $fourth, for mission@nrm.example:"
check "whatever the no names" has "$out" "A no is a no to that agency for everything"
check "nothing was recorded" has "$out" "Nothing was recorded, and nothing was withdrawn."
check "it stands" consent_says ngo "$fourth" state stands
printf '{"case": "%s", "to": ["mission"], "refused": true, "given_by": "self"}' "${ids[3]}" >"$dir/no.json"
ask_well ngo consent record "$dir/no.json" --dry-run
check "beside a file, too" has "$out" "She withdraws consent $fourth"
ask_well ngo "${no_for_research[@]}"
check "a script reads which yes it ended" has "$out" "withdrawn with this no: consent $fourth for mission@nrm.example, triage,identity,notes for services"
check "that yes is stopped here" consent_says ngo "$fourth" state stopped
until_true 10 "and closed there" closed_at mission "$referral"
run "$here/terminal.py" n refex --home "${home[ngo]}" "${no_for_research[@]}"
check "where no yes stands nothing is asked" is "$rc" 0

say "it stays so after a restart; both logs verify"
stop ngo mission
start ngo mission
check "a stop is followed by what all consents are" audit_counts ngo '"kind":"CONSENTS"' 1
ask_well ngo audit list --kind CONSENTS
check "how many, in words" has "$out" "consents 7"
ask_well mission audit list --kind TAKEN
check "the other agency's log has what it took over" has "$out" "of ngo@nrm.example  state taken-over"
check "and what it was told" has "$out" "state erase"
for r in "$first_referral" "$second_referral" "$third_referral"; do
    check "closed" closed_at mission "$r"
done
check "each withdrawal is logged, and the two steps of one" audit_counts ngo '"kind":"WITHDRAWN"' 6
logs_verify ngo mission

say "who writes the disk revives no consent"
stop ngo
must /usr/bin/python3 -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("UPDATE consent SET progress = 1, erase_from = 0 WHERE lower(hex(id)) = ?", [sys.argv[2]])
db.commit()' "${home[ngo]}/refex.db" "$first"
start ngo
refused 77 E-CON-01 ngo referral send --case "${ids[0]}" --to mission --service SHELTER --urgency normal --partial
run refex status --home "${home[ngo]}"
check "status is not well" is "$rc" 1
check "it names the consent" has "$out" "consent $first is shut: its state in the database is not the audit log's"
check "and the code" has "$out" "(E-CON-21)"
check "who looks at the consent reads it, too" consent_says ngo "$first" state shut
ask_well ngo consent withdraw "$first"
run refex status --home "${home[ngo]}"
check "withdrawing it sets it right" has_not "$out" "$first"

say "an answer that refex cannot give any more is given by a person"
consent_for ngo "${ids[4]}" triage mission
refer ngo "${ids[4]}" mission
until_true 10 "it arrives" state_is mission "$referral" delivered
unanswered=$referral
consent_for ngo "${ids[5]}" triage mission
refer ngo "${ids[5]}" mission
until_true 10 "it arrives" state_is mission "$referral" delivered
suspended_consent=$consent suspended_referral=$referral
consent_for ngo "${ids[4]}" triage mission
refer ngo "${ids[4]}" mission
until_true 10 "it arrives" state_is mission "$referral" delivered
stop ngo
ask_well mission referral accept "$referral"
refused 65 E-OWE-02 mission agency told ngo "$referral" --reason told-outside

say "who is suspended stops what it gave, and people are told to phone it"
must refex federation revoke ngo --home "$fed" --reason suspended --confirm=ngo
publish
ask_well mission enrol "$dir/mission.membership" "$dir/directory.refex" --federation "$fingerprint"
start ngo
ask_well ngo consent withdraw "$suspended_consent" --erase-now --seen-alone yes
until_true 20 "nothing is read at the mission any more" closed_at mission "$suspended_referral"
check "and nothing was erased for it" consent_says mission "$suspended_consent" state stopped
run refex status --home "${home[mission]}"
check "status names it" has "$out" "1 consent was stopped by ngo@nrm.example while it was suspended"
check "and the code" has "$out" "(E-RVK-21)"
said mission agency stops
check "which consent" is "$(value "$out" consent)" "$suspended_consent"
refused 65 E-RVK-20 mission agency stops --seen mission
does 'refex agency stops --home node --seen brama' "--home node" "--home ${home[mission]}" brama ngo
does 'refex agency stops --home node' "--home node" "--home ${home[mission]}"
check "then it is listed no more" has "$err" "No agency that is or was suspended has stopped a consent."
run refex status --home "${home[mission]}"
check "nor named" has_not "$out" E-RVK-21
ask_well mission audit list --log house --kind STOPS_SEEN
check "the log has that it was phoned" has "$out" "agency ngo@nrm.example  consents 1"
stop ngo

say "who left is told by a person what it is owed"
must refex federation revoke ngo --home "$fed" --reason left --confirm=ngo
publish
ask_well mission enrol "$dir/mission.membership" "$dir/directory.refex" --federation "$fingerprint"
run refex status --home "${home[mission]}"
check "status is not well" is "$rc" 1
check "it says what to tell whom" has "$out" "by hand: tell ngo@nrm.example outside refex that referral $referral was accepted"
check "and the code" has "$out" "(E-OWE-04)"
check "and with which command to close it" has "$out" "then: refex agency told ngo $referral --reason told-outside (owed since "
check "a time for people" has "$out" " UTC; it is no member now)"
refused 64 E-USE-02 mission agency told ngo "$referral"
refused 64 E-USE-04 mission agency told ngo "$referral" --reason done
refused 65 E-OWE-01 mission agency told ngo "$first" --reason told-outside
run refex status --home "${home[mission]}"
check "it stands until she says so" has "$out" "by hand: tell ngo@nrm.example"
ask_well mission agency told ngo "$referral" --reason told-outside
run refex status --home "${home[mission]}"
check "then it does not" has_not "$out" "E-OWE-04"
ask_well mission referral decline "$unanswered" --reason at-capacity
check "one given after it left is recorded, too, and whose it is to tell" has "$out" "refex agency told ngo@nrm.example $unanswered"
ask_well mission referral show "$unanswered"
check "it is declined here" has "$out" declined
run refex status --home "${home[mission]}"
check "status names it" has "$out" "by hand: tell ngo@nrm.example outside refex that referral $unanswered was declined"
ask_well mission agency told ngo "$unanswered" --reason told-outside
ask_well mission audit list --kind SETTLED
check "the log has who ended it, and why" has "$out" "told-outside"

say "who has left calls back what it gave, and is believed: it was suspended before, so a person compares its key first"
start ngo
key=$(value "$(refex agency show ngo --home "${home[mission]}" --json | grep '"self":false')" fingerprint)
ask_well mission agency confirm ngo "$key"
ask_well ngo consent withdraw "$consent" --erase-now --seen-alone yes
until_true 20 "it is erased at the mission" consent_says mission "$consent" state erased
until_true 20 "and that came back" consent_says ngo "$consent" told erased
check "by a narrow link" file_has "$dir/mission.log" "narrow=cut-off"
ask_well mission agency list --json
check "which is no link to a member" has "$(printf '%s\n' "$out" | grep '"ngo@')" '"linked":false'
end_scenario
