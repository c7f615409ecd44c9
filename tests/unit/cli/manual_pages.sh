#!/bin/bash
# Does the manual have every verb and every option that the programs have? manual_pages.sh BUILD
set -u
bin=$1/bin man=$1/share/man
failures=0

fail() {
    echo "$*" >&2
    failures=$((failures + 1))
}

# The options that `COMMAND --help` lists, a line each.
options() { "$@" --help | sed -n 's/^  --\([a-z-]*\).*/\1/p'; }

# What page $1 says under the heading $2, without the signs of scdoc.
section() { awk -v of="## $2" '/^#/ { inside = $0 == of } inside' "$man/$1.scd" | tr -d '\\*_'; }

# Page $1 has under $2 all options of the command behind; those of every verb stand under OPTIONS.
check() {
    local page=$1 heading=$2 text option
    shift 2
    text=$(section "$page" "$heading")
    [ -n "$text" ] || fail "$page has no heading \"$heading\""
    for option in $(options "$@"); do
        case $option in json | help) continue ;; esac
        [ "$option" = home ] && [ "$page" = man1/refex.1 ] && continue
        grep -q -- "^--$option\b" <<<"$text" || fail "$page: $heading has no --$option"
    done
}

verbs=$("$bin/refex" help | sed -n 's/^  \([a-z][a-z ]*[a-z]\)  .*/\1/p' | grep -v '^help ')
[ "$(wc -l <<<"$verbs")" -gt 20 ] || fail "refex help lists no verbs"
while read -r noun verb; do
    [ "$noun" != federation ] || continue
    # shellcheck disable=SC2086
    check man1/refex.1 "refex $noun${verb:+ $verb}" "$bin/refex" $noun $verb
    # shellcheck disable=SC2086
    wide=$("$bin/refex" $noun $verb --help | LC_ALL=C.UTF-8 grep -E '.{121}')
    [ -z "$wide" ] || fail "refex $noun $verb --help is wider than 120 columns: $wide"
done <<<"$verbs"
for verb in init issue publish revoke show; do
    check man1/refex-ca.1 "refex federation $verb" "$bin/refex-ca" $verb
done
for page in man8/refexd.8 man8/refex-link.8; do
    name=${page#*/}
    for option in $(options "$bin/${name%.8}"); do
        grep -q -- "^\*--$option\*" "$man/$page.scd" || fail "$page has no --$option"
    done
done
for option in home json help; do
    grep -q -- "^\*--$option\*" "$man/man1/refex.1.scd" || fail "refex(1) has no --$option"
done

# As people read it: complete, and without a complaint of what makes it.
for page in man1/refex.1 man1/refex-ca.1 man8/refexd.8 man8/refex-link.8; do
    command -v scdoc >/dev/null && command -v man >/dev/null || { echo "scdoc or man is not there: not read"; break; }
    said=$(MANWIDTH=200 man -l --warnings "$man/$page" 2>&1 >/dev/null)
    [ -z "$said" ] || fail "$page: $said"
    MANWIDTH=200 man -l "$man/$page" | col -b | grep -q '^SEE ALSO' || fail "$page is not read to its end"
done
[ $failures = 0 ]
