#!/bin/bash
# Goal: the federation's root is replaced under two nodes that run: they stay linked, what was signed before verifies, and
# the old root's key is good for nothing then.
. "$(dirname "$0")/lib.sh"

federation_options=(--root-key "$dir/old.key")
start_federation ngo:SupportNGO mission:InternationalOrganisation
start mission ngo
import_cases mission "$cases/cases.csv"
of=${out%%$'\n'*}
consent_for mission "$of" triage ngo
refer mission "$of" ngo
first=$referral
until_true 10 "they are linked" state_is mission "$first" delivered

rollover() { must refex federation rollover "$@" --home "$fed" --confirm="$1"; }
directory_is() { [ "$(value "$(status_of "$1")" directory)" = "$2" ]; }
# What the coordinator published goes to the mission by hand, and from there to the ngo. COMMAND: before it has it. A node
# sends another four directories at once, and then one in ten seconds: as many steps as can be are in one.
spread() { # [COMMAND…]
    publish
    number=$(value "$(refex federation show --home "$fed" --json)" directory)
    ask_well mission enrol "$dir/mission.membership" "$dir/directory.refex" --federation "$fingerprint"
    [ $# -eq 0 ] || "$@"
    until_true 10 "the ngo has directory $number" directory_is ngo "$number"
}

say "a new root beside the old one"
rollover root --root-key "$dir/old.key" --new-root-key "$dir/new.key"
spread
rollover issuing --root-key "$dir/new.key"
rollover transport --root-key "$dir/new.key"
issue ngo
issue mission
spread
ask_well ngo enrol "$dir/ngo.membership" "$dir/directory.refex" --federation "$fingerprint"
check "the link stood" has_not "$(cat "$dir/ngo.log" "$dir/mission.log")" event=link.down

say "and in its place"
rollover issuing --finish
rollover transport --finish # which ends links that were made with a certificate of the old one, as ever
spread refer mission "$of" ngo
until_true 10 "a referral passes" state_is mission "$referral" delivered
downs=$(grep -c event=link.down "$dir/ngo.log")
rollover root --root-key "$dir/new.key" --finish
spread
rm "$dir/old.key"
check "the link stood" is "$(grep -c event=link.down "$dir/ngo.log")" "$downs"
refer mission "$of" ngo
until_true 10 "a referral passes" state_is mission "$referral" delivered
ask_well ngo referral accept "$first"
until_true 10 "an answer passes, to what was sent before" state_is mission "$first" accepted
stop ngo
start ngo
refer mission "$of" ngo
until_true 20 "a node that starts goes by the new root" state_is mission "$referral" delivered
logs_verify ngo mission
end_scenario
