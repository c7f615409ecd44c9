#!/bin/bash
# Goal: personal data appears nowhere but in the file it came from and where a caseworker opens it; nor does an agency's
# name appear on the wire.
. "$(dirname "$0")/lib.sh"

cat >"$dir/words" <<'WORDS'
Zorislava-Canary
Kanarkivna
EXC-99417733
+380500417733
orchid-lane-4177
feathered beyond doubt
bird-village-4177
Bohdana Staffkanarka
WORDS
words() { /usr/bin/python3 "$here/canary.py" "$dir/words" "$@"; }
nowhere() { # SENTENCE PATH…
    local sentence=$1 finds

    shift
    finds=$(words "$@") || fail "$sentence: $finds"
    checks=$((checks + 1))
}

mkdir "$dir/given" "$dir/said"
cat >"$dir/given/case.csv" <<'CSV'
prs_FirstName,prs_SecondName,prs_IdentityNumber,prs_MobilePhone,prs_MailingStreet,prs_MailingCity,prs_Birthdate,cco_CaseComment
Zorislava-Canary,Kanarkivna,EXC-99417733,+380500417733,orchid-lane-4177,bird-village-4177,1988-04-17,feathered beyond doubt
CSV
printf 'Bohdana Staffkanarka\n' >"$dir/given/staff"
check "the search finds what is there" is "$(words "$dir/given" | wc -l)" 8

# --- a federation whose every link is recorded ---

start_proxy() { # AGENCY: a recording proxy before its port, on $proxy_port
    local output

    port[$1]=$(free_ports 1)
    mkfifo "$dir/proxy-$1"
    exec {output}<>"$dir/proxy-$1"
    /usr/bin/python3 "$here/proxy.py" "127.0.0.1:${port[$1]}" "$dir/wire" <"$dir/quiet" >"$dir/proxy-$1" &
    helpers+=($!)
    read -rt 10 -u "$output" proxy_port || fail "the proxy does not listen"
}
create_federation
for agency in ngo mission; do
    start_proxy "$agency"
    add_member "$agency" InternationalOrganisation "127.0.0.1:$proxy_port"
done
publish
enrol ngo
enrol mission
start ngo mission

ask_and_save() { # saves all output; not for commands whose output is personal data
    ask "$@"
    printf '%s\n%s\n' "$out" "$err" >>"$dir/said/all"
}

say "faults with her data in the wrong places"
i=0
while IFS= read -r row; do
    i=$((i + 1))
    printf '%s\n' "$row" | tr '|' '\n' >"$dir/given/bad-$i.csv"
    ask_and_save ngo case import "$dir/given/bad-$i.csv"
    check "faulty file $i is refused" is "$rc" 65
    ask_and_save ngo case import "$dir/given/bad-$i.csv" --json
done <<'ROWS'
prs_FirstName,prs_Gender|A,Zorislava-Canary
prs_FirstName,prs_Birthdate|A,EXC-99417733
prs_FirstName,prs_MobilePhone|A,orchid-lane-4177
prs_FirstName,prs_MobilePhone|A,EXC+380500417733
prs_FirstName,prs_Citizenship|A,Kanarkivna
prs_FirstName,prs_NumberOfChildren|A,+380500417733
prs_FirstName,prs_PrimaryLanguage|A,feathered beyond doubt
prs_FirstName,vic_MethodsOfControl|A,feathered beyond doubt;bird-village-4177
prs_FirstName,prs_Gender|Zorislava-Canary,Feminine,EXC-99417733
prs_FirstName,prs_Gender|Zorislava-Canary
ROWS
printf '[{"prs_FirstName": "Zorislava-Canary", "prs_Gender": "Kanarkivna", "prs_Birthdate": "EXC-99417733"}]' >"$dir/given/bad.json"
ask_and_save ngo case import "$dir/given/bad.json"
check "the faulty JSON is refused" is "$rc" 65
printf '[{"prs_FirstName": "Zorislava-Canary", "cco_CaseComment": "feathered beyond doubt' >"$dir/given/cut.json"
ask_and_save ngo case import "$dir/given/cut.json"
check "the cut JSON is refused" is "$rc" 65

say "who works here is entered with a name"
ask_and_save ngo staff add 61001 --role caseworker --name-file "$dir/given/staff"
check "she is" is "$rc" 0
ask_well ngo staff list
check "and whoever may sees her name" has "$out" "Bohdana Staffkanarka"

say "her case goes through everything"
import_cases ngo "$dir/given/case.csv"
of=$out
consent_for ngo "$of" triage,identity,contact,notes mission
ask_and_save ngo referral send --case "$of" --to mission --service SHELTER --urgency normal
refer ngo "$of" mission
first=$referral
until_true 10 "it arrives" state_is ngo "$first" delivered
ask_well mission referral accept "$first"
shows_name() { refex referral show "$first" --data --home "${home[mission]}" 2>/dev/null | grep -q Zorislava-Canary; }
until_true 10 "the mission can read her name" shows_name
ask_well ngo case show "$of"
check "and so can the ngo" has "$out" Kanarkivna
printf 'zorislava kanarkivna' >"$dir/given/looked"
ask_well ngo case find --words-file "$dir/given/looked" --json
check "she is found" has "$out" "$of"
ask ngo case find --words-file "$dir/given/bad.json"
refer ngo "$of" mission --release now
second=$referral
until_true 10 "another arrives" state_is mission "$second" delivered
ask_well mission referral decline "$second" --reason at-capacity
erased_there() { refex referral show "$second" --home "${home[mission]}" 2>/dev/null | grep -q "^erased    "; }
until_true 10 "what was declined is erased there" erased_there
check "the other referral of that consent is read as before" shows_name

say "no process title or environment holds it while all run"
mkdir "$dir/proc"
for p in "${pid[@]}" "$(link_process ngo)" "$(link_process mission)"; do
    for what in cmdline environ comm; do
        tr '\0' '\n' <"/proc/$p/$what" >"$dir/proc/$p.$what" 2>/dev/null || true
    done
done
check "the processes were looked at" is "$(find "$dir/proc" -name '*.comm' -size +0 | wc -l)" 4
nowhere "in a process title or environment" "$dir/proc"

all_of_it() {
    nowhere "in a node's folder ($1)" "${home[ngo]}" "${home[mission]}"
    nowhere "in a log ($1)" "$dir"/*.log
    nowhere "on the wire ($1)" "$dir/wire"
    nowhere "in the federation's folder ($1)" "$fed"
}
say "no file, no log, no byte on the wire holds it"
check "the database has a WAL to look into" [ -s "${home[mission]}/refex.db-wal" ]
check "the proxies have recorded something" [ "$(stat -c %s "$dir/wire")" -gt 20000 ]
all_of_it "running"
for verb in "status" "referral list" "case list" "consent list" "agency list" "audit list" "audit list --log house" "audit verify" \
    "watch --once --since start"; do
    for agency in ngo mission; do
        ask_and_save "$agency" $verb
        ask_and_save "$agency" $verb --json
    done
done
for agency in ngo mission; do
    ask_and_save $agency doctor --report "$dir/said/report-$agency"
    check "a report is written" test -s "$dir/said/report-$agency"
done
ask_and_save mission referral show "$first"
ask_and_save mission referral show "$first" --json
ask_and_save ngo consent show "$consent"
nowhere "in lists, errors and logs" "$dir/said"

say "nor after a withdrawal, a crash and a stop"
ask_well ngo consent withdraw "$consent" --erase-now --seen-alone yes
erased_there() { [ "$(value "$(refex consent show "$consent" --json --home "${home[ngo]}")" answered)" = true ]; }
until_true 10 "it is erased there" erased_there
ask_and_save mission referral show "$first" --data
check "it cannot be opened" is "$rc" 77
crash mission
all_of_it "after kill -9"
start mission
stop ngo mission
all_of_it "stopped"
nowhere "in the output" "$dir/said"

say "the wire does not show who communicates"
cat >"$dir/words" <<'WORDS'
nrm.example
mission@
spiffe:
refex issuing
WORDS
nowhere "names and certificates in the clear" "$dir/wire"
check "that search too finds what is there" is_not "$(words "$fed/certs" "$dir"/*.log | wc -l)" 0
end_scenario
