#!/bin/bash
# Goal: the doctor names the mistakes of the first week, each by its check and code, and calls well what is.
. "$(dirname "$0")/lib.sh"

level_is() { # CHECK LEVEL [CODE]: of $out
    is "$(jq -r 'select(.check == "'"$1"'") | .level + " " + (.code // "-")' <<<"$out" | head -1)" "$2 ${3:--}"
}

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission

say "the mistakes of the first week"
ask ngo doctor --json
check "a root key beside the node fails, and it exits with 1" is "$rc" 1
check "by its code" level_is root-key fail E-DOC-01
check "with its path" has "$out" "$fed/keys/root.key"
check "nothing is copied elsewhere" level_is backup warn E-DOC-02
check "the storage key lies in the clear" level_is storage-key warn E-DOC-07
check "nobody starts the node again" level_is service warn E-DOC-11
check "one person does all" level_is operators warn E-DOC-08
check "the clock is well" level_is clock ok
check "so is the network process" level_is confinement ok
check "and the machine" level_is one-machine ok
ask ngo doctor
check "to people it says the same" has "$out" "FAIL  root-key      the root key of a federation lies in $fed/keys/root.key (E-DOC-01)"
check "with what to do" has "$out" "-> Move the root key"

say "the way to another agency"
ask ngo doctor mission
check "is whole" is "$rc" 0
check "step by step" has "$out" "ok    receipt "
said ngo doctor mission
check "each is told once, with its time" is "$(jq -s 'length, (map(.after_ms) | . == sort)' <<<"$out" | tr '\n' ' ')" "9 true "
kill -STOP "${pid[mission]}"
ask ngo doctor mission --timeout 1
kill -CONT "${pid[mission]}"
check "a node that hangs signs no receipt, and is waited for no longer than is said" has "$out" "FAIL  receipt "
check "by its code" has "$out" "(E-DOC-20)"
check "and it exits with 1, whatever steps were well" is "$rc" 1
stop mission
ask ngo doctor mission
check "it is not, where nobody answers" is "$rc" 1
check "the step is named, with its code" has "$out" "(E-LNK-01)"
check "and it is the connection" grep -q "^FAIL  connect" <<<"$out"
ask ngo doctor nobody
check "nor to who is no member" has "$out" "(E-FED-25)"
refused 64 E-REF-05 ngo doctor ngo
# as behind a firewall, which lets out and not in: it listens elsewhere than the directory says
sed -i "s/^listen = .*/listen = 127.0.0.1:$(free_ports 1)/" "${home[mission]}/node.conf"
start mission
ask_well mission doctor ngo # which it dials

say "a report for somebody who helps"
until_true 20 "the link stands again" status_is ngo links 1
printf '[agency]\nphone = +48221234567\n' >"$dir/entry"
ask_well ngo entry set "$dir/entry"
import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}
consent_for ngo "$of" triage mission
refer ngo "$of" mission
said ngo doctor --report "$dir/report"
report=$(<"$dir/report")
check "only its owner reads it" is "$(stat -c %a "$dir/report")" 600
check "it has the codes" has "$report" "storage-key warn E-DOC-07"
check "and what is looked at by who asks" has "$report" "root-key fail E-DOC-01"
check "and the settings that say nothing of the agency" has "$report" "log_level info"
check "of the others that they are set" has "$report" "kind is set"
check "and how many rows there are by the power of ten" has "$report" "case_file below 100"
check "and how the links are" has "$report" "agency 1 linked"
for word in listen endpoint unlisted relay ngo mission nrm.example SupportNGO 127.0.0.1 "${port[ngo]}" "$dir" +4822 "$of" "$referral" "$consent" "$fingerprint" "$(hostname)"; do
    check "no name, id, address or path, nor how it is reached: $word" has_not "$report" "$word"
done
refused 64 E-USE-03 ngo doctor mission --report "$dir/report"
refused 73 E-FIL-02 ngo doctor --report "$dir/nowhere/report"

say "whether a node is reached, which it cannot see itself"
firewall_fails() {
    ask mission doctor --json
    [ "$(jq -r 'select(.check == "firewall") | .code // "-"' <<<"$out")" = E-DOC-05 ]
}
until_true 40 "another one, linked for a while, is asked to dial it, and says that it failed" firewall_fails
ask mission status
check "status says who, and how" has "$out" "and nothing answers at its listed address"
check "the link stands all the while" status_is mission links 1
stop mission
sed -i "s/^listen = .*/listen = 127.0.0.1:${port[mission]}/" "${home[mission]}/node.conf"
start mission

say "planned work"
said mission pause --until "$(date -u -d '+2 hours' +%FT%TZ)" --reason power
check "each agency is told" is "$(value "$out" told)" 1
reads_pause() { has "$(refex agency show mission --home "${home[ngo]}" 2>/dev/null)" "paused       until 20" 2>/dev/null; }
until_true 10 "they read it" reads_pause
ask_well mission status
check "it is noted at the node itself" has "$out" "this node is paused until"
stop mission
said ngo agency list
check "it is listed so" has "$out" '"pause_reason":"power"'
ask_well ngo referral send --case "$of" --to mission --service SHELTER --urgency urgent --partial
check "who refers reads it" has "$out" "its node is paused until"
check "and, where it is urgent, whom to phone" has "$out" "phone it now, too"
start mission
ask_well mission pause --end
not_paused() { ! reads_pause; }
until_true 10 "it is ended there, too" not_paused
refused 64 E-PAU-01 mission pause --until 2099-01-01 --reason move
refused 64 E-USE-04 mission pause --until 2099-01-01 --reason holidays
refused 64 E-USE-03 mission pause --end --reason move

say "an agency leaves"
refused 65 E-PAU-05 mission leave
said mission leave --dry-run
check "what is open is named" is "$(jq -r .received <<<"$out")" 2
left_at() { refex agency list --json --home "${home[ngo]}" | jq -r 'select(.self | not) | .left'; }
check "and nobody is told" is "$(left_at)" null
said mission leave --although-open
check "each agency is told" is "$(jq -r 'select(has("told")) | .told' <<<"$out" | tail -1)" 1
has_left() { is_not "$(left_at)" null; }
until_true 10 "they read it" has_left
ask_well ngo agency show mission
check "with its day" has "$out" "nothing new can be referred to it"
refused 76 E-PAU-04 ngo referral send --case "$of" --to mission --service SHELTER --urgency normal --partial
ask_well mission status
check "it is noted at its own node" has "$out" "it leaves the federation"
ask_well mission referral accept "$referral"
until_true 10 "what is open goes on" state_is ngo "$referral" accepted

say "mended, and a copy of the home on another machine"
mkdir "$dir/safe" "$dir/apart"
mv "$fed" "$dir/safe/.stick"
chmod 0644 "${home[ngo]}/keys.d/identity.pem"
ask ngo doctor --json
check "the root key is gone" level_is root-key ok
check "a key that others can read fails" level_is key-files fail E-KEY-02
chmod 0600 "${home[ngo]}/keys.d/identity.pem"
ask ngo doctor --json
check "what is weak alone exits with 0" is "$rc" 0
stop ngo
level_of_damaged() { # FILE CODE: of the home, cut short
    cp -p "${home[ngo]}/$1" "$dir/whole"
    truncate -s 50 "${home[ngo]}/$1"
    ask ngo doctor --json
    cat "$dir/whole" >"${home[ngo]}/$1"
    level_is key-files fail "$2" && has "$out" "${home[ngo]}/$1"
}
check "a key that is cut short is not called well" level_of_damaged keys.d/transport.pem E-KEY-03
check "nor the other one" level_of_damaged keys.d/identity.pem E-KEY-03
check "nor the storage key" level_of_damaged storage.key E-KEY-06
check "nor the keys of what is stored" level_of_damaged keys E-KEY-07
mv "${home[ngo]}/keys.d/identity.pem" "$dir/whole"
ask ngo doctor --json
check "nor one that is gone" level_is key-files fail E-KEY-01
mv "$dir/whole" "${home[ngo]}/keys.d/identity.pem"
ask ngo doctor --json
check "whole, they are well" level_is key-files ok
tr 0-9a-f 1-9a-f0 <"${home[ngo]}/machine.id" >"$dir/other" && cat "$dir/other" >"${home[ngo]}/machine.id"
ask ngo doctor --json
check "a stopped node is looked at, too" is "$rc" 69
ask_well ngo doctor --report -
check "and reported on" has "$out" "node is stopped"
ask ngo doctor --json
check "a home of another machine fails" level_is one-machine fail E-DOC-04
check "what a stopped node cannot see is not called well" level_is staff unknown
start ngo
ask ngo doctor --json
check "nor is it forgotten by a start" level_is one-machine fail E-DOC-04
stop ngo
rm "${home[ngo]}/machine.id"
start ngo
ask ngo doctor --json
check "where the old machine is gone it is this one" level_is one-machine ok
end_scenario
