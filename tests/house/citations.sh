#!/bin/bash
# What a comment or a page cites is there: a path from the root, from src/, from include/ or from the citing file, or
# the bare name of a file that is somewhere in the tree. And a section that is cited of docs/PROTOCOL.md is one of it.
. "$(dirname "$0")/lib.sh"
set -o pipefail

# NAME (with * for anything), which is no file of the tree, and why it is spoken of all the same.
elsewhere='
*.pb-c.h          protoc makes it
*_messages.[ch]   tools/contract_tables makes it, as the next two
*_enums.[ch]
*case_made.def
descriptor.proto  of protobuf
*NAME*.*          stands for any name, as do the next three
*FILE.*
*ROOM/*
NNNN-*
sqlite3.h         of the system
sysexits.h        of the system
consent.json      a file of the reader
refex.spdx.json   tools/sbom.py makes it
'

# The comments of everything that has any, and all of the pages: "file:line:text".
comments() {
    files 'c|h|def|proto' | tr '\n' '\0' | xargs -0 awk -v want=comments -f tests/house/code.awk
    { files 'sh|py|cmake|awk'; files txt | grep -E '(^|/)CMakeLists\.txt$'; echo dev; } |
        grep -v '^tests/house/self_test\.sh$' | tr '\n' '\0' |
        xargs -0 awk '/^#|[ \t]#( |: )/ { text = $0; sub(/^[^#]*#+/, "", text); print FILENAME ":" FNR ":" text }'
    files sql | tr '\n' '\0' | xargs -0 awk 'sub(/^.*--/, "") { print FILENAME ":" FNR ":" $0 }'
    files md | grep -vE '^tests/data/.*/LICENSE\.md$' | tr '\n' '\0' | xargs -0 awk '
        /^```steps / { steps = 1 } # tools/cost.py takes them: they make what they name
        !steps { print FILENAME ":" FNR ":" $0 }
        /^```$/ { steps = 0 }'
}

resolve='
function folder(path) { return sub(/[^\/]*$/, "", path) ? path : "" }
function plain(path) { # without "./" and "x/../"
    while (sub(/(^|\/)\.\//, "/", path) || sub(/[^\/.]+\/\.\.\//, "", path));
    sub(/^\//, "", path)
    return path
}
function is_there(cited, dir, i) {
    if (cited ~ /\*/) {
        gsub(/\./, "\\.", cited)
        gsub(/\*/, "[^/]*", cited)
        cited = "(^|/)" cited "$"
        for (path in there) if (path ~ cited) return 1
        return 0
    }
    if (cited in there || ("src/" cited) in there || ("include/" cited) in there) return 1
    return plain(dir cited) in there || cited in bare
}
BEGIN {
    n = split(elsewhere, line, "\n")
    for (i = 1; i <= n; i++) {
        split(line[i], w, " ")
        if (w[1] == "") continue
        gsub(/\./, "\\.", w[1]); gsub(/\*/, ".*", w[1])
        pattern[++patterns] = "^(.*/)?" w[1] "$"
    }
    while ((getline head <"docs/PROTOCOL.md") > 0) if (head ~ /^## [0-9]+\./) section[substr(head, 4) + 0] = 1
    while ((getline path <tree) > 0) {
        there[path] = 1
        sub(/.*\//, "", path)
        bare[path] = 1
    }
}
{
    match($0, /^[^:]*:[0-9]*:/)
    place = substr($0, 1, RLENGTH)
    dir = folder(substr(place, 1, index(place, ":") - 1))
    rest = substr($0, RLENGTH + 1)
    text = rest
    gsub(/<[a-z0-9_\/.-]+\.h>/, "", rest) # of the system
    gsub(/(https?|file):\/\/[^ )>]*/, "", rest)
    while (match(rest, /[A-Za-z0-9_.*\/{}<>$-]*[A-Za-z0-9_*}>]\.(md|proto|c|h|sh|sql|py|def|txt|cmake|json)/)) {
        cited = substr(rest, RSTART, RLENGTH)
        rest = substr(rest, RSTART + RLENGTH)
        if (rest ~ /^[A-Za-z0-9_]/ || rest ~ /^\.[A-Za-z0-9]/ || rest ~ /^-[a-z]/) continue # it goes on
        ok = cited ~ /[{}<>$]/ || is_there(cited, dir)
        for (i = 1; !ok && i <= patterns; i++) ok = cited ~ pattern[i]
        if (!ok) print place " " cited " is not in the tree"
        if (cited ~ /(^|\/)PROTOCOL\.md$/ && match(rest, /^,? [0-9]+/) && !(substr(rest, 1, RLENGTH) + 0 in section))
            print place " docs/PROTOCOL.md has no section" substr(rest, 1, RLENGTH)
    }
    if (match(text, /(^|[^A-Za-z_\/])((design|house|ux|systems|performance) [0-9]|field [0-9]+\.[0-9])/))
        print place " " substr(text, RSTART, RLENGTH) " is a section of a page that is not here"
}
'
tree=$(mktemp)
trap 'rm -f "$tree"' EXIT
files '[A-Za-z]+' >"$tree"
comments | awk -v tree="$tree" -v elsewhere="$elsewhere" "$resolve" |
    report_lines "cite what is here, or say the thing itself; what is spoken of all the same: tests/house/citations.sh"
finish
