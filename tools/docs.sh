#!/bin/bash
# Writes what docs/ holds of the tables in src/: docs.sh [--check]. docs/errors.md whole; in docs/PROTOCOL.md and
# docs/FIELDS.md what stands between "<!-- table NAME FILE: ./dev docs -->" and "<!-- end -->". --check changes nothing
# and names each page that is not current.
set -euo pipefail
cd "$(dirname "$0")/.."

new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT

awk -f tools/errors_md.awk src/base/errors.def >"$new/errors.md"

fill_tables() { # PAGE
    local skip=no line name file
    while IFS= read -r line; do
        case $line in
        "<!-- table "*)
            read -r _ _ name file _ <<<"${line%: ./dev docs -->}"
            printf '%s\n\n' "$line"
            case $name in
            words) awk -f tools/words_md.awk "$file"/*.h "$file"/*.c ;;
            *) awk -f tools/tables_md.awk -v table="$name" "$file" ;;
            esac
            skip=yes
            ;;
        "<!-- end -->") printf '\n%s\n' "$line"; skip=no ;;
        *) [ $skip = yes ] || printf '%s\n' "$line" ;;
        esac
    done <"docs/$1" >"$new/$1"
}
fill_tables PROTOCOL.md
fill_tables FIELDS.md

status=0
for page in errors.md PROTOCOL.md FIELDS.md; do
    cmp -s "$new/$page" "docs/$page" && continue
    if [ "${1:-}" = --check ]; then
        echo "docs/$page: not what the tables in src/ say"
        status=1
    else
        cp "$new/$page" "docs/$page"
    fi
done
exit $status
