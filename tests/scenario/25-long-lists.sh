#!/bin/bash
# Goal: lists of many rows are whole, at a running node, which gives them in steps, and at a stopped one; an import of
# many, which goes in steps, is whole or nothing; the log of a running node is verified beside it.
. "$(dirname "$0")/lib.sh"

rows=150

start_federation ngo:SupportNGO
start ngo
{
    echo prs_FirstName,cco_CaseComment
    for i in $(seq "$rows"); do
        echo "Example-$i,note $i"
    done
} >"$dir/many.csv"
import_cases ngo "$dir/many.csv" --again

listed() { # how many cases are listed, each once
    ask_well ngo case list --json
    printf '%s\n' "$out" | sed -n 's/.*"case":"\([0-9a-f]*\)".*/\1/p' | sort -u | grep -c .
}

say "each row once, however many there are"
check "at a running node" is "$(listed)" "$rows"
ask_well ngo case list
check "for people, too" lines_are "$out" "$((rows + 1))"

say "an import is whole or nothing, whoever is stopped"
{
    echo prs_FirstName,cco_CaseComment
    for i in $(seq 2000); do
        echo "Other-$i,note $i"
    done
} >"$dir/more.csv"
refex case import --home "${home[ngo]}" "$dir/more.csv" >/dev/null 2>&1 &
importing=$!
is_storing() { [ "${home[ngo]}/refex.db-wal" -nt "$dir/more.csv" ]; }
until_true 10 "the node stores what has come of it" is_storing
kill -9 $importing
wait $importing 2>/dev/null
whole() { [ "$1" = "$rows" ] || [ "$1" = $((rows + 2000)) ]; }
check "a program that is killed leaves none, or all" whole "$(listed)"

say "the logs are verified beside the node, which runs on"
ask_well ngo audit verify
check "both are good" is "$(grep -c "Result: GOOD" <<<"$out")" 2
ask ngo status
check "it runs" has "$out" "running since"

stop ngo
check "at a stopped node" whole "$(listed)"
logs_verify ngo
end_scenario
