#!/bin/bash
# Goal: a caseworker sees what is his and what nobody holds; of a colleague's case no command says anything that it does
# not say of an id that nobody has, and that he named it stands in the house log.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission

say "what who runs the node alone brings in is nobody's"
printf 'prs_FirstName,prs_SecondName,prs_Birthdate\nNova,Person,1990-01-02\n' >"$dir/one.csv"
printf 'prs_FirstName,prs_SecondName,prs_Birthdate\nOther,Person,1991-02-03\n' >"$dir/two.csv"
import_cases ngo "$dir/one.csv"
free=$out
ask_well ngo case list --json
check "nobody holds it" is "$(jq -c .holder <<<"$out")" null
ask_well ngo staff add 61001 --role supervisor

if [ "$(id -u)" != 0 ] || ! setpriv --reuid 61001 --clear-groups test -x "$(command -v refex)"; then
    say "not root, or its programs are not for all: other users were not looked at"
    stop ngo mission
    end_scenario
    exit
fi

chmod 0666 "${home[ngo]}/run/control.sock"
chmod 0711 "$dir" "${home[ngo]}" "${home[ngo]}/run"
chmod 0644 "$dir"/*.csv
nowhere=0123456789abcdef0123456789abcdef
# He is told of ID what he is told of an id that nobody has, which stands in its place.
as_if_nowhere() { # ID NOUN VERB … with ID where it is named
    local id=$1 told status

    shift
    as 61003 "${@//ID/$id}"
    told=${err//$id/$nowhere}
    status=$rc
    as 61003 "${@//ID/$nowhere}"
    check "refused: $*" is_not "$status" 0
    check "with the same status: $*" is "$status" "$rc"
    check "in the same words: $*" is "$told" "$err"
}

say "who brings one in holds it"
may 61001 staff add 61002 --role caseworker
may 61001 staff add 61003 --role caseworker
may 61002 case import "$dir/two.csv" --json
case=$(jq -r 'select(.case) | .case' <<<"$out")
label=$(jq -r 'select(.case) | .label' <<<"$out")
may 61002 case list --json --mine
check "his" is "$(jq -r .case <<<"$out")" "$case"
may 61001 case list --json
anna=$(jq -r 'select(.case == "'"$case"'") | .holder' <<<"$out")
check "a supervisor sees whose" is "$(jq -r 'select(.case == "'"$case"'") | .holder_account' <<<"$out")" 61002
may 61001 staff list --json
check "it is his staff id" is "$(jq -r 'select(.account == "61002") | .staff' <<<"$out")" "$anna"
may 61002 consent record --case "$case" --section triage,identity --to mission --purpose services --given-by self \
    --language uk --notice leaflet-3 --seen-alone yes --told-irreversible
consent=$(grep -o '[0-9a-f]\{32\}' <<<"$out" | head -1)
may 61002 referral send --case "$case" --to mission --service SHELTER --urgency normal --partial
referral=$(grep -o '[0-9a-f]\{32\}' <<<"$out" | head -1)
until_true 10 "it arrives" state_is mission "$referral" delivered

say "to a colleague it is not there"
may 61003 case list --json
check "one case" is "$(jq -r .case <<<"$out")" "$free"
may 61003 case list --mine
check "none is his" has "$err" "There are no cases here."
may 61003 consent list
check "no consent" has_not "$out" "$consent"
may 61003 referral list
check "no referral" has_not "$out" "$referral"
as 61003 status --json
check "status names none of it" has_not "$out" "$referral"
as_if_nowhere "$case" case show ID
as 61003 case show "$label"
check "nobody is called so" has "$err" "no case here is called $label"
as_if_nowhere "$case" consent list --case ID
as_if_nowhere "$case" consent record --case ID --section triage --to mission --purpose services --given-by self \
    --language uk --notice leaflet-3 --seen-alone yes
as_if_nowhere "$case" referral send --case ID --to mission --service SHELTER --urgency normal --partial
as_if_nowhere "$consent" consent show ID
as_if_nowhere "$consent" consent withdraw ID
as_if_nowhere "$referral" referral show ID
as_if_nowhere "$referral" referral accept ID
as_if_nowhere "$referral" referral decline ID --reason other
for id in "$case" "$consent" "$referral"; do
    as 61003 case show "${id:0:8}"
    told=${err//${id:0:8}/${nowhere:0:8}}
    as 61003 case show "${nowhere:0:8}"
    check "nor by its first digits" is "$told" "$err"
done
may 61003 case show "${free:0:8}"
may 61001 case show "${case:0:8}"
may 61002 referral show "$referral" --data

say "on paper it is for who may see it, and that it left stands in the log"
as_if_nowhere "$referral" referral show ID --paper
may 61002 referral show "$referral" --paper
check "in the order of the form" is \
    "$(grep -E '^(REFERRING|RECEIVING|CLIENT|BACKGROUND|SERVICES|CONSENT|DETAILS)' <<<"$out" | cut -d' ' -f1 | tr '\n' ' ')" \
    "REFERRING RECEIVING BACKGROUND SERVICES CONSENT DETAILS "
check "for whom" has "$out" "mission@nrm.example"
check "no line is over 80 columns" is "$(awk 'length > 80' <<<"$out" | wc -l)" 0
check "and who prints it is told what that means" has "$err" "no withdrawal erases"
as 61002 referral show "$referral" --paper --json
check "it is text alone" has "$err" E-USE-03
may 61001 audit list --log house --kind exported --json
check "once" is "$(jq -r .object <<<"$out")" "$referral"

say "nor is she who seems to be here, but to the supervisor"
as 61003 case import "$dir/one.csv" --json
check "what he may see he is told of" has "$err$out" "$free"
may 61003 case import "$dir/two.csv" --json
twin=$(jq -r 'select(.case) | .case' <<<"$out")
check "not of the other" has_not "$out$err" "$case"
may 61001 audit list --log house --kind alike --json
check "which two it is" is "$(jq -r '.case + .like' <<<"$out" | tail -1)" "$twin$case"

say "what nobody holds is not given on"
as 61002 case assign "$free" --to 61003
check "it is refused" has "$err" E-CTL-09

say "who looked stands in the log"
may 61001 staff list --json
carla=$(jq -r 'select(.account == "61003") | .staff' <<<"$out")
may 61001 audit list --log house --kind not_allowed --json
check "under her id, with what it was" is \
    "$(jq -r 'select(.actor == "'"$carla"'" and .object == "'"$case"'") | .verb' <<<"$out" | head -1)" "case show"
check "an id that nobody has is no look" has_not "$out" "$nowhere"
check "and what was not given" is "$(jq -r 'select(.actor == "'"$anna"'") | .verb' <<<"$out")" "case assign"

say "what comes in is nobody's until somebody accepts it"
ask_well mission case list
import_cases mission "$dir/one.csv"
there=$out
consent_for mission "$there" triage ngo
ask_well mission referral send --case "$there" --to ngo --service SHELTER --urgency normal --partial
came=$(grep -o '[0-9a-f]\{32\}' <<<"$out" | head -1)
until_true 10 "it came" state_is mission "$came" delivered
may 61003 referral list --in --unassigned
check "all see it" has "$out" "$came"
may 61002 referral accept "$came"
may 61003 referral list --in
check "now it is his" has_not "$out" "$came"
may 61002 referral list --in --mine
check "he has it" has "$out" "$came"
as_if_nowhere "$came" referral show ID
may 61001 audit list --log house --kind assigned --json
check "it stands in the log" is "$(jq -r 'select(.object == "'"$came"'") | .staff' <<<"$out")" "$anna"

chmod 0700 "$dir" "${home[ngo]}"
stop ngo
start ngo
logs_verify ngo mission
end_scenario
