#!/bin/bash
# Goal: `refex demo` runs to the end in time, reports truthfully what happened, leaves nothing running, and the man's data
# is in no folder of any agency unless sealed. It also shuts down cleanly when interrupted, and reports an error when it
# cannot start.

. "$(dirname "$0")/lib.sh"

five=$dir/five

nobody_runs() {
    local p

    for p in "$@"; do
        [ ! -e "/proc/$p" ] || { printf 'process %s is left: %s\n' "$p" "$(tr '\0' ' ' <"/proc/$p/cmdline")" >&2; return 1; }
    done
}

# The ids of the processes, as the demo prints them: the last two words of an agency's line.
processes_in() { grep -oE '127\.0\.0\.1:[0-9]+ +[0-9]+ [0-9]+$' "$1" | grep -oE '[0-9]+ [0-9]+$'; }

# --- the whole demo ---

before=$SECONDS
must refex demo --keep "$five"
took=$((SECONDS - before))
output=$out
printf '%s\n' "$output" >"$dir/output"

check "it ends in under 30 seconds" test "$took" -lt 30
check "nothing is said of a thing that did not hold" has_not "$output" "DID NOT HOLD"
check "it says how much held" file_has "$dir/output" " things that were shown were checked and held"
check "26 things were seen to hold" is "$(grep -c '^    \[held\] ' "$dir/output")" 26
check "nothing stands on standard error" is "$err" ""

read -ra processes <<<"$(processes_in "$dir/output" | tr '\n' ' ')"
check "it names the ten processes" is "${#processes[@]}" 10
check "none of them is left" nobody_runs "${processes[@]}"
check "it says what is not protected" file_has "$dir/output" "What this does not protect"

matrix='    section        lantern    bridge     oakfield   ministry   police
    triage         knows      erased     -          -          -
    identity       knows      -          knows      knows      -
    contact        knows      erased     -          -          -
    whereabouts    knows      -          -          -          -
    status         knows      -          -          knows      -
    family         knows      -          knows      -          -
    exploitation   knows      -          -          knows      -
    perpetrators   knows      -          -          -          -
    health         knows      erased     -          -          -
    notes          knows      -          -          -          -'
check "it shows who knows what" has "$output" "$matrix"

# --- what is left in the folders, asked of stopped nodes ---

for agency in lantern bridge oakfield ministry police; do
    home[$agency]=$five/$agency
done
logs_verify lantern bridge oakfield ministry police
ask_well police referral list --json
check "the police have no referral" is "$out" ""
check "the police have received nothing" audit_counts police '"kind":"RECEIVED"' 0
check "the attempt to tell them is logged" audit_counts lantern '"kind":"DENIED","to":"police@' 1
check "Bridge erased" audit_counts bridge '"kind":"ERASED"' 1
run refex audit verify --home "$five/lantern-copy" --json
check "the changed copy is bad, which is an answer and not an error" is "$rc" 1
check "the homes are for their owner only" is "$(stat -c %a "$five")" 700
check "no plain copy of the case is left" is "$(find "$five" -name '*.json')" ""

# --- canaries: the man's data, in files and their names; the texts are those of the case that the demo makes ---

# None is so short that ciphertext could hold it by chance.
names=(Pryklad Zrazk Olena 12025550147 EX-000174 1974-06-11)
texts=('after 18:00' 'Zrazkova Lane' 'Sixteen years' unpaid burnt 'alive and asks' cataract fracture startles 'be told')
for word in "${names[@]}" "${texts[@]}"; do
    check "\"$word\" stands in no file in the clear" is "$(grep -rlaF -- "$word" "$five")" ""
    check "\"$word\" is in no file's name" is "$(find "$five" -iname "*$word*")" ""
done
for word in "${names[@]}"; do
    check "\"$word\" was not printed" has_not "$output" "$word"
done

# The same search finds what does stand in the files, so that an empty result means something.
check "the search for canaries can find" is_not "$(grep -rlaF -- 'ministry@demo.example' "$five/lantern")" ""

# --- interrupted, and not begun ---

refex demo --slow >"$dir/interrupted" 2>"$dir/interrupted.err" &
helper=$!
helpers+=("$helper")
until_true 20 "the demo starts its nodes" file_has "$dir/interrupted" "police    the police"
read -ra processes <<<"$(processes_in "$dir/interrupted" | tr '\n' ' ')"
check "its nodes run" test -e "/proc/${processes[0]}"
kill -TERM "$helper"
wait "$helper"
check "an interrupted demo says so by its exit status" is "$?" 75
check "and by its code" file_has "$dir/interrupted.err" "(E-DEM-03)"
check "and leaves nothing running" nobody_runs "${processes[@]}"

run refex demo --keep "$five"
check "a folder with something in it is refused" is "$rc" 73
check "by its code" has "$err" "(E-DEM-01)"
check "and nothing was started" is "$out" ""

mkdir "$dir/alone"
cp "$(command -v refex)" "$(dirname "$(command -v refex)")/refex-ca" "$dir/alone"
err=$("$dir/alone/refex" demo --keep "$dir/half" 2>&1 >/dev/null)
check "where a program is missing the story does not go on" is "$?" 70
check "by its code" has "$err" "(E-DEM-02)"

must env TMPDIR="$dir" refex demo --json
check "with --json each line is an object" is "$(printf '%s\n' "$out" | grep -cv '^{.*}$')" 0
as_said '`refex demo`'
check "what each agency holds is what people read" is "$(/usr/bin/python3 "$here/demo_matrix.py" <<<"$out")" "$matrix"
check "its last line counts" has "${out##*$'\n'}" '"held":26,"not_held":0'
check "without --keep its folder is removed" is "$(find "$dir" -maxdepth 1 -name 'refex-demo-*')" ""

end_scenario
