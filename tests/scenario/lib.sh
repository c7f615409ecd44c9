# What the scenarios share: a folder of their own, a federation of real nodes on loopback, waiting with a timeout, and
# checks of what people can see. Each scenario sources this file and can be run alone:
#
#     REFEX_BIN=build/debug/bin tests/scenario/01-referral.sh
#
# REFEX_BIN is the folder of the programs. KEEP=1 leaves the homes and logs. Nothing sleeps: every wait is for a visible
# event, with a timeout. All processes are ended by their ids, also when a check fails.

set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_root=$(cd "$here/../.." && pwd)
cases=$source_root/tests/data/cases
export PATH=${REFEX_BIN:?the folder of the programs}:$PATH
export PYTHONDONTWRITEBYTECODE=1
export LC_ALL=C.UTF-8
export TZ=UTC
unset REFEX_HOME

title=$(basename "$0" .sh)
dir=$(mktemp -d "${TMPDIR:-/tmp}/refex-$title.XXXXXX")
mkfifo "$dir/quiet"
exec {quiet}<>"$dir/quiet" # nothing is ever written to it: a read from it waits

declare -A pid=() port=() home=() # of nodes, by agency
declare -A backup_of=()           # options of enrol: where the backup lies; none: there is none
helpers=()                        # ids of other processes to be ended
checks=0

# --- start and end ---

clean_up() {
    local status=$?
    local p

    trap - EXIT INT TERM
    for p in "${pid[@]}" ${helpers[@]+"${helpers[@]}"} ${JSON_SAID_PID:-}; do
        kill -KILL "$p" 2>/dev/null
        wait "$p" 2>/dev/null
    done
    if [ -n "${KEEP:-}" ]; then
        printf '%s: everything is left in %s\n' "$title" "$dir"
    else
        rm -rf "$dir"
    fi
    exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Ends the scenario and prints what did not hold, where, and the last lines of every log.
fail() {
    local log

    printf '%s: line %s: did not hold: %s\n' "$title" "${BASH_LINENO[-2]:-?}" "$*" >&2
    for log in "$dir"/*.log; do
        [ -s "$log" ] && printf -- '--- %s\n' "$(basename "$log")" >&2 && tail -n 15 "$log" >&2
    done
    exit 1
}

# Prints one line about what is tested next.
say() { printf '%s: %s\n' "$title" "$*"; }

end_scenario() {
    check_logs_are_clean
    say "held, $checks checks in $SECONDS s"
}

# The machine lacks what the scenario is about: counted as skipped (77), not as passed. Nothing was checked before.
skip_scenario() {
    [ "$checks" -eq 0 ] || fail "skipped behind a check: $*"
    say "skipped: $*"
    exit 77
}

# --- waiting ---

wait_50_ms() { read -rt 0.05 -u "$quiet" || true; }

# until_true SECONDS SENTENCE COMMAND…: tries COMMAND every 50 ms until it succeeds; a timeout fails the scenario.
until_true() {
    local deadline=$((SECONDS + $1 + 1)) sentence=$2

    shift 2
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || fail "$sentence (waited in vain for: $*)"
        wait_50_ms
    done
    checks=$((checks + 1))
}

# --- checks ---

# check SENTENCE COMMAND…
check() {
    local sentence=$1

    shift
    "$@" || fail "$sentence ($*)"
    checks=$((checks + 1))
}

is() { [ "$1" = "$2" ] || { printf 'got: %s\nnot: %s\n' "$1" "$2" >&2; false; }; }
is_not() { [ "$1" != "$2" ]; }
has() { [[ $1 == *"$2"* ]] || { printf 'got: %s\nwithout: %s\n' "$1" "$2" >&2; false; }; }
has_not() { [[ $1 != *"$2"* ]] || { printf 'got: %s\nwith: %s\n' "$1" "$2" >&2; false; }; }
file_has() { grep -qF -- "$2" "$1"; }
lines_are() { is "$(printf '%s' "$1" | grep -c .)" "$2"; }

# value JSON KEY: the first value of KEY in one line of JSON: text without quotes, numbers and words as they are, lists and
# objects as a whole if they are flat.
value() {
    local re="\"$2\":(\"([^\"]*)\"|(\[[^]]*\])|([^,}]*))"

    [[ $1 =~ $re ]] && printf '%s' "${BASH_REMATCH[2]}${BASH_REMATCH[3]}${BASH_REMATCH[4]}"
}

# ask AGENCY NOUN VERB …: standard output in $out, standard error in $err, exit status in $rc.
ask() {
    local agency=$1

    shift
    run refex --home "${home[$agency]}" "$@"
}

run() {
    out=$("$@" 2>"$dir/err")
    rc=$?
    err=$(tr -d '\0' <"$dir/err")
}

# The same as run, but fails the scenario unless the command succeeds.
must() {
    run "$@"
    [ "$rc" -eq 0 ] || fail "exit $rc: $* -- $err"
    checks=$((checks + 1))
}

ask_well() {
    local agency=$1

    shift
    must refex --home "${home[$agency]}" "$@"
}

# Another Unix user of this machine asks the node of ngo: OUT, ERR and RC are what he got.
as() { # UID NOUN VERB …
    local uid=$1

    shift
    run setpriv --reuid "$uid" --regid "$uid" --clear-groups env HOME=/ PATH="$PATH" refex --home "${home[ngo]}" "$@"
}
# … and must get an answer.
may() { # UID NOUN VERB …
    as "$@"
    [ "$rc" -eq 0 ] || fail "exit $rc: $* -- $err"
    checks=$((checks + 1))
}

# refused EXIT CODE AGENCY NOUN VERB …: the verb fails with this exit status and an error in four parts: what happened,
# what it means, what to do, the code.
refused() {
    local exit_status=$1 code=$2 agency=$3 parts

    shift 3
    ask "$agency" "$@"
    [ "$rc" -eq "$exit_status" ] || fail "exit $rc, not $exit_status: $* -- $err"
    parts=$(printf '%s\n' "$err" | grep -v '^refex: warning: ' | tail -n 3)
    [[ $err =~ (^|$'\n')refexd?": " ]] || fail "no sentence says what happened: $* -- $err"
    [[ $parts =~ ^"  "[A-Z].*$'\n'"  "("-> "|"What to do: ").*$'\n'"  ("($code)")"$ ]] || fail "not the four parts of $code: $* -- $err"
    checks=$((checks + 1))
}

# as_said HEADING: $out (or the lines of $2) has the members that docs/JSON.md and the schemas say under that heading. One
# process answers for all of a scenario.
as_said() {
    local heading=$1 text=${2-$out} fault faults=

    [ -n "${JSON_SAID_PID:-}" ] ||
        coproc JSON_SAID { exec /usr/bin/python3 "$here/json_said.py" "$source_root" "$REFEX_BIN/../docs/schema"; }
    printf '%s\n' "$heading" "$text" ${text:+""} >&"${JSON_SAID[1]}"
    while read -rt 30 -u "${JSON_SAID[0]}" fault || fail "nobody says what docs/JSON.md has of $heading"; do
        [ -n "$fault" ] || break
        faults+=$fault$'\n'
    done
    [ -z "$faults" ] || fail "$heading is not as it is said: $faults$text"
    checks=$((checks + 1))
}

# said AGENCY NOUN [VERB …]: the command with --json, whose first words are its heading.
said() {
    local agency=$1 heading

    shift
    case $1 in doctor | leave | pause | status | enrol | init | watch | duty | work) heading="refex $1" ;; *) heading="refex $1 $2" ;; esac
    ask "$agency" "$@" --json
    [ "$rc" -le 1 ] || fail "exit $rc: $* -- $err"
    as_said "\`$heading\`"
}

status_of() { refex status --json --home "${home[$1]}" 2>/dev/null; }
directory_of() { value "$(status_of "$1")" directory; }
status_is() { [ "$(value "$(status_of "$1")" "$2")" = "$3" ]; }

# referral_state AGENCY REFERRAL
referral_state() { value "$(refex referral list --json --home "${home[$1]}" 2>/dev/null | grep -F "\"referral\":\"$2\"")" state; }
state_is() { [ "$(referral_state "$1" "$2")" = "$3" ]; }

# audit_count AGENCY PATTERN: how many records of the exchange log match, by their JSON.
audit_count() { refex audit list --json --home "${home[$1]}" 2>/dev/null | grep -c -- "$2"; }
audit_counts() { [ "$(audit_count "$1" "$2")" = "$3" ]; }

logs_verify() {
    local agency

    for agency in "$@"; do
        must refex audit verify --json --home "${home[$agency]}"
        is "$(printf '%s\n' "$out" | grep -c '"good":true')" 2 || fail "a log of $agency does not verify: $out"
    done
}

# What no log may hold: a sanitizer's report, a bug of refex, an abort.
check_logs_are_clean() {
    local log

    for log in "$dir"/*.log; do
        [ -e "$log" ] || continue
        grep -nE 'ERROR: (Address|Leak)Sanitizer|runtime error:|code=E-LNK-13|REQUIRE|assert|tick_failed' "$log" >&2 &&
            fail "a log shows a fault of the programs"
    done
    checks=$((checks + 1))
}

# --- the federation ---

fed=$dir/fed

free_ports() {
    /usr/bin/python3 -c '
import socket, sys
held = [socket.socket() for _ in range(int(sys.argv[1]))]
for s in held:
    s.bind(("127.0.0.1", 0))
print(*[s.getsockname()[1] for s in held])' "$1"
}

# init_home NAME KIND [ENDPOINT]: keys and request.
init_home() {
    home[$1]=$dir/$1
    [ -n "${port[$1]:-}" ] || port[$1]=$(free_ports 1)
    must refex init --home "${home[$1]}" --agency "$1@nrm.example" --kind "$2" --listed --listen "127.0.0.1:${port[$1]}" \
        ${3:+--endpoint "$3"}
}

# issue NAME [OPTIONS…]: membership for its request.
issue() {
    local name=$1 read_out

    shift
    run refex federation issue --home "$fed" "${home[$name]}/request.refex" "$@" --dry-run --json --out "$dir/$name.membership"
    read_out=$(value "$out" fingerprint)
    must refex federation issue --home "$fed" "${home[$name]}/request.refex" "$@" --fingerprint "$read_out" --out "$dir/$name.membership"
}

# add_member NAME KIND [ENDPOINT]: keys, request, membership; enrol makes it a member.
add_member() {
    init_home "$@"
    issue "$1"
}

publish() {
    rm -f "$dir/directory.refex"
    must refex federation publish --home "$fed" --out "$dir/directory.refex"
}

enrol() { must refex enrol --home "${home[$1]}" "$dir/$1.membership" "$dir/directory.refex" --federation "$fingerprint" ${backup_of[$1]:---no-backup}; }

# More options for `refex federation init` can be given in federation_options.
create_federation() {
    must refex federation init --home "$fed" --name nrm.example --json ${federation_options[@]+"${federation_options[@]}"}
    fingerprint=$(value "$out" fingerprint)
}

# start_federation NAME:KIND …: a federation of these, all with the same directory.
start_federation() {
    local member ports

    create_federation
    read -ra ports <<<"$(free_ports $#)"
    for member in "$@"; do
        port[${member%:*}]=${ports[0]}
        ports=("${ports[@]:1}")
        add_member "${member%:*}" "${member#*:}"
    done
    publish
    for member in "$@"; do
        enrol "${member%:*}"
    done
}

# start AGENCY…: runs its node and waits until others can reach it. Its standard error goes to AGENCY.log. What stands in
# run_as goes before it (setpriv …).
start() {
    local agency ready

    for agency in "$@"; do
        mkfifo "$dir/$agency.ready"
        ${run_as[@]+"${run_as[@]}"} refex node run --home "${home[$agency]}" --ready-fd 9 2>>"$dir/$agency.log" 9>"$dir/$agency.ready" &
        pid[$agency]=$!
        exec {ready}<"$dir/$agency.ready"
        rm "$dir/$agency.ready"
        read -rt 30 -u "$ready" || fail "the node of $agency does not start"
        exec {ready}<&-
    done
}

# replace AGENCY KIND: its machine is lost, and another one takes its place. What it held lies in $dir/AGENCY.lost.
replace() {
    stop "$1"
    mv "${home[$1]}" "$dir/$1.lost"
    init_home "$1" "$2"
    issue "$1" --replace --confirm="$1@nrm.example"
    publish
    enrol "$1"
    start "$1"
}

# stop AGENCY…: with `refex node stop`.
stop() {
    local agency

    for agency in "$@"; do
        ask_well "$agency" node stop
        wait "${pid[$agency]}" || fail "the node of $agency ended with $?"
        unset "pid[$agency]"
    done
}

# crash AGENCY: kill -9.
crash() {
    kill -KILL "${pid[$1]}"
    wait "${pid[$1]}" 2>/dev/null
    unset "pid[$1]"
}

link_process() { value "$(value_object "$(status_of "$1")" link)" process; }
value_object() { [[ $1 =~ \"$2\":(\{[^}]*\}) ]] && printf '%s' "${BASH_REMATCH[1]}"; }

# begin_days: from now on each program reads from one file which day it is (libfaketime), at each call: all move
# together. Network processes, which are given no environment, keep the machine's time, at which the certificates that
# they use are valid, too.
begin_days() {
    local faketime

    for faketime in /usr/lib/*/faketime/libfaketime.so.1; do :; done
    [ -e "$faketime" ] || fail "libfaketime is not installed (./dev setup)"
    day_is 0
    export FAKETIME_TIMESTAMP_FILE=$dir/now FAKETIME_NO_CACHE=1 FAKETIME_DISABLE_SHM=1
    export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
    export LD_PRELOAD=$faketime
}

# day_is N: N days after the machine's.
day_is() { printf '+%dd\n' "$1" >"$dir/now.new" && mv "$dir/now.new" "$dir/now"; }

# --- cases, consents, referrals ---

# import_cases AGENCY FILE [MORE…]: the ids of the cases, one a line, in $out.
import_cases() {
    ask_well "$1" case import "${@:2}" --json
    out=$(printf '%s\n' "$out" | grep -o '[0-9a-f]\{32\}')
}

# consent_for AGENCY CASE SECTIONS TO [MORE…]: the consent's id in $consent (the last one of several).
consent_for() {
    local agency=$1 of=$2 sections=$3 to=$4

    shift 4
    ask_well "$agency" consent record --case "$of" --section "$sections" --to "$to" --purpose services --given-by self \
        --language uk --notice leaflet-3 --seen-alone yes --json "$@"
    consent=$(value "${out##*$'\n'}" consent)
}

# refer AGENCY CASE TO [MORE…]: service SHELTER and urgency normal unless given; the referral's id in $referral.
refer() {
    local agency=$1 of=$2 to=$3

    shift 3
    [[ " $* " == *" --urgency "* ]] || set -- --urgency normal "$@"
    [[ " $* " == *" --service "* ]] || set -- --service SHELTER "$@"
    ask_well "$agency" referral send --case "$of" --to "$to" --partial --json "$@"
    referral=$(value "$out" referral)
}

# --- what docs/OPERATING.md says, typed as it stands there ---

# page LINE [TEXT WHAT]…: the command stands so on the page; it is run with WHAT in place of each TEXT. An ANSWERS that
# is not empty is typed at a terminal; so is a TYPED, once it is asked for. The words that it shows are written into a
# file PAPER, and typed.
page() {
    local line=$1

    [ -f "$dir/page" ] || awk -f "$source_root/tests/house/commands.awk" "$source_root/docs/OPERATING.md" >"$dir/page"
    grep -qxF -- "$1" "$dir/page" || fail "docs/OPERATING.md has no command: $1"
    shift
    while [ $# -gt 0 ]; do
        has "$line" "$1" || fail "there is no $1 in: $line"
        line=${line//"$1"/"$2"}
        shift 2
    done
    if [ -n "${TYPED:-}" ]; then
        run "$here/terminal.py" "$TYPED" bash -c "$line"
    elif [ -n "${PAPER:-}" ]; then
        run "$here/words_typed.py" as-shown "$PAPER" bash -c "$line"
    elif [ -n "${ANSWERS:-}" ]; then
        run script -qec "$line" /dev/null <<<"$ANSWERS"
    else
        run bash -c "$line"
    fi
}
# … and it succeeds.
does() {
    page "$@"
    [ "$rc" -eq 0 ] || fail "exit $rc: $1 -- $out$err"
    checks=$((checks + 1))
}
