#!/bin/bash
# Goal: what went to the wrong agency is stopped and erased there, and is an incident until it is closed; what ends
# something says before who keeps what.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}
consent_for ngo "$of" triage,health mission --told-irreversible
refer ngo "$of" mission
until_true 10 "it arrives" state_is mission "$referral" delivered
first=${referral:0:8}

must refex help stops
for verb in 'consent withdraw' 'referral cancel' 'referral give-back' 'referral close' 'case close' 'referral wrong-agency'; do
    check "$verb is told apart" has "$out" "refex $verb: "
done
at_terminal() { # ANSWER WORD…
    run "$here/terminal.py" "$1" refex --home "${home[ngo]}" referral "${@:2}"
}
at_terminal n cancel "$first"
check "a no changes nothing" is "$rc" 1
check "what it does is said before" has "$out" "a person there confirms"
check "and what was not done" has "$out" "nothing was changed"
check "it goes on" state_is mission "$referral" delivered
at_terminal n wrong-agency "$first"
check "the same of the wrong agency" is "$rc" 1
check "what went is named" has "$out" triage
check "it goes on there" state_is mission "$referral" delivered

run "$here/terminal.py" n refex --home "${home[ngo]}" case close "${of:0:8}" --reason other
check "and of her case" is "$rc" 1
check "which stays open" has "$out" "It stays open"

refused 65 E-REF-12 mission referral wrong-agency "$first"
refused 64 E-USE-03 ngo referral wrong-agency "$first" --dry-run --confirm
said ngo referral wrong-agency "$first" --dry-run
check "nothing was done" state_is mission "$referral" delivered
said ngo referral wrong-agency "$first"
incident=$(value "$out" incident)
until_true 20 "it is erased there" state_is mission "$referral" erased
until_true 20 "and stated" audit_counts ngo '"what":"withdrawal".*"how":"answered"' 1
ask ngo status
check "status names it" has "$out" "E-INC-03"
ask ngo work
check "a supervisor finds it with what is to be done" has "$out" "went to the wrong agency"
said ngo incident list
check "where it went" has "$out" '"agency":"mission@nrm.example"'
refused 64 E-USE-02 ngo incident close "$incident" --ended erased-read
refused 66 E-INC-01 ngo incident close "$of" --ended erased-read --told-her yes
refused 66 E-USE-05 ngo incident close ffffffff --ended erased-read --told-her yes
said ngo incident close "${incident:0:8}" --ended erased-unread --told-her yes
refused 65 E-INC-02 ngo incident close "${incident:0:8}" --ended erased-read --told-her yes
ask_well ngo incident list
check "none is open" has "$err" "No incident is open."
ask_well ngo incident list --all
check "all are listed" has "$out" erased-unread
ask_well ngo watch --once --since start --json
check "supervisors were told" has "$out" '"event":"incident"'
logs_verify ngo mission
end_scenario
