#!/bin/bash
# Goal: lists of many rows are whole, at a running node, which gives them in steps, and at a stopped one; the log of a
# running node is verified beside it.
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

say "the logs are verified beside the node, which runs on"
ask_well ngo audit verify
check "both are good" is "$(grep -c "Result: GOOD" <<<"$out")" 2
ask ngo status
check "it runs" has "$out" "running since"

stop ngo
check "at a stopped node" is "$(listed)" "$rows"
logs_verify ngo
end_scenario
