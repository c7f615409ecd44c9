#!/bin/bash
# Goal: missing, malformed, oversized, non-UTF-8 and contradictory input to any verb gives the four-part error and the
# right exit status, and changes nothing.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation police:Police
start ngo
import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}
consent_for ngo "$of" triage,identity mission
refer ngo "$of" mission # it waits: the mission is down
nobody=00112233445566778899aabbccddeeff
latin=$'caf\xe9'
long=$(printf 'x%.0s' {1..8300})

counters() { value "$1" exchange_log; value "$1" house_log; value "$1" waiting; }
state() {
    counters "$(status_of ngo)"
    refex case list --json --home "${home[ngo]}"
    refex consent list --json --home "${home[ngo]}"
    refex referral list --json --home "${home[ngo]}" | jq -c 'del(.waits.next_try)'
}
before=$(state)
unchanged() { check "$1: nothing has changed" is "$(state)" "$before"; }

# Each line: exit status, code, the arguments of `refex`. An empty argument is written '', and those with spaces are quoted.
table() {
    local line words

    while IFS= read -r line; do
        [ -n "$line" ] || continue
        eval "words=($line)" || fail "no line of a table: $line"
        refused "${words[@]:0:2}" ngo "${words[@]:2}"
    done
    unchanged "$1"
}

say "what was not understood"
table "words" <<'TABLE'
64 E-USE-02 case
64 E-USE-01 case imprt x
64 E-USE-01 nonsense
64 E-USE-01 case list --jsn
64 E-USE-01 case list extra
64 E-USE-01 case show $nobody extra
64 E-USE-01 status --verbose
64 E-USE-01 status -v
64 E-USE-01 case list --json=yes
64 E-USE-04 case show "$long"
65 E-TXT-01 case show "$latin"
65 E-TXT-01 consent record --notice "$latin"
TABLE
for wrong in "case import --fromat:--format" "referral send --partal:--partial" "consent record --sections:--section" \
    "audit list --knd:--kind" "init --agncy:--agency"; do
    refused 64 E-USE-01 ngo ${wrong%:*}
    check "the nearest is named" has "$err" "did you mean ${wrong#*:}?"
done
refused 64 E-USE-04 ngo audit list --kind DISCLOSD
check "a kind of record too" has "$err" "did you mean DISCLOSED?"
refused 64 E-USE-01 ngo refferal list
check "a noun too" has "$err" "did you mean"

say "what a program is, it says"
for program in refex refexd refex-link refex-ca; do
    for word in --help -h --version; do
        run $program $word
        check "$program $word is answered" is "$rc $err" "0 "
        check "$program $word names it" has "${out/refex federation/refex-ca}" "$program"
    done
done

say "a template that nobody filled in holds no case"
for labels in "" --labels; do
    refex case import --template $labels >"$dir/template.csv"
    refused 65 E-IMP-07 ngo case import "$dir/template.csv"
    check "its header was read" has "$err" "the header was read, and under it is no row with a case"
done

say "what is missing is named, with how the command is written"
while read -r noun verb; do
    case "$noun $verb" in "help "* | "federation "* | "demo "* | "node "* | "case find") continue ;; esac
    words=("$noun")
    [[ $verb != [a-z]* ]] || words+=("$verb")
    run refex "${words[@]}" --json </dev/null
    check "${words[*]} alone is refused" is "$rc $(value "$err" error)" "64 E-USE-02"
    check "${words[*]} alone: what it lacks" has "$err" " is missing"
    check "${words[*]} alone: how it is written" has "$err" "; usage: refex ${words[*]} --"
done < <(refex help | sed -n 's/^  \([a-z][a-z]*\) \([a-z-]*\) .*/\1 \2/p')
for verb in init issue publish revoke show; do
    run refex federation $verb
    check "federation $verb" has "$err" " is missing; usage: refex federation $verb "
done
refused 64 E-USE-02 ngo referral accept
check "it is named" has "$err" "refex: ID is missing; usage: refex referral accept --home DIR ID"
refused 64 E-USE-02 ngo agency told mission
check "the second, too" has "$err" "refex: CONSENT|REFERRAL is missing; usage: refex agency told "
table "missing" <<'TABLE'
64 E-USE-02 case import
64 E-USE-02 case show
64 E-USE-02 consent record
64 E-USE-02 consent record --case $of
64 E-USE-02 consent record --case $of --section identity
64 E-USE-02 consent record --case $of --section identity --to mission
64 E-USE-02 consent show
64 E-USE-02 consent withdraw
64 E-USE-02 consent withdraw $consent --erase-now
64 E-USE-02 referral send
64 E-USE-02 referral send --case $of
64 E-USE-02 referral send --case
64 E-USE-02 referral show
64 E-USE-02 referral accept
64 E-USE-02 referral decline $referral
64 E-USE-02 enrol
66 E-FIL-01 case import $dir/none.csv
66 E-FIL-01 consent record $dir/none.json
66 E-FIL-01 enrol $dir/none.membership
66 E-CAS-20 case show $nobody
66 E-CON-06 consent withdraw $nobody
66 E-REF-01 referral show $nobody
66 E-REF-01 referral accept $nobody
66 E-REF-01 referral decline $nobody --reason other
66 E-CAS-20 referral send --case $nobody --to mission --service SHELTER --urgency normal
TABLE

say "what is malformed"
given="--given-by self --language uk --notice n1 --seen-alone yes"
record="consent record --case $of --section identity --purpose services"
table "malformed" <<TABLE
64 E-USE-04 case show 12
64 E-USE-04 case show ${nobody}00
64 E-USE-04 case show ${of:0:7}
66 E-USE-05 case show ${nobody:0:8}
66 E-USE-05 consent show ${of:0:8}
66 E-USE-05 referral accept ${nobody:0:31}
64 E-USE-04 case show XY112233445566778899aabbccddeeff
64 E-USE-04 case import $cases/cases.csv --format xml
64 E-USE-04 consent list --case 7
64 E-USE-04 consent record --case $of --section identitty --to mission --purpose services $given
64 E-USE-04 consent record --case $of --section '' --to mission --purpose services $given
64 E-USE-04 consent record --case $of --section identity,,contact --to mission --purpose services $given
64 E-USE-04 consent record --case $of --section identity --to mission --purpose fun $given
64 E-USE-04 $record --to mission --until tomorrow $given
64 E-USE-04 $record --to mission --until 2027-02-30 $given
64 E-USE-04 $record --to mission --onward perhaps $given
64 E-USE-04 $record --to 'Mission!' $given
64 E-USE-04 $record --to mission --given-by dog --language uk --notice n1 --seen-alone yes
64 E-USE-04 $record --to mission --given-by self --language uk --notice n1 --seen-alone maybe
64 E-USE-04 referral send --case $of --to mission --service CASTLE --urgency normal
64 E-USE-04 referral send --case $of --to mission --service SHELTER --urgency soon
64 E-USE-04 referral send --case $of --to mission --service SHELTER --urgency normal --kind wish
64 E-USE-04 referral send --case $of --to mission --service SHELTER --urgency normal --require everything
64 E-USE-04 referral send --case $of --to mission --service SHELTER --urgency normal --release later
64 E-USE-04 referral decline $nobody --reason because
64 E-USE-04 agency close mission nonsense --reason explained
64 E-USE-04 audit list --kind GOSSIP
64 E-USE-03 audit list --kind COMPARED --log exchange
64 E-USE-04 audit list --since yesterday
64 E-USE-04 audit list --limit -1
64 E-USE-04 audit list --log diary
64 E-USE-04 audit verify --log diary
64 E-USE-04 init --agency shelter --kind Shelter --listen 127.0.0.1:1 --listed
64 E-USE-04 init --agency a@nrm.example --kind Castle --listen 127.0.0.1:1
64 E-USE-04 enrol $dir/ngo.membership --federation ABCD
TABLE

say "what contradicts itself, or what is known"
table "contradictory" <<TABLE
64 E-USE-03 consent withdraw $consent --erase-now --seen-alone no
64 E-USE-03 referral list --in --out
64 E-USE-03 case show $of --home $dir/other
64 E-USE-03 init --agency a@nrm.example --kind Shelter --listen 127.0.0.1:1 --listed --unlisted
64 E-USE-03 $record --to mission --except prs_MobilePhone $given
64 E-USE-03 $record --to mission,mission $given
64 E-CON-10 $record --to ngo $given
65 E-CON-11 $record --to stranger $given
65 E-CON-15 $record --to mission --until 2020-01-01 $given
65 E-CON-15 $record --to mission --until 2039-01-01 $given
77 E-CON-12 $record --to police $given
64 E-REF-05 referral send --case $of --to ngo --service SHELTER --urgency normal
77 E-FED-25 referral send --case $of --to stranger --service SHELTER --urgency normal
65 E-REF-02 referral accept $referral
65 E-REF-02 referral decline $referral --reason other
75 E-NOD-03 init --agency ngo@nrm.example --kind SupportNGO --listen 127.0.0.1:1
TABLE

refused 73 E-NOD-04 police init --agency police@nrm.example --kind Police --listen 127.0.0.1:1

say "a program that is not installed beside refex is not looked for elsewhere"
mkdir "$dir/alone"
cp "$(type -P refex)" "$dir/alone/"
for verb in "federation show --home $fed" "init --home $dir/alone/new --agency a@nrm.example --kind Shelter --listen 127.0.0.1:1 --listed"; do
    run "$dir/alone/refex" $verb
    check "${verb%% *} is refused though PATH has it" is "$rc" 69
done
check "and nothing was made" [ ! -e "$dir/alone/new" ]

say "keys: none is removed, none that others can read is used"
mkdir "$dir/kept" "$dir/kept/keys.d"
printf 'precious' | tee "$dir/kept/storage.key" >"$dir/kept/keys.d/identity.pem"
home[kept]=$dir/kept
refused 73 E-KEY-04 kept init --agency kept@nrm.example --kind Shelter --listen 127.0.0.1:1 --listed
check "they lie where they lay" is "$(cat "$dir/kept/storage.key" "$dir/kept/keys.d/identity.pem")" preciousprecious
check "and nothing else" is "$(cd "$dir/kept" && find . -type f | sort | tr '\n' ' ')" "./keys.d/identity.pem ./storage.key "
for file in keys storage.key keys.d/identity.pem keys.d/transport.pem; do
    chmod 0644 "${home[police]}/$file"
    refused 77 E-KEY-02 police node run
    run refex node run --home "${home[police]}//"
    check "the file is named as it lies" has "$err" "${home[police]}/$file"
    chmod 0600 "${home[police]}/$file"
done

say "files that are too large, cut, not text, or of another kind"
truncate -s 67108865 "$dir/large.csv"
truncate -s 300000 "$dir/large.json"
printf 'prs_FirstName\n%s\n' "$latin" >"$dir/latin.csv"
printf 'prs_FirstName\nA\0B\n' >"$dir/nul.csv"
printf 'PK\003\004 xl/workbook.xml' >"$dir/sheet.xlsx"
: >"$dir/empty"
printf '{' >"$dir/cut.json"
printf '[1, 2]' >"$dir/numbers.json"
printf '%s' "$(printf '[%.0s' {1..5000})" >"$dir/deep.json"
printf 'prs_FirstName\n' >"$dir/header.csv"
printf '{"case": "%s", "colour": "blue"}' "$of" >"$dir/unknown.json"
head -c 4000 /dev/urandom >"$dir/noise"
head -c 300 "$dir/ngo.membership" >"$dir/cut.membership"
table "files" <<'TABLE'
65 E-FIL-04 case import $dir/large.csv
65 E-FIL-04 consent record $dir/large.json
66 E-FIL-01 case import $dir
65 'E-(IMP|TXT)-0[12]' case import $dir/latin.csv
65 'E-(IMP|TXT)-0[12]' case import $dir/nul.csv
65 E-IMP-07 case import $dir/empty
65 'E-IMP-0[12]' case import $dir/cut.json
65 'E-IMP-0[12]' case import $dir/numbers.json
65 'E-IMP-0[12]' case import $dir/deep.json
65 E-IMP-07 case import $dir/header.csv
65 'E-(IMP|TXT)-0[12]' case import $dir/noise
65 'E-IMP-0[12]' case import $cases/cases.csv --format htcds-json
65 'E-IMP-0[12]' case import $cases/cases.json --format htcds-csv
65 E-IMP-04 case import $dir/sheet.xlsx
65 E-IMP-02 case import $cases/cases.csv --encoding cp1250
64 E-USE-04 case import $cases/cases.csv --encoding latin1
64 E-USE-04 case import $cases/cases.csv --dates ymd
64 E-USE-02 case import --labels $cases/cases.csv
64 E-USE-01 case import --template $cases/cases.csv
65 'E-[A-Z]{3}-[0-9]{2}' consent record $dir/cut.json
65 'E-[A-Z]{3}-[0-9]{2}' consent record $dir/numbers.json
65 'E-[A-Z]{3}-[0-9]{2}' consent record $dir/deep.json
64 'E-USE-0[134]' consent record $dir/unknown.json
65 'E-[A-Z]{3}-[0-9]{2}' consent record $dir/noise
64 E-USE-03 consent record $dir/unknown.json --case $of
TABLE
must refex init --home "$dir/new" --agency new@nrm.example --kind SupportNGO --listen 127.0.0.1:1
home[new]=$dir/new
for file in empty cut.membership noise directory.refex fed/certs/root.pem; do
    refused 65 "E-ENR-0[26]" new enrol "$dir/$file"
done
refused 65 E-ENR-06 new enrol "$dir/ngo.membership"
refused 64 E-USE-04 new enrol "$dir/ngo.membership" --federation "$fingerprint$(printf -- '-%.0s' {1..80})"
refused 76 E-ENR-01 ngo enrol "$dir/ngo.membership" "$dir/directory.refex" --federation "$(printf 'AAAA-%.0s' {1..13})AAAA"

say "the rows that the import must refuse, and those it must take with a word"
accepted=0 faulty=0
while IFS= read -r -d $'\x1e' block; do
    block=${block#$'\n'}
    [[ $block == *$'\n= '* ]] || continue
    what=${block##*$'\n= '}
    printf '%s\n' "${block%$'\n= '*}" | grep -v '^#' >"$dir/row.csv"
    if [[ $what == *accepted* ]]; then
        accepted=$((accepted + 1))
        ask_well ngo case import "$dir/row.csv"
        check "it is said: $what" has "$err" "note: "
    else
        faulty=$((faulty + 1))
        refused 65 "E-(IMP|CAS|TXT)-[0-9]{2}" ngo case import "$dir/row.csv"
        check "the fault is named: $what" [ "$(printf '%s\n' "$err" | grep -cE 'row [0-9]+|unknown|twice|column')" -gt 0 ]
    fi
done < <(awk 'BEGIN { RS = ""; ORS = "\036" } 1' "$cases/bad-rows.txt")
check "there were faulty rows ($faulty) and good ones ($accepted)" [ "$faulty" -gt 5 -a "$accepted" -gt 0 ]
ask_well ngo case list --json
check "only the good ones were added" lines_are "$out" $((10 + accepted))

say "programs get the same as one JSON object"
ask ngo case show "$nobody" --json
check "the exit status is the same" is "$rc" 66
check "on standard error, one line" lines_are "$err" 1
for part in '"error":"E-CAS-20"' '"what":"' '"means":"' '"remedy":"' '"exit":66'; do
    check "with $part" has "$err" "$part"
done
check "nothing on standard output" is "$out" ""

say "a home that is none"
home[none]=$dir/none
home[file]=$dir/empty
for verb in "status" "case list" "referral list" "audit verify" "node run" "node stop" "agency list"; do
    ask none $verb
    check "$verb in no folder ends with $rc" [ "$rc" = 66 -o "$rc" = 69 ]
    ask file $verb
    check "$verb in a file ends with $rc" [ "$rc" = 66 -o "$rc" = 69 ]
done
run refex status
check "no home at all is usage" is "$rc" 64
run refex status --home ''
check "an empty one too" is "$rc" 64
refused 69 E-NOD-05 police case import "$cases/cases.csv"
refused 69 E-NOD-05 police node stop
refused 78 E-NOD-02 new node run
refused 69 E-NOD-11 new status
check "status says why it cannot tell" has "$err" "cannot be read (E-NOD-02)"
check "and not that nothing is lost" has_not "$err" "Nothing is lost"
ask new status --json
check "a script learns that it does not run" is "$out" '{"running":false}'

say "node.conf with a fault is named by line"
cp "${home[police]}/node.conf" "$dir/node.conf"
for fault in "lisen = 127.0.0.1:1:did you mean \"listen\"" "listen = here:listen must be" "[part]\\nagency = a@b:sections" "noise:form name = value"; do
    cp "$dir/node.conf" "${home[police]}/node.conf"
    printf '%b\n' "${fault%:*}" >>"${home[police]}/node.conf"
    run timeout 10 refex --home "${home[police]}" node run
    check "78 for ${fault%:*}" is "$rc" 78
    check "it says so" has "$err" "${fault##*:}"
    check "with the place" has "$err" "node.conf:$(grep -c '' "${home[police]}/node.conf")"
done
cp "$dir/node.conf" "${home[police]}/node.conf"

say "the federation's verbs"
refuse_fed() { # EXIT CODE WORDS…
    local exit_status=$1 code=$2

    shift 2
    run refex federation "$@"
    check "federation $*: exit $rc" is "$rc" "$exit_status"
    check "federation $*: $code" has "$err" "($code)"
}
refuse_fed 64 E-USE-02
refuse_fed 64 E-USE-01 isue
refuse_fed 64 E-USE-02 init --home "$dir/fed2"
refuse_fed 64 E-USE-01 publish --home "$fed" --uot x
refuse_fed 73 E-FED-02 init --home "$fed" --name nrm.example
refuse_fed 78 E-FED-01 show --home "$dir/fed2"
refuse_fed 64 E-FED-09 revoke ngo --home "$fed" --reason left
refuse_fed 65 E-FED-08 revoke stranger --home "$fed" --reason left --confirm=stranger
refuse_fed 65 E-FED-04 issue --home "$fed" "$dir/noise" --out "$dir/x"
before=$(refex federation show --home "$fed")
refuse_fed 73 E-FIL-02 publish --home "$fed" --out "$dir/none/x"
refuse_fed 73 E-FIL-02 issue --home "$fed" "${home[ngo]}/request.refex" --out "$dir/none/x"
check "nothing was signed" is "$(refex federation show --home "$fed")" "$before"
refuse_fed 66 E-FIL-01 issue --home "$fed" "$dir/none.request" --out "$dir/x"
check "nothing was written" [ ! -e "$dir/x" ]
logs_verify ngo
end_scenario
