#!/bin/bash
# Goal: two agencies with an older refex (REFEX_BEFORE) are upgraded one after the other, with what was under way: the upgraded
# one and the older one speak to each other in both directions. The older program does not open the newer database, and does
# open the copy that was made before.
. "$(dirname "$0")/../scenario/lib.sh"

: "${REFEX_BEFORE:?the folder of the older programs}"
older() { PATH=$REFEX_BEFORE:$PATH "$@"; }
# The older program makes no backups, and is not told to make none.
enrol() { must refex enrol --home "${home[$1]}" "$dir/$1.membership" "$dir/directory.refex" --federation "$fingerprint"; }
runs() { is "$(readlink "/proc/${pid[$1]}/exe")" "$(readlink -f "$2/refexd")"; }
schema() { sqlite3 "$1/refex.db" 'PRAGMA user_version'; }
schema_set() { sqlite3 "$1/refex.db" "PRAGMA user_version = $2"; }

say "two agencies with an older refex"
older start_federation ngo:SupportNGO shelter:Shelter
older start ngo shelter
check "it is older" runs shelter "$REFEX_BEFORE"
older import_cases ngo "$cases/cases.csv"
read -rd '' -a of <<<"$out"
older import_cases shelter "$cases/cases.csv"
read -rd '' -a of_shelter <<<"$out"
older consent_for ngo "${of[0]}" triage,identity shelter --told-irreversible
withdrawn=$consent
older refer ngo "${of[0]}" shelter
accepted=$referral
older until_true 15 "a referral arrives" state_is shelter "$accepted" delivered
older ask_well shelter referral accept "$accepted"
older until_true 15 "and its answer" state_is ngo "$accepted" accepted
older consent_for ngo "${of[1]}" triage shelter --told-irreversible
older refer ngo "${of[1]}" shelter
open=$referral
older until_true 15 "another one is not answered yet" state_is shelter "$open" delivered

say "one is upgraded, after a copy"
older stop shelter
cp -a "${home[shelter]}" "$dir/copy"
older consent_for ngo "${of[2]}" triage shelter --told-irreversible
older refer ngo "${of[2]}" shelter
meanwhile=$referral
start shelter
check "it is this one" runs shelter "$REFEX_BIN"
check "the copy is named until somebody erased it" has "$(status_of shelter)" before-upgrade
until_true 15 "what was sent meanwhile arrives" state_is shelter "$meanwhile" delivered
until_true 15 "and is receipted" older state_is ngo "$meanwhile" delivered
ask_well shelter referral accept "$open"
until_true 15 "what was open is answered, newer to older" older state_is ngo "$open" accepted
consent_for shelter "${of_shelter[0]}" triage ngo --told-irreversible
refer shelter "${of_shelter[0]}" ngo
until_true 15 "newer to older" older state_is ngo "$referral" delivered
older ask_well ngo referral accept "$referral"
until_true 15 "and its answer, older to newer" state_is shelter "$referral" accepted
older ask_well ngo consent withdraw "$withdrawn" --confirm --seen-alone yes
until_true 15 "a withdrawal stops reading at the newer one" state_is shelter "$accepted" stopped
older logs_verify ngo
logs_verify shelter

say "going back is by the copy"
stop shelter
cp -a "${home[shelter]}" "$dir/newer"
if [ "$(schema "$dir/newer")" = "$(schema "$dir/copy")" ]; then
    say "their databases have one form so far ($(schema "$dir/copy")): refused is one with a higher number"
    schema_set "$dir/newer" $(($(schema "$dir/copy") + 1))
fi
home[newer]=$dir/newer
older refused 78 E-STO-02 newer audit verify
home[copy]=$dir/copy
older logs_verify copy

say "the other is upgraded"
start shelter
older stop ngo
start ngo
check "both are this one" runs ngo "$REFEX_BIN"
consent_for ngo "${of[0]}" triage shelter --told-irreversible
refer ngo "${of[0]}" shelter
until_true 15 "newer to newer" state_is shelter "$referral" delivered
ask_well shelter referral accept "$referral"
until_true 15 "and its answer" state_is ngo "$referral" accepted
logs_verify ngo shelter

say "who goes back all the same, after it was linked, is told"
stop shelter
port[copy]=${port[shelter]}
older start copy
refer ngo "${of[0]}" shelter
names() { older ask "$1" status --json && [[ $out == *"\"$2\""* ]]; }
until_true 20 "that it was put back" names copy E-LOG-27
older stop copy
stop ngo
end_scenario
