#!/bin/bash
# Goal: a case is begun by a talk at the poorest of terminals; a file answers in place of a person; a draft is its
# maker's; agencies are chosen by what they say they offer.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation shelter:Shelter
start ngo mission shelter
printf '[agency]\nservices = SHELTER\n' >"$dir/shelter.ini"
printf '[agency]\nservices = LEGAL_ADVICE\n' >"$dir/mission.ini"

say "a case is begun at a dumb terminal, by a few answers and without a name"
cat >"$dir/talk" <<'ANSWERS'
danger-now: no
adult-or-child: not known
primary-language: uk
country: PL
gender: not known
first-name: later
ANSWERS
run env TERM=dumb NO_COLOR=1 "$here/dialogue.py" "$dir/talk" refex --home "${home[ngo]}" case new
check "it is begun" is "$rc" 0
check "what was left is said" has "$out" "Left for later: "
check "nothing of a referral is asked" has_not "$out" "Which agency is asked?"
case=$(grep -o 'begun: [0-9a-f]*' <<<"$out" | grep -o '[0-9a-f]\{32\}')
ask_well ngo case show "$case"
check "not known is a fact where the list has a word for it" has "$out" "ext_AdultOrChild  NotSure"
check "and of her gender" has "$out" "prs_Gender  NonSpecifiedUnknown"
ask_well ngo draft list --json
check "no draft is left" is "$out" ""

say "a person who seems to be here already is asked about"
cat >"$dir/first" <<'ANSWERS'
danger-now: no
first-name: Nova
second-name: Person
birthdate: 1990-01-02
ANSWERS
printf 'send: no\n' | cat "$dir/first" - >"$dir/same"
run "$here/dialogue.py" "$dir/first" refex --home "${home[ngo]}" case new
check "the first is begun" is "$rc" 0
run "$here/dialogue.py" "$dir/same" refex --home "${home[ngo]}" case new
check "the second is not" is "$rc" 1
check "it is asked" has "$out" "Is this another person?"
ask_well ngo case list --json
check "there are two cases" lines_are "$out" 2
ask_well ngo draft list --json
check "what was answered stays" has "$out" '"for":"case-new"'
draft=$(value "$out" draft)
refused 64 E-USE-04 ngo refer --draft "$draft" --answers-file "$dir/talk"
ask_well ngo draft drop "$draft"

say "the node is killed in the middle of a talk: what was answered before is there when it runs again"
printf 'danger-now: no\nadult-or-child: adult\nprimary-language: !uk\n' >"$dir/killed"
export RUN="kill -KILL ${pid[ngo]}"
run "$here/dialogue.py" "$dir/killed" refex --home "${home[ngo]}" case new
check "the talk says why it ends" has "$out" "(E-"
check "it is no success" is_not "$rc" 0
wait "${pid[ngo]}" 2>/dev/null
start ngo
ask_well ngo draft list --json
draft=$(value "$out" draft)
ask_well ngo draft show "$draft"
check "her age" has "$out" "adult-or-child: Adult"
run "$here/dialogue.py" "$dir/talk" refex --home "${home[ngo]}" case new
check "who begins anew is told of it" has "$out" "There is 1 draft from before"
run "$here/dialogue.py" "$dir/talk" refex --home "${home[ngo]}" case new --draft "$draft"
check "it goes on" is "$rc" 0
check "with the question that was not kept" has "$out" "Which language does she speak best?"
check "and no other" has_not "$out" "Is she an adult or a child?"

say "a file answers: whole, or nothing"
cat >"$dir/file" <<'ANSWERS'
# of a known case
danger-now: no
service: SHELTER
urgency: urgent
to: shelter
seen-alone: yes
language: uk
notice: leaflet-3
consent: yes
given-by: self
ANSWERS
printf 'urgency: soon\n' >"$dir/bad"
refused 65 E-DRF-05 ngo refer "$case" --answers-file "$dir/bad"
check "by its line" has "$err" "line 1 of the answers, urgency"
printf 'name: Nova\n' >"$dir/bad"
refused 65 E-DRF-05 ngo refer "$case" --answers-file "$dir/bad"
check "and not by what it says" has_not "$err" "Nova"
ask ngo refer "$case" --answers-file /dev/null
check "what is missing is named" has "$err" "Before it can be sent: Which agency is asked? (to)"
check "nothing was sent" is "$rc" 1
ask_well ngo draft list --json
draft=$(value "$out" draft)
ask ngo refer --draft "${draft:0:8}" --answers-file "$dir/file"
check "without its word nothing is sent" is "$rc" 1
check "it is said" has "$err" "Nothing was sent."
printf 'send: yes\n' >>"$dir/file"
ask_well ngo refer --draft "${draft:0:8}" --answers-file "$dir/file" --json
check "with it it is" has "$out" '"state":"saved"'
ask_well ngo consent list --json
check "her consent was recorded once" lines_are "$out" 1
ask_well ngo draft list --json
check "no draft is left" is "$out" ""
refused 66 E-DRF-01 ngo refer --draft "${draft:0:8}" --answers-file "$dir/file"

say "of who may be a child her own yes alone sends nothing"
sed '1,2d' "$dir/file" | cat - <(printf 'adult-or-child: NotSure\nprimary-language: uk\n') >"$dir/child"
ask ngo refer --answers-file "$dir/child"
check "it is said" has "$(tr '\n' ' ' <<<"$err")" "her own yes alone is not enough"
check "nothing is sent" is "$rc" 1
ask_well ngo draft list --json
draft=$(value "$out" draft)
sed -i 's/^given-by: .*/given-by: self+guardian/' "$dir/child"
ask_well ngo refer --draft "$draft" --change given-by --answers-file "$dir/child"
check "with her guardian's it is" has "$out" "shelter@nrm.example: not sent yet: saved"

say "agencies are shown by what they say they offer"
consent_for ngo "$case" triage mission # … and a link with it
refer ngo "$case" mission
ask_well shelter entry set "$dir/shelter.ini"
ask_well mission entry set "$dir/mission.ini"
offers() { refex entry show "$1" --json --home "${home[ngo]}" 2>/dev/null | grep -q "$2"; }
until_true 20 "they are known here" offers shelter SHELTER
until_true 20 "they are known here" offers mission LEGAL_ADVICE
printf 'danger-now: no\nservice: shelter\nurgency: normal\nto: stop\n' >"$dir/by-service"
run "$here/dialogue.py" "$dir/by-service" refex --home "${home[ngo]}" refer "$case"
check "who offers it" has "$out" "1  shelter@nrm.example (Shelter), offers it"
check "who does not is left out" has_not "$out" "mission@nrm.example (Inter"
ask_well ngo draft list --json
ask_well ngo draft drop "$(value "$out" draft)"

ask_well ngo staff add 61001 --role supervisor
if [ "$(id -u)" != 0 ] || ! setpriv --reuid 61001 --clear-groups test -x "$(command -v refex)"; then
    say "not root, or its programs are not for all: other users were not looked at"
    end_scenario
    exit
fi

say "a draft is its maker's, and a supervisor's"
chmod 0666 "${home[ngo]}/run/control.sock"
chmod 0711 "$dir" "${home[ngo]}" "${home[ngo]}/run"
chmod 0644 "$dir/first"
may 61001 staff add 61002 --role caseworker
may 61001 staff add 61003 --role caseworker
as 61002 refer --answers-file "$dir/first"
check "what was not asked is said" has "$err" "not kept: first-name, second-name, birthdate"
may 61002 draft list --json
draft=$(value "$out" draft)
may 61003 draft list --json
check "a colleague sees none" is "$out" ""
as 61003 draft show "$draft"
check "nor by its id" is "$rc" 66
as 61003 draft drop "$draft"
check "nor takes it away" is "$rc" 66
may 61001 draft show "$draft"
check "a supervisor reads it" has "$out" "danger-now: no"
may 61002 draft drop "$draft"
end_scenario
