#!/bin/bash
# Goal: what is sent while an agency's node is down waits, arrives exactly once when it is back, and both logs agree.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo
import_cases ngo "$cases/cases.csv"
readarray -t ids <<<"$out"
sent=()

send() { # CASE
    consent_for ngo "$1" triage,identity,plan mission
    refer ngo "$1" mission
    sent+=("$referral")
}
arrived() { [ "$(refex referral list --in --json --home "${home[mission]}" 2>/dev/null | grep -c .)" = "$1" ]; }
answered() { local r; for r in "${sent[@]}"; do state_is ngo "$r" "$1" || return 1; done; }

say "the receiver has never been up: three referrals wait"
for i in 0 1 2; do
    send "${ids[i]}"
done
check "they wait" status_is ngo waiting 3
check "the first one says so" state_is ngo "${sent[0]}" waiting
check "three disclosures are logged before anything left" audit_counts ngo '"kind":"DISCLOSED"' 3
start mission
until_true 20 "all three arrive" arrived 3
until_true 10 "all three are receipted" answered delivered
check "nothing waits any more" status_is ngo waiting 0

say "the receiver goes and comes back"
stop mission
send "${ids[3]}"
send "${ids[4]}"
check "two wait" status_is ngo waiting 2
check "the stopped receiver's list can be read" arrived 3
start mission
until_true 20 "five are there" arrived 5
until_true 10 "five are receipted" answered delivered

say "the sender stops while the receiver is down; what waits is on its disk"
stop mission
send "${ids[5]}"
stop ngo
check "the stopped sender shows what waits" state_is ngo "${sent[5]}" waiting
start mission
check "nothing has come" arrived 5
start ngo
until_true 20 "the sixth arrives" arrived 6
until_true 10 "and is receipted" answered delivered

say "answers wait for the sender as referrals wait for the receiver"
stop ngo
for r in "${sent[@]}"; do
    ask_well mission referral accept "$r"
done
check "six answers wait" status_is mission waiting 6
start ngo
until_true 20 "all six are accepted at the sender" answered accepted
until_true 20 "the sections that follow are receipted" audit_counts ngo '"kind":"RECEIPTED"' 12
check "nothing waits here" status_is ngo waiting 0
until_true 10 "nothing waits there" status_is mission waiting 0

say "both logs agree, message by message"
messages() { # AGENCY KIND
    refex audit list --json --kind "$2" --home "${home[$1]}" | grep -o '"message":"[0-9a-f]*"' | sort
}
for pair in "ngo mission" "mission ngo"; do
    read -r from to <<<"$pair"
    check "$from disclosed what $to received" is "$(messages "$to" RECEIVED)" "$(messages "$from" DISCLOSED)"
    check "$from has a receipt for each" is "$(messages "$from" RECEIPTED)" "$(messages "$from" DISCLOSED)"
    check "none twice" is "$(messages "$to" RECEIVED | uniq -d)" ""
done
logs_verify ngo mission
stop ngo mission
logs_verify ngo mission
end_scenario
