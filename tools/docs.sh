#!/bin/bash
# Writes what docs/ holds of the tables in src/ and proto/: docs.sh [--check]. docs/errors.md whole; in the PAGES below
# what stands between "<!-- table NAME FILE: ./dev docs -->" and "<!-- end -->". --check changes nothing and names
# each page that is not current.
set -euo pipefail
cd "$(dirname "$0")/.."

pages="PROTOCOL.md OPERATING.md FIELDS.md CASEWORKER.md AUDITOR.md JSON.md"
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT

awk -f tools/errors_md.awk src/base/errors.def >"$new/errors.md"

for page in $pages; do
    skip=no
    while IFS= read -r line; do
        case $line in
        "<!-- table "*)
            read -r _ _ name file _ <<<"${line%: ./dev docs -->}"
            printf '%s\n\n' "$line"
            case $name in
            record*) awk -f tools/records_md.awk -v table="$name" "$file" ;;
            verbs) awk -f tools/verbs_md.awk "$file" src/cli/verbs/cmd_*.c ;;
            words) awk -f tools/words_md.awk "$file"/*.proto ;;
            sections | fields | left_out | labels) awk -f tools/fields_md.awk -v table="$name" "$file" ;;
            *) awk -f tools/tables_md.awk -v table="$name" "$file" ;;
            esac
            skip=yes
            ;;
        "<!-- end -->") printf '\n%s\n' "$line"; skip=no ;;
        *) [ $skip = yes ] || printf '%s\n' "$line" ;;
        esac
    done <"docs/$page" >"$new/$page"
done

status=0
for page in errors.md $pages; do
    cmp -s "$new/$page" "docs/$page" && continue
    if [ "${1:-}" = --check ]; then
        echo "docs/$page: not what the tables in src/ and proto/ say"
        status=1
    else
        cp "$new/$page" "docs/$page"
    fi
done
exit $status
