#!/bin/bash
# Goal: who watches a node is told each event once and in its order: also who was killed, over a restart of the node, and
# beside one who does not read; and where a cursor is of no place here, so.
. "$(dirname "$0")/lib.sh"

many=1000 # events that come at once
others=
start_federation ngo:SupportNGO mission:InternationalOrganisation
for other in one two three four five six seven eight nine; do # they need no node to be named in a consent
    add_member "$other" SupportNGO
    others+="--to $other "
done
publish
enrol ngo
enrol mission
start ngo mission
import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}

# watch NAME [OPTIONS…]: one that runs in the background and appends to NAME.events.
declare -A watcher=()
watch() {
    local name=$1

    shift
    refex --home "${home[ngo]}" watch --json "$@" >>"$dir/$name.events" 2>"$dir/$name.said" &
    watcher[$name]=$!
    helpers+=($!)
}
events() { jq -r 'select(.event != null) | '"$2" "$dir/$1.events"; }
cursor_of() { tail -n 1 "$1" | jq -r .cursor; }
count_is() { [ "$(events "$1" .event | wc -l)" -ge "$2" ]; }
began() { [ -s "$dir/$1.events" ]; }
told() { # WHAT WATCHES EVENT FILTER: it was told that
    [ -n "$(events "$1" "select(.event == \"$2\" and ($3)) | .event")" ]
}

say "from now on"
watch one
watch two
until_true 10 "the first says where it is" began one
until_true 10 "so does the second" began two
check "the first line is a place and no event" is "$(head -n 1 "$dir/one.events" | jq -r '.event')" null
ask_well ngo watch --once --json
check "whoever asks for what there is from now on gets a place" lines_are "$out" 1
start_cursor=$(value "$out" cursor)
as_said '`refex watch`'

is_apart() { ! find "/proc/$1/fd" -lname 'socket:*' 2>/dev/null | grep -q .; }
until_true 10 "who waits holds no place of the node's" is_apart "${watcher[one]}"

say "a referral goes its way"
consent_for ngo "$of" triage,identity mission --told-irreversible
refer ngo "$of" mission
until_true 10 "it arrives" state_is ngo "$referral" delivered
ask_well mission referral accept "$referral"
until_true 10 "the answer is told" told one came '.answer == "accepted"'
check "of which referral" told one came ".referral == \"$referral\" and .message_kind == \"reply\""
check "that it is there" told one receipted ".referral == \"$referral\" and .how == \"stored\" and .agency == \"mission@nrm.example\""
check "what was agreed" told one consent ".consent == \"$consent\" and .how == \"given\""
run refex --home "${home[mission]}" watch --once --since start --json
check "there it came" is "$(jq -r 'select(.event == "came" and .message_kind == "referral") | .referral' <<<"$out")" "$referral"
check "and the receiver's last line is its place" is "$(tail -n 1 <<<"$out" | jq -r .event)" null
ask_well ngo watch --once --since start --json
as_said '`refex watch`'
ask_well ngo watch --once --since "$start_cursor"
check "people read the same" has "$out" "came            reply  answer accepted  stored  mission@nrm.example  referral $referral"

say "who asks for some events alone gets those, and goes on from there as anybody"
ask_well ngo watch --once --since start --event receipted --event consent --json
check "no others" is "$(jq -r 'select(.event != null) | .event' <<<"$out" | sort -u | tr '\n' ' ')" "consent receipted "
check "all of these" is "$(grep -c '"event":"receipted"' <<<"$out")" \
    "$(refex --home "${home[ngo]}" watch --once --since start --json | grep -c '"event":"receipted"')"
check "and the place at the end" is "$(tail -n 1 <<<"$out" | jq -r .event)" null
refused 64 E-USE-04 ngo watch --once --event receipt
check "a word that is none is answered with the nearest" has "$err" receipted

say "one is killed and begins again where it was"
kill -KILL "${watcher[two]}"
wait "${watcher[two]}" 2>/dev/null
consent_for ngo "$of" contact mission --told-irreversible
ask_well ngo consent withdraw "$consent"
watch two --since "$(cursor_of "$dir/two.events")"
until_true 10 "it is told what came meanwhile" told two withdrawn ".consent == \"$consent\" and .how == \"stop\""

say "the node ends, which is said, and begins again"
stop ngo
until_true 10 "the watcher ends" eval '! kill -0 ${watcher[one]} 2>/dev/null'
wait "${watcher[one]}"
check "by the status of a node that does not run" is "$?" 69
check "with its code" file_has "$dir/one.said" E-NOD-05
wait "${watcher[two]}"
check "and the other" is "$?" 69
refused 69 E-NOD-05 ngo watch --once
start ngo
watch one --since "$(cursor_of "$dir/one.events")"
watch two --since "$(cursor_of "$dir/two.events")"

say "one that does not read holds nobody up, while $many events come"
mkfifo "$dir/unread"
exec {unread}<>"$dir/unread"
refex --home "${home[ngo]}" watch --json --since start >"$dir/unread" 2>/dev/null &
helpers+=($!)
slow=$!
/usr/bin/python3 -c '
print("prs_FirstName")
for i in range('"$many"' // 10): print("Nova%d" % i)' >"$dir/many.csv"
import_cases ngo "$dir/many.csv"
# shellcheck disable=SC2086 # ten agencies: an event each
xargs -P 4 -n 1 refex --home "${home[ngo]}" consent record --section none --to mission $others --purpose services \
    --given-by self --language uk --notice leaflet-3 --seen-alone yes --case >/dev/null 2>"$dir/record.said" <<<"$out" ||
    fail "a consent is not recorded: $(head -n 5 "$dir/record.said")"
until_true 60 "one is told all" count_is one "$many"
until_true 60 "two is told all" count_is two "$many"
check "the one that does not read still stands there" kill -0 "$slow"
started=$(date +%s%N)
ask_well ngo status --json
check "and the node answers at once" test $((($(date +%s%N) - started) / 1000000)) -lt 5000

say "nothing was lost, nothing told twice, and all in order"
ask_well ngo watch --once --since "$start_cursor" --json
# The first half of the cursor says which record it was; how far the house log had come then is nobody's to compare.
record='.cursor | split("-")[0]'
printf '%s\n' "$out" | jq -r "select(.event != null) | $record" >"$dir/expected"
check "the $many are among them" test "$(wc -l <"$dir/expected")" -ge "$many"
for name in one two; do
    until_true 30 "$name has come as far" file_has "$dir/$name.events" "\"$(tail -n 1 "$dir/expected")-"
    events "$name" "$record" >"$dir/$name.records"
    check "$name was told what there was" cmp "$dir/expected" "$dir/$name.records"
done
check "an event names no person" has_not "$(cat "$dir/one.events")" Nova

say "one whose reader is gone ends, though nothing happens"
refex --home "${home[ngo]}" watch > >(head -n 1 >/dev/null) 2>/dev/null &
helpers+=($!)
until_true 10 "it ends" eval "! kill -0 $! 2>/dev/null"

say "Ctrl-C ends it"
kill -INT "${watcher[one]}"
wait "${watcher[one]}"
check "as one that was ended so" is "$?" 130
for p in "$slow" "${watcher[two]}"; do
    kill -KILL "$p"
    wait "$p" 2>/dev/null
done

say "who asks for what is his own is told of nothing else"
ask_well ngo watch --once --since start --mine --json
check "what is nobody's is not his" is "$(jq -r .event <<<"$out")" null
ask_well ngo staff add "$(id -un)" --role caseworker,supervisor,operator
printf 'prs_FirstName\nLida\n' >"$dir/own.csv"
import_cases ngo "$dir/own.csv"
consent_for ngo "$out" contact mission
ask_well ngo watch --once --since start --mine --json
check "that is the consent of his case" is "$(jq -r 'select(.event != null) | .event + " " + .consent' <<<"$out")" \
    "consent $consent"
ask_well ngo watch --once --since "$start_cursor" --json
check "who does not ask so is told of all" has "$out" "$referral"
here=$(tail -n 1 <<<"$out" | jq -r .cursor)
ask_well ngo case assign "$of" --to me
ask_well ngo watch --once --since "$here" --mine --json
check "what is his now he is told" is "$(jq -r 'select(.event == "assigned") | .case + " " + .state' <<<"$out")" "$of open"
as_said '`refex watch`'

say "a cursor of no place here is refused"
refused 64 E-USE-04 ngo watch --once --since "" # a file that was lost: from now on would pass over what came
refused 64 E-USE-04 ngo watch --once --since "$(printf '1%.0s' {1..81})"
refused 64 E-USE-04 ngo watch --once --since 12
refused 64 E-USE-04 ngo watch --once --since "$start_cursor-0"
refused 66 E-LOG-09 mission watch --once --since "$start_cursor"
ask_well ngo watch --once --since start --json
newest=$(tail -n 1 <<<"$out" | jq -r .cursor)
stop ngo
cp -a "${home[ngo]}" "$dir/older"
start ngo
consent_for ngo "$of" health mission
ask_well ngo watch --once --since "$newest" --json
later=$(tail -n 1 <<<"$out" | jq -r .cursor)
stop ngo
mv "${home[ngo]}" "$dir/newer"
mv "$dir/older" "${home[ngo]}"
start ngo
ask_well ngo watch --once --since "$newest" # a place that the older one has
refused 66 E-LOG-09 ngo watch --once --since "$later"
consent_for ngo "$of" health mission
consent_for ngo "$of" notes mission
refused 66 E-LOG-09 ngo watch --once --since "$later" # as many records again, and others
check "it says what to do" has "$err" "--since start"
check "and not to go on from there" has_not "$err" "to go on"
stop ngo mission
end_scenario
