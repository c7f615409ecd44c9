#!/bin/bash
# Goal: from "I want to refer" to "sent" by one command and a talk, of a person whose case is here and of one who is new;
# whatever ends the talk, what was answered is there; where she says no, nothing leaves.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation police:Police
start ngo mission police
import_cases ngo "$cases/cases.csv"
read -r case _ <<<"$out"
ask_well ngo case list --json
label=$(value "${out%%$'\n'*}" label)

talk() { # ANSWERS WORD…: `refex refer WORD…` at a terminal, answered by that file of $dir
    local answers=$dir/$1

    shift
    run "$here/dialogue.py" "$answers" refex --home "${home[ngo]}" refer "$@"
}
referrals() { refex referral list --json --home "${home[ngo]}" | grep -c '"direction":"out"'; }
drafts() { refex draft list --json --home "${home[ngo]}" | grep -c '"draft"'; }

say "nobody is asked where there is nobody to answer"
refused 64 E-USE-02 ngo refer "$label"
ask ngo refer "$label" --json
check "with --json nobody is asked" has "$err" '"error":"E-USE-02"'

say "a known case: one command, its label, and a talk"
cat >"$dir/known" <<'ANSWERS'
danger-now: ?
danger-now: no
service: 1, medical care
urgency: back
service: shelter
urgency: urgent
to: nowhere
to: mission
seen-alone: yes
language: uk
interpreter: not known
notice: leaflet-3
until: later
consent: yes
given-by: self
send: yes
ANSWERS
command="refer $label"
talk known "$label"
check "it is sent" is "$rc" 0
check "no id of 32 digits was typed" has_not "$command" "$case"
check "she is told to phone where it cannot wait" has "$out" "phone first"
check "it is explained" has "$out" "Of a person whose case is here"
check "back asks again" is "$(grep -c 'What does she want help with' <<<"$out")" 2
check "an agency that there is not is refused, and those that there are are said" has "$out" "these can be asked"
check "it is read to whom" has "$out" "To mission@nrm.example, for services, until"
check "it is read what" has "$out" "identity: "
check "she may say no" has "$out" "She may say no to all"
check "what would leave is shown before" has "$out" "Nothing was sent to mission@nrm.example; this is what would be"
check "she who types is asked once" is "$(grep -c '^Send?' <<<"$out")" 1
check "it is said how it stands" has "$out" "at their computer, and nobody there need have read it"
check "what a shelter needs is named, with why" has "$out" "ext_MustNotComeIn: at the door he is let in"
check "what is in no case is asked for" has "$out" "ask her             ext_ChildrenAccompanied"
check "no more than 80 columns" is "$(tr -d '\r' <<<"$out" | grep -v 'held back\|shared\|consent \|referral \|needed, not' | awk 'length > 80' | head -1)" ""
check "one was sent" is "$(referrals)" 1
check "no draft is left" is "$(drafts)" 0

say "whom it is told is changed after she said yes: she is asked again"
sed -e 's/^danger-now: ?/danger-now: no/' -e 's/^to: .*/to: police/' -e '/^send/d' "$dir/known" >"$dir/changed"
printf 'send: no\ntold-irreversible: yes\n' >>"$dir/changed"
sed -i 's/^consent: yes/consent: yes\nconsent: back\nconsent: some/; s/^until: later/until: later\nuntil: 2027-01-31/; s/^given-by: self/given-by: back\ngiven-by: self\nsections: triage/' "$dir/changed"
talk changed "$label"
check "it is read again" is "$(grep -c 'would go:' <<<"$out")" 3
check "with the new day" has "$out" "until 2027-01-31, would go:"
ask_well ngo consent list --json
check "what she said last is recorded" has "${out##*$'\n'}" '"sections":["triage"]'
ask_well ngo draft list --json
draft=$(value "$out" draft)
printf 'to: mission\nsend: no\n' >"$dir/other"
talk other --draft "$draft" --change to
check "another agency, and what was said is not said to it" has_not "$out" "would go:"
ask_well ngo draft show "$draft" --json
check "nor kept" has_not "$out" '"question":"consent"'
refused 64 E-USE-04 ngo refer --draft "$draft" --change nothing --answers-file /dev/null
ask_well ngo draft drop "$draft"

say "with the consent that stands she is not asked again"
talk known "$label"
check "it is sent" is "$rc" 0
check "no consent is asked for" has_not "$out" "What does she say?"

say "a new person: her name last; the talk ends by kill -9 and goes on"
cat >"$dir/new" <<'ANSWERS'
danger-now: yes
contact-with-exploiter: not known
exploiter-knows-place: no
urgent-care: no
adult-or-child: adult
service: shelter
urgency: emergency
to: mission
seen-alone: yes
language: uk
interpreter: independent
notice: leaflet-3
until: later
consent: some
sections: triage, identity
given-by: self
primary-language: uk
interpreter-needed: yes
country: PL
region: later
children: 0
access: no
health: A canary of health\n
allergies: not known
must-not-come-in: A canary at the door\n
whom-to-call: not known
exploitation: forced labour
what-happened: canary story line one\ncanary story line two\n
risk: later^K
risk: later
first-name: Canaryname
second-name: Canaryfamily
birthdate: not known
age: 4
gender: feminine
citizenship: UA
phone: later
send: yes
ANSWERS
talk new
check "it was killed" is "$rc" 137
check "nothing was sent" is "$(referrals)" 2
said ngo draft list
draft=$(value "$out" draft)
check "all answers but the last stand there" is "$(value "$out" answered)" 28
said ngo draft show "${draft:0:8}"
check "it is of no case yet" has "$(refex draft list --home "${home[ngo]}")" "  -  "
check "what was typed" has "$out" 'canary story line one\ncanary story line two'
check "what is not known" has "$out" '{"question":"allergies","is":"not-known","text":null}'
sed -i '/\^K/d' "$dir/new"
talk new --draft "${draft:0:8}"
check "it is sent" is "$rc" 0
check "nothing is asked twice" has_not "$out" "Which agency is asked?"
check "safety comes first, her name last" has "$out" "What is her first name?"
check "what was left is said" has "$out" "Left for later: region, risk, phone."
check "what she was asked and nobody knows" has "$out" "not known           ext_Allergies"
check "is not asked again" has_not "$out" "harm    ext_Allergies"
check "what was left is" has "$out" "harm    ext_SelfHarmRisk"
check "nothing that is in her case is named with what it says" has_not "$out" "canary at the door"
check "her case is begun" has "$out" "begun:"
check "in an emergency she is told to phone" has "$out" "phone it now, too"
check "no draft is left" is "$(drafts)" 0
check "it was sent" is "$(referrals)" 3
case=$(grep -o 'begun: [0-9a-f]*' <<<"$out" | grep -o '[0-9a-f]\{32\}')
ask_well ngo case show "$case"
check "her name" has "$out" "prs_FirstName  Canaryname"
check "about how old she is" has "$out" "ext_AgeBand  From21To23"
check "and nothing that is not known" has_not "$out" "ext_Allergies"

say "killed where all is answered: her case is begun once, and what is in it is in the draft no more"
sed -e 's/Canaryname/Canarysecond/' -e 's/^send: .*/send: yes^K/' "$dir/new" >"$dir/late"
cases() { refex case list --json --home "${home[ngo]}" | grep -c '"case"'; }
before=$(cases)
talk late
check "it was killed" is "$rc" 137
ask_well ngo draft list --json
draft=$(value "$out" draft)
ask_well ngo draft show "$draft" --json
check "the draft knows her case" has_not "$out" '"case":null'
check "and not her name" has_not "$out" "Canarysecond"
sed -i 's/\^K//' "$dir/late"
talk late --draft "$draft"
check "it is sent" is "$rc $(referrals)" "0 4"
check "what nobody knows is not forgotten" has "$out" "not known           ext_Allergies"
check "her case was begun once" is "$(cases)" $((before + 1))

say "she says no: nothing leaves, and that is fine"
cat >"$dir/no" <<'ANSWERS'
danger-now: no
service: legal advice
urgency: normal
to: police
seen-alone: yes
language: uk
interpreter: not known
notice: leaflet-3
until: 2026-12-31
consent: no
record-no: no
ANSWERS
talk no "$case"
check "it ends as a no" is "$rc" 1
check "what can be done" has "$out" "That is fine, and nothing is sent."
check "nothing was sent" is "$(referrals)" 4
check "no draft is left" is "$(drafts)" 0
for other in cannot not-now; do
    sed "s/^consent: no/consent: $other/" "$dir/no" >"$dir/$other"
    talk "$other" "$case"
    check "$other sends nothing" is "$rc $(referrals)" "1 4"
    check "the draft stays" is "$(drafts)" 1
    ask_well ngo draft list --json
    ask_well ngo draft drop "$(value "$out" draft)"
done
sed 's/^record-no: no/record-no: yes/' "$dir/no" >"$dir/recorded"
talk recorded "$case"
ask_well ngo consent list --json
check "a no is recorded where she wants it" has "$out" '"state":"refused"'

say "Ctrl-C loses the line that is typed, and nothing else"
sed 's/^urgency: .*/urgency: urg^C/' "$dir/no" >"$dir/stopped"
talk stopped "$case"
check "it ends" is "$rc" 130
ask_well ngo draft list --json
check "two answers are kept" is "$(value "$out" answered)" 2
ask_well ngo draft drop "$(value "$out" draft)"

say "no name is in a file, a log, an argument"
for name in Canaryname Canaryfamily "canary story"; do
    check "$name lies nowhere in the clear" is "$(grep -rlaF -- "$name" "$dir" | grep -v "^$dir/\(new\|late\)$")" ""
done
end_scenario
