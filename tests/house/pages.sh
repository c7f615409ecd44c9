#!/bin/bash
# The pages suffice: docs/JSON.md names the members that the code prints, certs/README.md the days for which the code
# makes certificates, docs/ARCHITECTURE.md the tables of the store; no rule of the protocol is left to a source file,
# and a link to a heading leads to one.
. "$(dirname "$0")/lib.sh"

# Members on the page and in the code, each as "FILE FUNCTION member"; of a block of the page that several functions
# print, each member stands for the first of them.
page=docs/JSON.md
in_code=$(mktemp) on_page=$(mktemp) first=$(mktemp)
trap 'rm -f "$in_code" "$on_page" "$first"' EXIT

# FILE FUNCTION → FILE FUNCTION of the first one of its block, for each of its blocks.
awk '/^<!-- printed by / {
         if (!more) lead = ""
         more = 1
         file = $4; sub(/:$/, "", file)
         for (i = 5; i < NF; i++) {
             if (lead == "") lead = file " " $i
             print file, $i, lead
         }
         next
     }
     NF { more = 0 }' "$page" >"$first"
awk '/^<!-- table / { made = 1 } /^<!-- end / { made = 0 } # it stands in proto/audit.proto
     made { next }
     /^<!-- printed by / { if (!more) { lead = $4 " " $5; sub(/: /, " ", lead) }; more = 1; next }
     /^<!-- / { next }
     NF { more = 0 }
     /^\| `[a-z_.\[\]]+`\??/ {
         name = $2
         gsub(/[`?]|\[\]/, "", name)
         sub(/.*\./, "", name)
         print lead, name
     }' "$page" | sort -u >"$on_page"
{ files c src/output src/cli src/ca src/demo; printf '%s\n' proto/{control,entry,federation}.proto; } | tr '\n' '\0' |
    xargs -0 awk -f tools/json_keys.awk |
    awk 'NR == FNR { lead[$1 " " $2] = lead[$1 " " $2] "|" $3 " " $4; next }
         { key = $1 " " $2 }
         !(key in lead) { print $1 ": no table says what " $2 " prints: \"" $3 "\"" >"/dev/stderr"; next }
         {
             n = split(substr(lead[key], 2), of, "|")
             for (i = 1; i <= n; i++) print of[i], $3
         }' "$first" - 2>"$first.unsaid" | sort -u >"$in_code"
sort -u "$first.unsaid" |
    report_lines "each object that --json prints has a table in docs/JSON.md, whose comment names its function"
rm -f "$first.unsaid"
comm -23 "$in_code" "$on_page" | awk '{ print $1 ": " $2 " prints \"" $3 "\"" }' |
    report_lines "a member that --json prints has a row in docs/JSON.md, in the table whose comment names the function"
comm -13 "$in_code" "$on_page" | awk '{ print "docs/JSON.md: \"" $3 "\" of " $1 ", " $2 }' |
    report_lines "a row of docs/JSON.md is a member that the code prints"

# Days, as "1,825".
while read -r file define row; do
    days=$(sed -n "s/^#define $define *\([0-9]*\).*/\1/p" "$file" | sed ':a; s/\B[0-9]\{3\}\>/,&/; ta')
    grep -E "^\| \[$row\]" certs/README.md | grep -qE "\| ${days:-none}( \(.*\))? \|" ||
        echo "certs/README.md: $row: the code makes it for ${days:-?} days"
done <<'ROWS' | report_lines "the page says the days for which certificates are made"
src/ca/federation_home.h ROOT_CERTIFICATE_DAYS root
src/ca/federation_home.h ISSUING_CERTIFICATE_DAYS issuing
src/ca/federation_home.h ISSUING_CERTIFICATE_DAYS transport CA
src/ca/federation_home.h ISSUING_CERTIFICATE_DAYS directory
src/crypto/certify_ca.h CERTIFY_TRANSPORT_DAYS transport
src/crypto/certify_ca.h CERTIFY_IDENTITY_DAYS identity
ROWS

grep -nE '(^|[^.])\bsrc/' docs/PROTOCOL.md docs/AUDITOR.md | grep -v ':<!-- table ' |
    report_lines "a rule of the protocol stands on the page, not in a source file"

# Tables that the migrations leave, and those that the page has, in the first column of the table "tables".
tables=$(mktemp)
cat src/store/schema/*.sql | sed 's/--.*//' | awk '
    /^ *CREATE TABLE/ { sub(/^ *CREATE TABLE */, ""); sub(/[ (].*/, ""); is[$0] }
    /^ *DROP TABLE/ { sub(/^ *DROP TABLE */, ""); sub(/[ ;].*/, ""); delete is[$0] }
    /^ *ALTER TABLE .* RENAME TO / { delete is[$3]; sub(/;.*/, ""); is[$NF] }
    END { for (name in is) print name }' | sort >"$tables"
awk -F'|' '/^\| tables \| hold \|/ { on = 1; next }
    on && !/^\|/ { exit }
    on && !/^\|--/ { gsub(/[;,]/, " ", $2); n = split($2, name, " "); for (i = 1; i <= n; i++) print name[i] }' \
    docs/ARCHITECTURE.md | sort | diff "$tables" - | sed -n 's/^[<>] /docs\/ARCHITECTURE.md: /p' |
    report_lines "the page has a row for each table of the store, and no other"
rm -f "$tables"

# FILE#anchor of each heading, as GitHub makes it; and of each link, as FILE:line: FILE#anchor.
{ files md docs; printf "%s\n" README.md CONTRIBUTING.md SECURITY.md; } | tr '\n' '\0' | xargs -0 awk '
    FNR == 1 { code = 0 }
    /^```/ { code = !code }
    code { next }
    /^#+ / {
        text = tolower($0)
        sub(/^#+ */, "", text)
        gsub(/[^[:alnum:]_ -]/, "", text)
        gsub(/ /, "-", text)
        there[FILENAME "#" text]
    }
    {
        for (rest = $0; match(rest, /\]\([A-Za-z0-9_\/.-]*#[^)]*\)/); rest = substr(rest, RSTART + RLENGTH)) {
            to = substr(rest, RSTART + 2, RLENGTH - 3)
            folder = FILENAME
            sub(/[^\/]*$/, "", folder)
            links[++n] = FILENAME ":" FNR ": " to
            wants[n] = to ~ /^#/ ? FILENAME to : folder to
        }
    }
    END { for (i = 1; i <= n; i++) if (!(wants[i] in there)) print links[i] }' |
    report_lines "a link to a heading leads to one"

finish
