#!/bin/bash
# Goal: what a consent says is read back before it stands, at a terminal, and can be read again with all that was
# recorded of it: what is left out, how it was given, and what makes it doubtful.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo
import_cases ngo "$cases/cases.csv"
read -r case _ <<<"$out"
said=(--case "$case" --section identity,contact --except prs_HomePhone --to mission --purpose services
    --onward named:police --keep-until 2027-01-15 --until 2027-01-31 --given-by self --language uk --notice leaflet-3
    --seen-alone no --interpreter other --told-irreversible)

say "at a terminal she is read what is recorded, and asked"
for answer in n y; do
    run "$here/terminal.py" "$answer" refex --home "${home[ngo]}" consent record "${said[@]}"
    check "what she agrees to" has "$out" "agreed      identity,contact for services; without prs_HomePhone"
    check "to whom" has "$out" "for         mission@nrm.example"
    check "how it is given" has "$out" "given       by self, not seen alone; explained in ukr with notice leaflet-3"
    check "what makes it doubtful" has "$out" "beware      the interpreter is not independent"
    check "she is asked" has "$out" "Is this what was agreed?"
    ask_well ngo consent list --json
    [ "$answer" = y ] || check "a no records nothing" is "$out" ""
done
check "a yes records it" lines_are "$out" 1
consent=$(value "$out" consent)

say "what cannot be recorded is refused before she is asked, and a day that nobody said is read to her"
short=(--case "$case" --section identity --to mission --purpose services --given-by self --language uk
    --notice leaflet-3 --told-irreversible)
run "$here/terminal.py" y refex --home "${home[ngo]}" consent record "${short[@]}"
check "whether she was alone is asked for" has "$out" "E-CON-18"
check "nothing that was not said is read back" has_not "$out" "seen alone;"
run "$here/terminal.py" n refex --home "${home[ngo]}" consent record "${short[@]}" --seen-alone yes
check "the last day" has "$out" "until       $(date -u -d '+90 days' +%F)"

say "a script is not asked, and is told what makes it doubtful"
ask_well ngo consent record "${said[@]}"
check "that she was not alone" has "$err" "refex: warning: she was not seen alone"

say "all that was recorded is read again"
ask_well ngo consent show "$consent"
check "what is left out" has "$out" "identity,contact for services; without prs_HomePhone; passed on to police@nrm.example; kept until 2027-01-15"
check "how it was given" has "$out" "interpreter: other; told that it cannot be taken back"
ask_well ngo consent show "$consent" --json
check "for programs" has "$out" '"excluded":["prs_HomePhone"]'
check "for programs" has "$out" '"given":{"by":"self","notice":"leaflet-3","language":"ukr","interpreter":"other","seen_alone":false,"told_irreversible":true}'
check "for programs" has "$out" '"warnings":["not-alone","interpreter-not-independent"]'
say "a guardian who speaks for an adult is told of, before and after"
guardian=("${said[@]/self/guardian}")
ask_well ngo consent record "${guardian[@]}"
check "a script" has "$err" "refex: warning: a guardian gave it, and by her case she is an adult"
ask_well ngo consent record "${guardian[@]}" --dry-run --json
check "a program" has "$out" '"guardian-of-adult"'
run "$here/terminal.py" n refex --home "${home[ngo]}" consent record "${guardian[@]}"
check "a person, before it stands" has "$out" "beware      a guardian gave it"
guardian=$(ask ngo consent list --json && tail -n 1 <<<"$out")
ask_well ngo consent show "$(value "$guardian" consent)" --json
check "who reads it" has "$out" '"guardian-of-adult"'

say "a language of no list is refused by name"
refused 64 E-CON-26 ngo consent record "${said[@]/uk/xx}"

say "who sends in an emergency is told to phone"
ask_well ngo referral send --case "$case" --to mission --service SHELTER --urgency emergency --partial
check "an emergency" is "${out%%$'\n'*}" "No phone of mission@nrm.example is known: phone it now, too, on a number you already had."
ask_well ngo referral send --case "$case" --to mission --service SHELTER --urgency urgent --partial
check "nothing else" has_not "$out" "now, too"

say "a stopped node says that what was agreed is sealed"
stop ngo
ask_well ngo consent show "$consent"
check "by name, with what to do" has "$out" "sealed      what she agreed to, and how, is not read while the node is stopped. Start it: refex node run"
ask_well ngo consent show "$consent" --json
check "for programs" has "$out" '"sealed":true'
ask_well ngo consent list
check "so does the list" has "$err" "what is sealed is left out, what was agreed and asked for, and what is overdue: the node is stopped"

end_scenario
