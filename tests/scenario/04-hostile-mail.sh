#!/bin/bash
# Goal: a hostile member's message is refused at the step that finds its fault, is logged as required, and blocks no valid
# message.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO hostile:Shelter police:Police mission:InternationalOrganisation
start mission

records() { refex audit list --json --kind "$1" --home "${home[mission]}" 2>/dev/null | grep -c .; }
log_size() { value "$(status_of mission)" exchange_log; }

# send_messages MESSAGE:ANSWER…: messages of peer.py, on one link, in this order.
send_messages() {
    local names=() each answers=""

    for each in "$@"; do
        names+=("${each%%:*}")
        answers+="${each%%:*} ${each#*:}"$'\n'
    done
    must timeout 30 /usr/bin/python3 "$here/peer.py" "${home[hostile]}" "127.0.0.1:${port[mission]}" mission \
        "$dir/hostile.membership" "${names[@]}"
    check "the answers" is "$out"$'\n' "$answers"
}

say "a valid message of this peer is accepted: what follows is refused for its fault alone"
send_messages valid:"RECEIVED 1"
check "it is logged" is "$(records RECEIVED)" 1
ask_well mission referral list --in --json
check "it is there" lines_are "$out" 1

say "before the sender is known: refused on the link, no id taken, counted"
size=$(log_size)
send_messages garbage:"step 1" wrong-bucket:"step 1" other-recipient:"step 2" expired:"step 2" too-long:"step 2" \
    not-a-member:"step 3" unknown-key:"step 4" tampered:"step 5" header-changed:"step 5"
check "they make no record of their own" is "$(log_size)" "$size"
send_messages forged:"step 7" ngo-impersonated:"step 7" no-path:"step 8" wrong-path:"step 8" in-the-future:"step 9" \
    other-id-in-header:"step 9" record-for-another:"step 9" body-not-committed:"step 9" no-consent:"step 9"
check "none of them is logged as received or refused" is "$(records RECEIVED) $(records REFUSED)" "1 0"
ask_well mission referral list --in --json
check "none is in the list" lines_are "$out" 1

say "a forged message does not block the valid one of the same id"
send_messages valid:"RECEIVED 1" forged:"step 7" valid-after-forged:"RECEIVED 1"
check "both valid ones are logged" is "$(records RECEIVED)" 3

say "a replay is answered with the same receipt, and nothing is taken twice"
before=$(log_size)
send_messages valid:"RECEIVED 1" replayed:"RECEIVED 1" replayed:"RECEIVED 1"
check "one more record, not three" is "$(log_size)" "$((before + 1))"
ask_well mission referral list --in --json
check "four referrals are there" lines_are "$out" 4

say "once the sender is known, a refusal gives a record and a receipt"
send_messages valid:"RECEIVED 1" same-id:"REFUSED 2" too-much:"REFUSED 4" consent-changed:"REFUSED 5" \
    given-otherwise:"REFUSED 5" of-another-case:"REFUSED 5"
check "five refusals are logged" is "$(records REFUSED)" 5
ask_well mission audit list --kind REFUSED --json
check "with the sender's name" has "$out" '"from":"hostile@nrm.example"'
check "in the words of the log" has "$out" '"outcome":"not-covered"'
ask_well mission referral list --in --json
check "nothing of them is in the list" lines_are "$out" 5

say "a message about a person needs her permission, with sections or without"
send_messages without-sections:"RECEIVED 1" not-permitted:"REFUSED 4" without-sections-not-permitted:"REFUSED 4" \
    not-shown:"REFUSED 4" other-purpose:"REFUSED 4" basis-alone:"REFUSED 4" consent-not-named:"step 9" \
    no-permission:"step 6"
check "five refusals more are logged" is "$(records REFUSED)" 10
ask_well mission referral list --in --json
check "only the permitted one is in the list" lines_are "$out" 6

say "what cannot be acted on is refused with its reason, and takes no id"
send_messages not-acted-on:"step 13 reason 1" no-referral:"step 13 reason 2" valid:"RECEIVED 1" \
    id-in-use:"step 13 reason 3" release-too-early:"step 13 reason 6" same-id:"RECEIVED 1" \
    withdrawal-not-proven:"step 13 reason 4" withdrawal-of-other-bytes:"step 13 reason 4" \
    erased-for-nobody:"step 13 reason 5"
check "none of them is logged as refused" is "$(records REFUSED)" 10
ask_well mission referral list --in --json
check "the valid ones alone are in the list" lines_are "$out" 8

say "a flood of forgeries fills no log: their count is one record an hour, by whatever link they come"
size=$(log_size)
flood=()
for _ in {1..40}; do
    flood+=(tampered:"step 5")
done
send_messages "${flood[@]}"
check "they are no record each" is "$(log_size)" "$size"
check "those before are one, with the agency" is "$(records COUNTED)" 1
logs_verify mission

say "a log that starts again is a fork: the message is accepted, and the sender's own signatures prove the fork"
check "until now there was no fork" is "$(records FORK)" 0
rm "${home[hostile]}/hostile-log.json"
send_messages valid:"RECEIVED 1"
check "the two signed checkpoints are kept as evidence" is "$(records FORK)" 1
check "and it is logged for the operator" file_has "$dir/mission.log" "event=log.fork peer=hostile@nrm.example code=E-LOG-24"
logs_verify mission

say "who is about to send there is warned; a person looks, and closes the finding"
ask mission status
check "status says so and that somebody must act" has "$out" E-LOG-24
check "with its exit status" is "$rc" 1
import_cases mission "$cases/cases.csv"
of=${out%%$'\n'*}
consent_for mission "$of" triage hostile
to_hostile=(referral send --home "${home[mission]}" --case "$of" --to hostile --service SHELTER --urgency normal --partial)
run "$here/terminal.py" n refex "${to_hostile[@]}"
check "at a terminal she reads what was found" has "$out" "Warning: hostile@nrm.example has signed two histories of its audit log."
check "and is asked" has "$out" "Send to hostile@nrm.example all the same? [y/N]"
check "no is an answer" is "$rc" 1
check "nothing was sent" has "$out" "Nothing was sent."
check "there is no referral of it" is "$(refex referral list --out --json --home "${home[mission]}" | grep -c .)" 0
must refex "${to_hostile[@]}" --json
check "a script is warned and goes on" has "$err" "Warning: hostile@nrm.example has signed two histories"
ask_well mission agency close hostile fork --reason explained
ask mission status
check "closed, it is said no more" has_not "$out" E-LOG-24
must refex "${to_hostile[@]}" --json
check "and nobody is warned" has_not "$err" Warning

say "a hello of another node closes the link"
must /usr/bin/python3 - "$here" "${home[hostile]}" "127.0.0.1:${port[mission]}" "$dir/hostile.membership" <<'PYTHON'
import sys
sys.path.insert(0, sys.argv[1])
import peer
me = peer.Agency(sys.argv[2], sys.argv[4])
try:
    peer.Link(me, sys.argv[3], hello_as=b"another machine!").until(7)
except (EOFError, OSError):
    sys.exit(0)
sys.exit("it was let in")
PYTHON
until_true 5 "named in the log" file_has "$dir/mission.log" "code=E-LNK-05 reason=other-agency"
stop mission
logs_verify mission
end_scenario
