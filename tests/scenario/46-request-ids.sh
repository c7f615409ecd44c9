#!/bin/bash
# Goal: whatever changes something takes a request id; asked again under it nothing is done, and the answer is that of the
# first time, also of a node that was killed meanwhile. Of the id nothing stands on the disk.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}
consent_for ngo "$of" triage,identity mission --told-irreversible
refer ngo "$of" mission
other=$referral
refer ngo "$of" mission
until_true 10 "they arrive" state_is mission "$referral" delivered

# twice AGENCY NOUN VERB …: asked twice under one id, answered the same.
twice() {
    ask_well "$@" --request-id Nova-Person-1 --json
    first=$out
    ask_well "$@" --request-id Nova-Person-1 --json
    check "it is answered the same: $2 $3" is "$out" "$first"
}

say "an answer that was lost with the node is asked for again"
ask_well mission referral accept "$referral" --request-id Nova-Person-1 --json
first=$out
crash mission
start mission
ask_well mission referral accept "$referral" --request-id Nova-Person-1 --json
check "it is the same" is "$out" "$first"
as_said '`refex referral accept`'
until_true 10 "the answer is there" state_is ngo "$referral" accepted
until_true 10 "and is later than that which is told" state_is mission "$referral" accepted

say "the same id for something else is refused, and each verb has ids of its own"
refused 65 E-CTL-10 mission referral accept "$other" --request-id Nova-Person-1
refused 65 "E-REF-07|E-REF-0." mission referral decline "$referral" --reason other --request-id Nova-Person-1
refused 65 "E-REF-07|E-REF-0." mission referral decline "$referral" --reason other --request-id Nova-Person-1 # nothing was done

say "withdrawing is done anew each time, but not under one id"
before=$(audit_count ngo '"kind":"WITHDRAWN"')
twice ngo consent withdraw "$consent"
check "it is recorded once" is "$(audit_count ngo '"kind":"WITHDRAWN"')" $((before + 1))

say "staff, in the middle of whose retry the node is no longer run alone"
twice ngo staff add 61001 --role supervisor
refused 77 E-CTL-09 ngo staff add 61001 --role supervisor --request-id 2
refused 77 E-CTL-09 ngo staff add 61002 --role supervisor --request-id Nova-Person-1

say "what changes nothing has no such option, and an id is no empty word"
refused 64 E-USE-01 ngo referral list --request-id 1
refused 64 E-USE-04 mission referral accept "$referral" --request-id ""
refused 64 E-USE-04 mission referral accept "$referral" --request-id "$(printf '1%.0s' {1..65})"
run refex help staff hand-over
check "help has it" has "$out" "--request-id ID"
run refex help case list
check "and has not where there is none" has_not "$out" --request-id

stop ngo mission
check "no id stands on the disk" eval "! grep -rqF Nova-Person-1 '${home[ngo]}' '${home[mission]}'"
logs_verify ngo mission
end_scenario
