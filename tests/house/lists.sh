#!/bin/bash
# A list is chosen by what is exchanged (direction, state, agency, time, whose it is and at which desk, when an answer
# is due, a service, how urgent, whether somebody said on which basis it is kept), and by nothing of a person: no
# nationality, exploitation, health or sex. The options are the rows of one table, and what is asked of the node has no
# field besides.
. "$(dirname "$0")/lib.sh"
set -o pipefail

by='direction state agency time holder due case order service urgency basis'
awk -v by="$by" '
    BEGIN { n = split(by, word); for (i = 1; i <= n; i++) may[word[i]] = 1 }
    /^LIST_OPTION\(/ {
        split($0, part, /, */)
        if (!(part[4] in may)) print FILENAME ":" FNR ": " part[4]
    }' src/cli/list_options.def | report_lines "no list is chosen by that"

fields='newest by_due after limit since until agency state direction mine unassigned overdue case_id choice service'
fields+=' urgency desk without_basis'
awk -v fields="$fields" '
    BEGIN { n = split(fields, word); for (i = 1; i <= n; i++) may[word[i]] = 1 }
    /^message (ListChoice|CaseListAsk|ReferralListAsk|ConsentListAsk) / { inside = 1; found++; next }
    /^}/ { inside = 0 }
    inside && match($0, /[a-z_]+ = [0-9]+/) {
        name = substr($0, RSTART, RLENGTH)
        sub(/ = .*/, "", name)
        if (!(name in may)) print FILENAME ":" FNR ": " name
    }
    END { if (found != 4) print FILENAME ": its messages of lists are not found" }' proto/control.proto |
    report_lines "no list is chosen by that"
finish
