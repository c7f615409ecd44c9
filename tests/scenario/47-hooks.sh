#!/bin/bash
# Goal: programs in hooks.d are told what happens, each event at least once and over restarts, by a process that holds
# nothing of the node's; who could write one without being the operator is not run; one that fails is told again and named.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}
consent_for ngo "$of" triage,identity mission --told-irreversible
hooks=${home[mission]}/hooks.d
told=$dir/told
mkdir "$told"
touch "$told"/{one,two,left}

# hook AGENCY EVENT NAME: its text is standard input.
hook() {
    mkdir -p "${home[$1]}/hooks.d/$2"
    cat >"${home[$1]}/hooks.d/$2/$3.new"
    chmod 0755 "${home[$1]}/hooks.d/$2/$3.new"
    mv "${home[$1]}/hooks.d/$2/$3.new" "${home[$1]}/hooks.d/$2/$3"
}
hook_says() { # AGENCY NAME FILTER
    [ -n "$(refex node hooks --home "${home[$1]}" --json | jq -c "select(.hook == \"$2\" and ($3))")" ]
}
send_one() {
    refer ngo "$of" mission
    until_true 10 "it arrives" state_is mission "$referral" delivered
}

say "without a folder nothing is run"
ask_well mission node hooks
check "and that is said" has "$out$err" "There is no hook"
send_one
used() { awk '{ print $14 + $15 }' "/proc/$1/stat"; } # hundredths of a second of a processor
sleeps() { # PID
    local before
    before=$(used "$1")
    read -rt 1 -u "$quiet"
    [ $(($(used "$1") - before)) -lt 5 ]
}
until_true 10 "and the node sleeps until something happens" sleeps "${pid[mission]}"

say "the process that runs them"
runner=$(pgrep -P "${pid[mission]}" -f -- --run-hooks)
check "has four descriptors" is "$(cd "/proc/$runner/fd" && echo *)" "0 1 2 3"
check "none of a file of the home" eval "! find /proc/$runner/fd -lname '${home[mission]}/*' | grep -q ."
check "maps none of its files" eval "! grep -qF '${home[mission]}/' /proc/$runner/maps"
check "and has no environment of the node's" eval "! tr '\\0' '\\n' <'/proc/$runner/environ' | grep -qvE '^(JOURNAL_STREAM|[AUL]+SAN_OPTIONS)='"

say "a hook is told what comes, as watch says it"
hook mission came one <<EOF
#!/bin/sh
cat >>"$told/one"
ls -l /proc/self/fd | tail -n +2 | wc -l >"$told/descriptors"
tr '\\0' '\\n' </proc/\$\$/environ | sort >"$told/environment"
pwd >"$told/folder"
EOF
hook mission came two <<EOF
#!/bin/sh
exit 3
EOF
until_true 10 "one is seen" hook_says mission one '.last == null'
until_true 10 "and the other" hook_says mission two '.last == null'
ask_well mission watch --once --json
place=$(value "$out" cursor)
send_one
until_true 10 "it was told" file_has "$told/one" "$referral"
ask_well mission watch --once --since "$place" --json
check "the line is the same" is "$(cat "$told/one")" "$(grep '"event":"came"' <<<"$out")"
check "it has its three descriptors alone" is "$(cat "$told/descriptors")" 4 # and that of ls for the folder
check "and what it needs of an environment" is "$(cut -d= -f1 "$told/environment" | tr '\n' ' ')" "LANG PATH REFEX_EVENT "
check "in no folder of the node's" is "$(cat "$told/folder")" /
until_true 10 "that it was done is listed" hook_says mission one '.last == "done" and .given_up == 0'
said mission node hooks
ask_well mission node hooks

say "one that fails holds up no other, is told again and named"
until_true 10 "it failed" hook_says mission two '.last == "failed" and .status == 3 and .tries >= 1 and .next_try != null'
ask mission status
check "status exits with 1" is "$rc" 1
check "and names it" has "$out" "hook came/two fails or is not run, 1 in all"
hook mission came two <<EOF
#!/bin/sh
cat >>"$told/two"
EOF
until_true 30 "it is told the same again" file_has "$told/two" "$referral"
until_true 10 "then all is well" hook_says mission two '.last == "done" and .tries == 0 and .next_try == null'

say "nothing is lost over a restart, nor where the node is killed"
crash mission
refer ngo "$of" mission
first=$referral
start mission
until_true 20 "it is told after the start" file_has "$told/one" "$first"
stop mission
start mission
send_one
until_true 10 "and goes on" file_has "$told/one" "$referral"
check "in order, none of those before twice but one that was killed" is "$(jq -r .referral "$told/one" | uniq | wc -l)" 3

say "a home that is named from the folder where one is"
stop mission
whole=${home[mission]}
cd "${whole%/*}"
home[mission]=${whole##*/}
start mission
send_one
until_true 10 "its hooks run" file_has "$told/one" "$referral"
stop mission
home[mission]=$whole
start mission

say "who else could have written one does not act as the node"
hook mission came open <<<'#!/bin/sh'
chmod 0775 "$hooks/came/open"
hook mission nothing odd <<<'#!/bin/sh'
hook mission came others <<<'#!/bin/sh'
if [ "$(id -u)" = 0 ]; then
    chown 61001 "$hooks/came/others"
    until_true 10 "one of another user" hook_says mission others '.not_run == "of-another-user"'
fi
rm "$hooks/came/others"
until_true 10 "one that others write" hook_says mission open '.not_run == "written-by-others"'
until_true 10 "one of no event" hook_says mission odd '.not_run == "no-such-event"'
ask mission status
check "status names them" has "$out" "hook came/open fails or is not run"

say "where the process that runs them has ended"
listed=$(refex node hooks --home "${home[mission]}" --json | wc -l)
kill -KILL "$(pgrep -P "${pid[mission]}" -f -- --run-hooks)"
stopped() { # FINDINGS
    { refex status --home "${home[mission]}" --json || true; } |
        jq -e "[.findings[] | select(.code == \"E-HOK-02\")] | length == $1" >/dev/null
}
until_true 10 "status says so" stopped 1
ask mission status
check "and how many are not run" has "$out" "the process that runs hooks has ended, or did not start: $listed hooks are not run"
check "and so does the node's log" eval 'grep -q "event=hook-runner.ended code=E-HOK-02" "$dir/mission.log"'
stop mission
start mission
until_true 10 "a start mends it" stopped 0

stop ngo mission
logs_verify ngo mission
end_scenario
