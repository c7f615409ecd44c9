#!/bin/bash
# Does bash complete what the programs take? completion.sh BUILD
set -u
bin=$1/bin
failures=0
# shellcheck source=/dev/null
. "$1/share/bash-completion/completions/refex"

fail() {
    echo "$*" >&2
    failures=$((failures + 1))
}

# What bash offers behind these words, the last of which is begun.
offered() {
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    COMPREPLY=()
    _refex "$1"
    [ ${#COMPREPLY[@]} = 0 ] || printf '%s\n' "${COMPREPLY[@]}" | sort -u
}

# WANT (words) is all that is offered behind the words.
offers() {
    local want=$1 got
    shift
    # shellcheck disable=SC2086
    want=$(printf '%s\n' $want | sed '/^$/d' | sort -u)
    got=$(offered "$@")
    [ "$got" = "$want" ] || fail "$(printf '%s ' "$@"): offers $(tr '\n' ' ' <<<"$got"), not $(tr '\n' ' ' <<<"$want")"
}

options() { "$@" --help | sed -n 's/^  \(--[a-z-]*\).*/\1/p'; }

verbs=$("$bin/refex" help | sed -n 's/^  \([a-z][a-z -]*[a-z]\)  .*/\1/p' | grep -v '^help ')
first=$(awk '{ print $1 }' <<<"$verbs")
offers "$first help --home --json --help --version" refex ""
offers "$first errors exit-codes stops" refex help ""
while read -r noun verb; do
    [ "$noun" != federation ] || continue
    if [ -n "$verb" ]; then
        begun=$(awk -v noun="$noun" -v verb="$verb" '$1 == noun && index($2, verb) == 1 { print $2 }' <<<"$verbs")
        offers "$begun" refex "$noun" "$verb"
        offers "$begun" refex help "$noun" "$verb"
    fi
    # shellcheck disable=SC2086
    offers "$(options "$bin/refex" $noun $verb)" refex $noun $verb --
    # shellcheck disable=SC2086
    offers "$(options "$bin/refex" $noun $verb)" refex --home /tmp --json $noun $verb --
done <<<"$verbs"
for verb in init issue publish revoke show; do
    offers "$verb" refex federation $verb
    offers "$(options "$bin/refex-ca" $verb)" refex federation $verb --
    offers "$(options "$bin/refex-ca" $verb)" refex-ca $verb --
done

# Values: of a closed list, behind a comma, behind "=", of an alternative, folders, and none where nothing is known.
offers "services case-management protection status-application criminal-proceedings return reintegration family-tracing
    statistics research" refex referral send --purpose ""
offers "SHELTER,MEDICAL SHELTER,MEDICAL_EMERGENCY" refex referral send --service SHELTER,MED
offers "yes no" refex consent record --seen-alone ""
offers "yes" refex consent record --seen-alone = y
offers "at-capacity already-received" refex referral decline x --reason a
offers "" refex consent record --case ""
offers "outside:" refex consent record --to ""
cd "$(mktemp -d)" && mkdir node && : >note
offers "node" refex status --home n
offers "node" refex --home n
offers "node note" refex enrol --passphrase-file n
offers "node note" refex enrol n
rm -r node note "$PWD"
[ "$(complete -p refex refex-ca | wc -l)" = 2 ] || fail "bash is not told of it"
[ $failures = 0 ]
