#!/bin/bash
# Goal: the process that parses network input holds no keys or data, the one with the keys has no network, neither outlives
# the other, and neither leaves its memory readable.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}
consent_for ngo "$of" triage mission
refer ngo "$of" mission
until_true 10 "a link stands" state_is ngo "$referral" delivered

node=${pid[mission]}
link=$(link_process mission)
proc() { sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status"; }
open_files() { # the target of each descriptor from 3 on
    local fd

    for fd in /proc/"$1"/fd/*; do
        [ "${fd##*/}" -gt 2 ] && readlink "$fd"
    done
}
network_sockets() { # how many descriptors of the process are TCP or UDP sockets
    local inodes

    inodes=$(open_files "$1" | sed -n 's/^socket:\[\([0-9]*\)\]$/\1/p')
    awk 'NR == FNR { mine[$1]; next } $10 in mine { n++ } END { print n + 0 }' <(printf '%s\n' "$inodes") \
        <(cat /proc/"$1"/net/tcp /proc/"$1"/net/tcp6 /proc/"$1"/net/udp /proc/"$1"/net/udp6 2>/dev/null)
}

say "refex-link is confined"
check "it is refex-link" is "$(cat "/proc/$link/comm")" refex-link
check "it is refexd's child" is "$(proc "$link" PPid)" "$node"
check "no new privileges" is "$(proc "$link" NoNewPrivs)" 1
check "seccomp filters" is "$(proc "$link" Seccomp)" 2
check "it has sockets on the network" is_not "$(network_sockets "$link")" 0
others=$(open_files "$link" | grep -vE '^(socket:|anon_inode:\[?event(poll|fd)|pipe:)')
check "it has no file open" is "$others" ""
check "its standard input is nothing" is "$(readlink "/proc/$link/fd/0")" /dev/null
check "its standard output goes where its log lines go" is "$(readlink "/proc/$link/fd/1")" "$dir/mission.log"

say "refexd has no network"
check "no socket of its is on the network" is "$(network_sockets "$node")" 0

say "neither leaves its memory behind"
for p in "$node" "$link"; do
    check "no core file" is "$(awk '/Max core file size/ { print $5, $6 }' "/proc/$p/limits")" "0 0"
    if [ "$(id -u)" != 0 ]; then
        check "it cannot be looked into" [ ! -r "/proc/$p/mem" ]
    fi
done

say "status names what is weak, and how it is confined"
ask_well mission status
check "the plain key comes first" has "${out%%$'\n'*}" "storage key lies on the disk in the clear"
check "confinement is named" has "$out" "confined (Landlock yes, seccomp yes)"
ask_well mission status --json
check "also for programs" is "$(value "$out" storage_key_plain)" true
check "Landlock" is_not "$(value "$(value_object "$out" link)" landlock)" 0
check "seccomp" is "$(value "$(value_object "$out" link)" seccomp)" true

say "refex-link killed alone comes back, and mail goes on"
kill -KILL "$link"
another_link() { local now; now=$(link_process mission); [ -n "$now" ] && [ "$now" != 0 ] && [ "$now" != "$link" ]; }
until_true 10 "another one stands" another_link
listens() { [ "$(value "$(value_object "$(status_of mission)" link)" running)" = true ]; }
until_true 10 "it listens" listens
check "status counts it" is "$(value "$(value_object "$(status_of mission)" link)" restarts)" 1
check "refexd is the same" kill -0 "$node"
refer ngo "$of" mission
until_true 20 "a referral arrives as before" state_is ngo "$referral" delivered

say "refex-link ends with refexd, however that ends"
link=$(link_process mission)
gone() { ! [ -e "/proc/$1" ] || [ "$(proc "$1" State | cut -c1)" = Z ]; }
crash mission
until_true 5 "after kill -9" gone "$link"
start mission
link=$(link_process mission)
stop mission
until_true 5 "after a stop" gone "$link"
link=$(link_process ngo)
kill -TERM "$link" "${pid[ngo]}" # as who stops the whole process group does
wait "${pid[ngo]}"
check "SIGTERM is a stop in good order" is $? 0
unset "pid[ngo]"
until_true 5 "after SIGTERM" gone "$link"
check "it says that it stops" file_has "$dir/ngo.log" "event=node.stopping"
check "and not that the network process died" is "$(grep -cE 'event=link\.(died|restart)' "$dir/ngo.log")" 0
logs_verify ngo mission

say "refex-link by hand does nothing"
run timeout 10 refex-link </dev/null
check "it wants its seam" is_not "$rc" 0
check "and did not wait for it" is_not "$rc" 124
end_scenario
