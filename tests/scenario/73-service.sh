#!/bin/bash
# Goal: a service manager is told when the node is ready, how it is, that it lives, that it reads its settings again and
# that it stops; SIGHUP reads them again and says what takes a new start; a credential opens the storage key.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
listen_to() { # SOCKET FILE
    touch "$2"
    "$source_root/tests/scenario/notify_receiver.py" "$1" "$2" &
    helpers+=($!)
}
told() { grep -q "^[0-9]* $1" "$dir/told"; }
times() { grep -c "^[0-9]* $1" "$dir/told"; }
setting() { # AGENCY NAME VALUE: as node.conf says it from now on
    sed -i "/^$2 *=/d" "${home[$1]}/node.conf"
    [ -z "$3" ] || printf '%s = %s\n' "$2" "$3" >>"${home[$1]}/node.conf"
}
hang_up() { # the node of the NGO
    local before
    before=$(times READY=1)
    kill -HUP "${pid[ngo]}"
    until_true 10 "it has read them" eval "[ \$(times READY=1) -gt $before ]"
}
reloads() { grep -c event=node.reloaded "$dir/ngo.log"; } # a notice
newest_status() { grep '^[0-9]* STATUS=' "$dir/told" | tail -n 1; }

say "it is ready when others can link, and lives"
listen_to "$dir/notify" "$dir/told"
until_true 10 "it listens" test -S "$dir/notify"
export NOTIFY_SOCKET=$dir/notify WATCHDOG_USEC=400000
start ngo
unset NOTIFY_SOCKET WATCHDOG_USEC
until_true 10 "it is ready" told READY=1
check "once" is "$(times READY=1)" 1
check "how it is stands beside it" has "$(newest_status)" "STATUS=0 linked, 0 waiting; certificate "
until_true 10 "it says that it lives" eval '[ "$(times WATCHDOG=1)" -ge 3 ]'
for child in $(pgrep -P "${pid[ngo]}"); do
    check "no child answers for it" eval "! tr '\\0' '\\n' <'/proc/$child/environ' | grep -qE 'NOTIFY|WATCHDOG'"
done

say "SIGHUP reads the settings again"
import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}
other=$(sed -n 2p <<<"$out")
third=$(sed -n 3p <<<"$out")
setting ngo keep_closed_days 400
hang_up
check "it says so first" is "$(grep -oE '(RELOADING|READY)=1' "$dir/told" | tr '\n' ' ')" "READY=1 RELOADING=1 READY=1 "
check "what changed is logged" file_has "$dir/ngo.log" "event=node.reloaded changed=keep_closed_days"
said ngo case close "$of" --reason services-completed
check "a case that is closed now is kept as long" is "$(value "$out" deleted_from)" "$(date -ud "+400 days" +%F)"

children=$(pgrep -d ' ' -P "${pid[ngo]}")
before=$(times READY=1)
kill -HUP ${children} "${pid[ngo]}"
until_true 10 "it has read them" eval "[ \$(times READY=1) -gt $before ]"
check "sent to all of its processes it ends none" is "$(pgrep -d ' ' -P "${pid[ngo]}")" "$children"

say "what takes a new start is named, and changes nothing"
setting ngo listen 127.0.0.1:1
setting ngo log_level warning
reloads=$(reloads)
hang_up
check "to people" has "$(newest_status)" "not reloaded: listen"
check "in the log" file_has "$dir/ngo.log" "event=node.not_reloaded settings=listen"
check "of warnings alone: the new level counts from here on" is "$(reloads)" "$reloads"
ask_well ngo config check
check "so is it by whoever asks" has "$out" "1 of its settings is not in force"
ask_well ngo config show
check "status notes it" has "$(refex status --home "${home[ngo]}")" "node.conf says otherwise than what is in force"
check "with what is in force" has "$out" "127.0.0.1:${port[ngo]}, until a new start"
ask_well ngo config show --effective
check "which can be asked for alone" eval "grep -qE '^listen +127.0.0.1:${port[ngo]} +as it was read before$' <<<\"\$out\""
check "it listens as before" eval "ss -ltnH 'sport = :${port[ngo]}' | grep -q ."
setting ngo listen "127.0.0.1:${port[ngo]}"
hang_up
check "nor is that a warning" is "$(reloads)" "$reloads"
setting ngo log_level debug
hang_up
check "with a lower level it is logged again" is "$(reloads)" $((reloads + 1))
check "set back, nothing is left" has_not "$(newest_status)" "not reloaded"
said ngo config check
check "and all is in force" is "$(value "$out" differ)" 0

say "of settings with a mistake none is taken"
setting ngo keep_closed_days 500
setting ngo lisen 127.0.0.1:1
hang_up
check "people read why" has "$(newest_status)" "not reloaded: node.conf (E-NOD-06)"
refused 78 E-NOD-06 ngo config check
run refex status --home "${home[ngo]}"
check "status names it while the node runs" is $rc 1
check "with the line, and what comes of it" has "$out" "did you mean \"listen\"?: this node goes on by what it had read before, and its next start fails"
run refex doctor --home "${home[ngo]}"
check "and so does the doctor" has "$out" E-NOD-06
check "with its line" file_has "$dir/ngo.log" 'unknown setting "lisen"; did you mean "listen"?'
setting ngo lisen ''
check "it runs" eval "kill -0 ${pid[ngo]}"

say "it says that it stops, and has within five seconds, whatever it is at"
start mission
import_cases mission "$cases/cases.csv"
of=${out%%$'\n'*}
consent_for mission "$of" triage ngo --told-irreversible
mkdir -p "${home[ngo]}/hooks.d/came"
printf '#!/bin/sh\necho >>"%s"\nsleep 9\n' "$dir/hooked" >"${home[ngo]}/hooks.d/came/slow"
chmod 0755 "${home[ngo]}/hooks.d/came/slow"
until_true 10 "it is seen" eval "refex node hooks --home '${home[ngo]}' --json | grep -q slow"
refer mission "$of" ngo
until_true 20 "a hook runs" test -s "$dir/hooked"
begin=$(date +%s%N)
kill -TERM "${pid[ngo]}"
wait "${pid[ngo]}"
check "with success" is $? 0
check "in time" eval "[ $((($(date +%s%N) - begin) / 1000000)) -lt 5000 ]"
unset "pid[ngo]"
until_true 10 "it was said" told STOPPING=1

say "an abstract name, and one that is none"
listen_to "@refex-$$" "$dir/abstract"
until_true 10 "it listens" eval "grep -q '@refex-$$' /proc/net/unix"
NOTIFY_SOCKET=@refex-$$ start ngo
until_true 10 "it is ready" grep -q READY=1 "$dir/abstract"
stop ngo
NOTIFY_SOCKET=nowhere start ngo
check "it starts, and says so" file_has "$dir/ngo.log" event=service.no_manager
stop ngo

say "metrics, where they are asked for"
start ngo
check "there is no other socket" test ! -e "${home[ngo]}/run/metrics.sock"
stop ngo
setting ngo metrics yes
start ngo
consent_for ngo "$other" triage mission --told-irreversible
refer ngo "$other" mission
socket=${home[ngo]}/run/metrics.sock
metrics() { run "$source_root/tests/scenario/metrics.py" "$socket"; }
metric() { metrics; grep -q "^refex_$1 $2\$" <<<"$out"; }
check "it is its owner's alone" is "$(stat -c %a "$socket")" 600
until_true 20 "who is linked is said" metric "agency_linked{agency=\"mission@nrm.example\"}" 1
check "in the form of the standard" is "$rc" 0
check "and nothing of itself" has_not "$out" "ngo@nrm.example"
said ngo status
until=$(date -d "$(jq -r .transport_until <<<"$out")" +%s)
check "the end of its certificate" metric transport_certificate_expiry_timestamp_seconds "$until"
crash mission
refer ngo "$other" mission
until_true 20 "since when something waits, and not how much" metric oldest_waiting_timestamp_seconds '[0-9]*'
check "no count of what is of people" is "$(grep -v '^#' <<<"$out" | grep -ciE 'message|case|referral|consent')" 0
until_true 10 "who is gone is said" metric "agency_linked{agency=\"mission@nrm.example\"}" 0
setting ngo keep_closed_days 30d
kill -HUP "${pid[ngo]}"
until_true 10 "it is read" eval "refex config show --home '${home[ngo]}' --json | grep -q '\"value\":\"30d\".*\"differs\":false'"
ask_well ngo case close "$third" --reason services-completed
caseworkers_act() { ask ngo status; has "$out" E-END-03 2>/dev/null; }
until_true 10 "caseworkers have something to act on" caseworkers_act
mkdir "${home[ngo]}/hooks.d/none"
printf '#!/bin/sh\n' >"${home[ngo]}/hooks.d/none/bad"
until_true 20 "what an operator has to see to, by its code" metric 'finding{code="E-HOK-01"}' 1
check "not what caseworkers act on" has_not "$out" E-END
check "and that it is not well" metric well 0
rm -r "${home[ngo]}/hooks.d/none"
until_true 20 "what caseworkers act on is no matter of the machine" metric well 1
stop ngo
check "the socket goes with the node" test ! -e "$socket"
setting ngo metrics ''

say "a credential of the service manager opens the storage key"
printf 'сім кленів\n' >"$dir/pass"
chmod 600 "$dir/pass"
ask_well ngo passphrase --new-passphrase-file "$dir/pass"
mkdir -m 700 "$dir/credentials"
cp "$dir/pass" "$dir/credentials/passphrase" # as the manager opens it: 78-sealed-credential
run refexd --home "${home[ngo]}"
check "without it the node does not start" is "$rc" 77
CREDENTIALS_DIRECTORY=$dir/credentials refexd --home "${home[ngo]}" 2>>"$dir/ngo.log" &
pid[ngo]=$!
until_true 20 "with it it does" eval "refex node hooks --home '${home[ngo]}' >/dev/null 2>&1"
check "no child has it" eval "! cat /proc/{$(pgrep -d, -P "${pid[ngo]}"),self}/environ | tr '\\0' '\\n' | grep -q CREDENTIALS"
stop ngo
logs_verify mission
end_scenario
