#!/bin/bash
# A function that a header of src declares is called in src: what only its own test calls is dead. Headers of include/
# are for others, *_test.h and db_fault.h for tests, contract.h and rules.h for generated code.
# tests/house/uncalled.txt names those that an open issue waits for.
. "$(dirname "$0")/lib.sh"
set -o pipefail
waiting=tests/house/uncalled.txt

# A name is used where it stands in a body (but not its own, nor as a member), in a table, in a macro or in what a macro
# is given. Outside of these a name before "(" is declared or defined.
# A field of a .proto that is told names functions: its words by `words`, or as an enum x by x_name, and its rules.
named=$(grep -hE '(json|label|column): ' proto/*.proto | sed -nE 's/.*[{ ]table: "([a-z_]+)".*/\1_name/p'
    grep -hoE '(words|by|when): "[a-z_]+"' proto/*.proto | sed -E 's/.*"(.*)"/\1/')
code src include | awk -v waiting=$waiting -v named="$named" '
BEGIN { n = split(named, word); for (i = 1; i <= n; i++) used[word[i]] = 1 }
{
    match($0, /^[^:]*:[0-9]*:/)
    place = substr($0, 1, RLENGTH)
    file = substr(place, 1, index(place, ":") - 1)
    rest = substr($0, RLENGTH + 1)
    if (file != last) {
        last = file
        depth = round = directive = assigned = typedef = given = 0
        header = file ~ /^src\/.*\.h$/ && file !~ /(_test|\/db_fault|\/codec\/(contract|rules))\.h$/
        name = ""
    }
    # a macro, and a row of a .def, which is given to one, uses what stands in it; its braces are its own
    if (directive || file ~ /\.def$/ || rest ~ /^[ \t]*#/) {
        directive = rest ~ /\\$/
        if (!sub(/^[ \t]*#[ \t]*define[ \t]+[A-Za-z_0-9]+/, "", rest) && rest ~ /^[ \t]*#/) next
        while (match(rest, /[A-Za-z_][A-Za-z_0-9]*/)) {
            used[substr(rest, RSTART, RLENGTH)] = 1
            rest = substr(rest, RSTART + RLENGTH)
        }
        next
    }
    while (match(rest, /[A-Za-z_][A-Za-z_0-9]*|[(){};=]/)) {
        token = substr(rest, RSTART, RLENGTH)
        member = substr(rest, 1, RSTART - 1) ~ /(\.|->)$/
        rest = substr(rest, RSTART + RLENGTH)
        if (member) continue
        if (token == "{") depth++
        else if (token == "}") { if (--depth == 0) assigned = 0 }
        else if (token == "(") round++
        else if (token == ")") { if (--round == 0) given = 0 }
        else if (token == "=") { if (depth == 0) assigned = 1 }
        else if (token == ";") { if (depth == 0) assigned = round = typedef = 0 }
        else if (token == "typedef") typedef = 1
        else if (depth == 0 && round == 0 && token ~ /^[A-Z][A-Z_0-9]*$/ && rest ~ /^\(/) given = 1
        else if (given) used[token] = 1
        else if (depth > 0 || assigned) { if (token != name) used[token] = 1 }
        else if (round == 0 && !typedef && token ~ /[a-z]/ && rest ~ /^ *\(/ && token !~ /^_/) {
            name = token
            if (header && !(token in declared)) declared[token] = place
        }
    }
}
END {
    for (name in declared) {
        if (name in used) continue
        uncalled[name] = 1
        excepted[name] = 0
    }
    while ((getline line <waiting) > 0) {
        row++
        if (line ~ /^(#|$)/) continue
        name = line
        sub(/\t.*/, "", name)
        place = waiting ":" row ": " name
        if (line !~ /^[a-z_0-9]+\t[^\t]+$/) print place ": a row is FUNCTION<TAB>TITLE of the open issue"
        else if (!(name in declared)) print place ": no header of src declares it"
        else if (!(name in uncalled)) print place ": it is called now"
        else if (excepted[name]++) print place ": stands twice"
    }
    for (name in uncalled) if (!excepted[name]) print declared[name] " " name
}' | sort | report_lines "called nowhere in src: take it away, or name the issue that waits for it in $waiting"
finish
