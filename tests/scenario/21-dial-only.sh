#!/bin/bash
# Goal: an agency that dials only has no listening socket, and referrals go both ways over the links that it dials; two
# such agencies are told that they cannot exchange anything.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO
hidden() {
    home[$1]=$dir/$1
    refused 64 E-USE-02 "$1" init --agency "$1@nrm.example" --kind Shelter
    must refex init --home "${home[$1]}" --agency "$1@nrm.example" --kind Shelter --dial-only --plain-key
    check "init says what its address tells" has "$err" "see its internet address"
    must refex federation issue --home "$fed" "${home[$1]}/request.refex" --out "$dir/$1.membership"
}

say "two shelters that dial only join"
hidden haven
hidden nest
check "issue says who cannot exchange" has "$out" "nest@nrm.example and haven@nrm.example cannot exchange anything"
publish
for agency in ngo haven nest; do
    enrol $agency
    start $agency
done
ask_well haven agency list
check "agency list says it of itself" has "$out" "(dials only)"
check "and of the other" has "$out" "(out of reach)"

say "no process of the node listens on the network"
listening() {
    local fd inode
    for fd in /proc/"$1"/fd/*; do
        inode=$(readlink "$fd" | sed -n 's/^socket:\[\(.*\)\]$/\1/p')
        [ -z "$inode" ] || awk -v i="$inode" '$4 == "0A" && $10 == i' /proc/net/tcp /proc/net/tcp6
    done
}
check "a listed one does" is_not "$(listening "$(link_process ngo)")" ""
ask_well ngo doctor --report -
check "a report does not count who is unlisted" has "$out" "some agencies that are unlisted"
check "nor says how they are reached" has_not "$out" "dials"
ask_well haven doctor --report -
check "nor does it say so of itself" is "$(grep -cE '^(unlisted|listen|endpoint|relay)' <<<"$out")" 0
check "one that dials only does not" is "$(listening "$(link_process haven)")" ""

say "referrals go both ways"
import_cases haven "$cases/cases.csv"
read -r case _ <<<"$out"
consent_for haven "$case" triage ngo
refer haven "$case" ngo
until_true 20 "it arrives at the listed one" state_is haven "$referral" delivered
hidden_case=$case
import_cases ngo "$cases/cases.csv"
read -r case _ <<<"$out"
consent_for ngo "$case" triage haven
refer ngo "$case" haven
until_true 20 "it arrives at the one that dials only" state_is ngo "$referral" delivered

say "between the two nothing is saved"
consent_for haven "$hidden_case" triage nest
refused 78 E-FED-48 haven referral send --case "$hidden_case" --to nest --service SHELTER --urgency urgent --partial
for agency in ngo haven nest; do
    stop $agency
done

end_scenario
