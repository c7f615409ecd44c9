#!/bin/bash
# Goal: a case is found by what is remembered of it, in either alphabet, by who may see it; what is looked for stands
# nowhere: not in the node's home, not in its log, not in what `refex` says.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO
start ngo
printf '%s\n' prs_FirstName,prs_SecondName,prs_MobilePhone,prs_IdentityNumber \
    'Олена,Прикладенко,+380501112233,AB-123456' 'Łukasz,Wzorowy,+48600700800,' 'Olena,Other,,' >"$dir/three.csv"
import_cases ngo "$dir/three.csv"
mapfile -t case <<<"$out"

# found WORDS: the cases that these find, in their order.
find_words() { out=$(refex --home "${home[ngo]}" case find "${@:2}" <<<"$1" 2>"$dir/err") && rc=$? || rc=$?; err=$(cat "$dir/err"); }
found() {
    find_words "$1" --json
    out=$(jq -r .case <<<"$out")
}

say "by names, in either alphabet, and by their beginnings"
found "olena prykl"
check "one" is "$out" "${case[0]}"
found "ОЛЕНА"
check "both, the newest first" is "$out" "${case[2]}"$'\n'"${case[0]}"
found lukash
check "of another spelling" is "$out" "${case[1]}"
found "Prikladenko Olena"
check "in any order" is "$out" "${case[0]}"
find_words "Nobody" --json
check "nobody" is "$out" ""
check "exit status 1" is "$rc" 1

say "by a phone or a reference"
found "050 111 22 33"
check "as it is dialled at home" is "$out" "${case[0]}"
found 2233
check "by its last digits" is "$out" "${case[0]}"
found 700800
check "of another" is "$out" "${case[1]}"
found ab123
check "not by a part of a word that was two" is "$out" ""
found "ab 1234"
check "by a reference" is "$out" "${case[0]}"

say "for people"
find_words "olena"
check "a table" has "$out" "FOUND BY"
check "by what" has "$out" "name"
check "no name of hers" has_not "$out$err" lena
printf 'wzorowy\n' >"$dir/words"
ask_well ngo case find --words-file "$dir/words" --json
check "from a file" is "$(jq -r .case <<<"$out")" "${case[1]}"
run "$here/terminal.py" "olena prykladenko" refex --home "${home[ngo]}" case find
check "asked for at a terminal" has "$out" "${case[0]}"
refused 64 E-USE-01 ngo case find olena
find_words "a"
check "one letter is none" has "$err" E-SEA-01
check "and is refused" is "$rc" 64

say "who looked stands in the house log, and no word"
ask_well ngo audit list --log house --json --kind searched
check "each search" is "$(jq -r .found <<<"$out" | head -4 | tr '\n' ' ')" "1 2 1 1 "
ask_well ngo case show "${case[0]}"
ask_well ngo audit list --log house --json
check "what was opened next stands behind it" is "$(jq -r .kind <<<"$out" | tail -1)" OPENED
stop ngo
for name in олена olena prikladenko Прикладенко lukas vzorovi 501112233; do
    check "$name is nowhere in the home" is "$(grep -rlaiF -- "$name" "${home[ngo]}" | wc -l)" 0
done
refused 69 E-NOD-05 ngo case find --words-file "$dir/words"
start ngo
found "олена прик"
check "after a start" is "$out" "${case[0]}"

say "a node that is killed while it indexes has all of it, and what was looked for nowhere"
{
    echo prs_FirstName
    for i in $(seq 2000); do echo "Zofia$i"; done
} >"$dir/more.csv"
import_cases ngo "$dir/more.csv" --again
kill -9 "${pid[ngo]}"
wait "${pid[ngo]}" 2>/dev/null
start ngo
all_are_found() { found zofia && [ "$(refex --home "${home[ngo]}" case find --json <<<zofia | jq -r .found | head -1)" = 2000 ]; }
until_true 20 "all are found" all_are_found
find_words zofia
check "fifty are shown" is "$(grep -c '^[0-9a-f]\{32\}' <<<"$out")" 50
check "and how many more" has "$err" "1950 more are found"
end_scenario
