#!/bin/bash
# Goal: on a stopped node every command answers or refuses by name, whatever the node holds; nothing is written.
. "$(dirname "$0")/lib.sh"

waits_with_a_time() { # AGENCY ID HOLD
    ask_well "$1" referral show "$2" --json
    [ "$(jq -r .waits.why <<<"$out")" = "$3" ] && [ "$(jq -r .waits.next_try <<<"$out")" != null ]
}

printf 'one two three\n' >"$dir/reason"
printf '{"prs_FirstName": "Olha"}\n' >"$dir/changes.json"
start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
import_cases ngo "$cases/cases.csv"
readarray -t ids <<<"$out"
consent_for ngo "${ids[0]}" triage,identity mission
refer ngo "${ids[0]}" mission --release now
until_true 10 "it arrives" state_is mission "$referral" delivered
withdrawn=$consent
ask_well ngo consent withdraw "$withdrawn"
consent_for ngo "${ids[1]}" triage mission
refer ngo "${ids[1]}" mission --release now
until_true 10 "it arrives" state_is mission "$referral" delivered
stop mission
delivered=$referral
refer ngo "${ids[1]}" mission
until_true 30 "it is said why it waits, and when it is tried again" waits_with_a_time ngo "$referral" no-link
ask_well ngo status
check "status says when the next try is" has "$out" "next try 20"
stop ngo
ask_well ngo referral show "${referral:0:8}"
check "and why it waits now, asked by the beginning of its id" has "$out" "this node is stopped"
for state in saved waiting delivered accepted declined expired refused stopped erased; do
    check "help says what $state is" grep -q "^  $state: [a-z]" <<<"$(refex referral list --help)"
done

referral=$delivered

answers() { # NOUN VERB …: at both nodes
    local agency

    for agency in ngo mission; do
        case $agency,$* in mission,*--case*) continue ;; esac
        ask "$agency" "$@"
        [ "$rc" -eq 0 ] || fail "exit $rc: $agency: $* -- $err"
        checks=$((checks + 1))
        ask "$agency" "$@" --json
        [ "$rc" -eq 0 ] || fail "exit $rc: $agency: $* --json -- $err"
    done
}
needs_node() { refused 69 E-NOD-05 ngo "$@"; }

check "help knows the federation's verbs" has "$(refex help federation issue)" "refex federation issue --home FED REQUEST"

say "each command of the help, once"
while read -r noun verb; do
    case "$noun $verb" in
    "case list" | "referral list" | "audit verify" | "agency list" | "backup show" | "config show" | "config check") answers "$noun" "$verb" ;;
    "audit list")
        answers audit list
        answers audit list --log house
        ;;
    "consent list")
        answers consent list
        answers consent list --case "${ids[0]}"
        check "the one is stopped" has "$(refex consent list --home "${home[ngo]}")" stopped
        ;;
    "consent show")
        answers consent show "$consent"
        answers consent show "$withdrawn"
        ask_well ngo consent show "$withdrawn" --json
        check "as it is at a running node" is "$(value "$out" state)" stopped
        ;;
    "referral show")
        answers referral show "$referral"
        check "what is sealed is not taken for nothing" has "$out" '"overdue":null,"sealed":true'
        needs_node referral show "$referral" --data
        ;;
    "agency show") answers agency show mission ;;
    "agency consequences") answers agency consequences mission ;;
    "entry show" | "duty "*) ;; # 49-entries.sh
    "entry set")
        printf '[agency]\nphone = +4822\n' >"$dir/entry"
        needs_node entry set "$dir/entry"
        ;;
    "case import") needs_node case import "$cases/cases.csv" ;;
    "case new") needs_node case new --language ukr ;;
    "case show") needs_node case show "${ids[0]}" ;;
    "case break-glass") needs_node case break-glass "${ids[0]}" --reason-file "$dir/reason" ;;
    "staff accesses") needs_node staff accesses ;;
    "staff review") needs_node staff review "${ids[0]}" --proper ;;
    "desk set" | "desk duty") needs_node desk "$verb" legal --end ;;
    "desk member") needs_node desk member legal root ;;
    "house show") needs_node house show "${ids[0]}" ;;
    "staff forget") needs_node staff forget "${ids[0]}" ;;
    "staff stand-in") needs_node staff stand-in root --for root --end ;;
    "case edit") needs_node case edit "${ids[0]}" --file "$dir/changes.json" ;;
    "case note") needs_node case note "${ids[0]}" --file "$dir/reason" ;;
    "case history" | "case notes" | "case who" | "case link" | "case received") needs_node case "$verb" "${ids[0]}" ;;
    "case close") needs_node case close "${ids[0]}" --reason other ;;
    "case delete") needs_node case delete "${ids[0]}" --reason she-asked ;;
    "case basis") needs_node case basis "${ids[0]}" ;;
    "case date") needs_node case date "${ids[0]}" ;;
    "case hold") needs_node case hold "${ids[0]}" --lift ;;
    "case reopen") needs_node case reopen "${ids[0]}" ;;
    "case merge") needs_node case merge "${ids[0]}" --into "${ids[1]}" ;;
    "case move") needs_node case move "${ids[0]}" --to "${ids[1]}" --note 1 ;;
    "case done") needs_node case "done" "${ids[0]}" --note 1 ;;
    "case find") needs_node case find <<<"somebody" ;;
    "referral print") needs_node referral print "$consent" --service SHELTER ;;
    "referral answer-outside") needs_node referral answer-outside "$consent" --answer accepted ;;
    "referral acknowledge") needs_node referral acknowledge "${ids[0]}" ;;
    "referral waitlist") needs_node referral waitlist "${ids[0]}" --until 2099-01-01 ;;
    "referral ask") needs_node referral ask "$referral" --what age ;;
    "referral outcome") needs_node referral outcome "$referral" ;;
    "referral update") needs_node referral update "$referral" --section triage ;;
    "case correct") needs_node case correct "${ids[0]}" ;;
    "referral corrected") needs_node referral corrected "$referral" --contested ;;
    "referral join") needs_node referral join "$referral" ;;
    "referral give-back") needs_node referral give-back "$referral" --reason other ;;
    "referral expect") needs_node referral expect "$referral" --at 2099-01-01T18:00:00Z ;;
    "referral progress") needs_node referral progress "$referral" --how begun ;;
    "referral finish") needs_node referral finish "$referral" --outcome given ;;
    "notification send") needs_node notification send --to mission --where PL --month 2026-01 ;;
    "notification acknowledge") needs_node notification acknowledge 1 ;;
    "capacity ask") needs_node capacity ask --service SHELTER --for adults --to mission ;;
    "capacity answer") needs_node capacity answer 1 --yes ;;
    leave) needs_node leave ;;
    "backup destroyed") needs_node backup destroyed stick ;;
    "incident extent") needs_node incident extent --since 2026-01-01 ;;
    "incident close") needs_node incident close "${ids[0]}" --ended erased-read --told-her yes ;;
    "referral wrong-agency" | "referral cancel" | "referral accept-by-phone" | "referral arrived" | "referral not-found" | "referral confirm-cancel" | "referral close")
        needs_node referral "$verb" "$referral"
        ;;
    "case never") needs_node case never "${ids[0]}" ;;
    "refer "*) needs_node refer "${ids[0]}" --answers-file /dev/null ;;
    "draft show" | "draft drop") needs_node draft "$verb" 0123456789abcdef0123456789abcdef ;;
    "case assign") needs_node case assign "${ids[0]}" --to me ;;
    "consent record") needs_node consent record --case "${ids[0]}" --section none --to mission --purpose services \
        --given-by self --language uk --notice leaflet-3 --seen-alone yes ;;
    "consent withdraw") needs_node consent withdraw "$consent" ;;
    "referral send") needs_node referral send --case "${ids[0]}" --to mission --service SHELTER --urgency normal ;;
    "referral accept") needs_node referral accept "$referral" ;;
    "referral assign") needs_node referral assign "$referral" --to me ;;
    "referral decline") needs_node referral decline "$referral" --reason at-capacity ;;
    "agency confirm") needs_node agency confirm mission "$fingerprint" ;;
    "agency suspend") needs_node agency suspend mission --confirm=mission ;;
    "agency close") needs_node agency close mission fork --reason explained ;;
    "agency stops") needs_node agency stops ;;
    "agency told") needs_node agency told mission "$withdrawn" --reason told-outside ;;
    "status "*)
        ask ngo status
        check "it says that it does not run, and what it can" is "$rc" 69
        check "whose it is" has "$out" "ngo@nrm.example, SupportNGO, not running"
        check "what it cannot say is named" has "$out" "whether an emergency has left no receipt"
        check "in words" has_not "$out" "E-DUE"
        ask ngo status --json
        check "the same for scripts" is "$rc $(value "$out" running) $(value "$out" agency)" "69 false ngo@nrm.example"
        ;;
    "doctor "*)
        ask ngo doctor
        check "the doctor looks at what can be seen" is "$rc" 69
        check "and does not call the rest well" has "$out" "?     staff "
        ;;
    "pause "*) needs_node pause --end ;;
    "backup move") needs_node backup move --confirm=ngo ;;
    "staff role") needs_node staff role root --take all ;;
    "staff confirm") needs_node staff confirm root ;;
    "staff hand-over") needs_node staff hand-over root --to me ;;
    "staff add") needs_node staff add root --role caseworker ;;
    "passphrase "*) refused 64 E-USE-02 ngo passphrase ;; # it is for a stopped node: 60-passphrase.sh
    "init "* | "enrol "* | "request "* | "node restored" | "backup restore" | "backup replace" | "node run" | "federation "* | "demo "* | "help "*) ;; # they make or start a node
    *) needs_node "$noun" ${verb:+"$verb"} </dev/null ;; # what needs more words, or is answered, has a line above
    esac
done < <(refex help | sed -n 's/^  \([a-z][a-z]*\) \([a-z-]*\) .*/\1 \2/p')
refused 69 E-NOD-21 ngo referral list --overdue # a reader's word, where the node is stopped

start ngo mission
logs_verify ngo mission
end_scenario
