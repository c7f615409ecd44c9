#!/bin/bash
# errors_used.sh SOURCE-FOLDER BIN-FOLDER: every code of src/base/errors.def is used in src, and every command that a row
# tells people to run exists.
set -u
cd "$1" || exit 2
refex=$2/refex
bad=0

complain() {
    printf '%s\n' "$*"
    bad=1
}

while read -r id code; do
    grep -rqE --include='*.[ch]' --include=findings.def --include=link_reasons.def "\b$id\b|$code" src || complain "nothing gives $code: use it or take its row out"
done < <(sed -nE 's/^ERROR_ROW\((E_[A-Z]+_[0-9]+), "([^"]*)".*/\1 \2/p' src/base/errors.def)

while read -r _ noun verb; do
    if [ "$noun" = federation ]; then
        "$refex" federation "$verb" --help >/dev/null 2>&1 || complain "there is no command refex federation $verb"
    elif [ "$noun" = help ]; then
        "$refex" help "$verb" >/dev/null 2>&1 || complain "there is no refex help $verb"
    else
        "$refex" help "$noun" >/dev/null 2>&1 || "$refex" help "$noun" "$verb" >/dev/null 2>&1 || complain "there is no command refex $noun $verb"
        case $verb in
        '' | --* | [A-Z]*) ;;
        *) "$refex" help "$noun" "$verb" >/dev/null 2>&1 || complain "there is no command refex $noun $verb" ;;
        esac
    fi
done < <(grep -ohE '`refex [a-z-]+( [a-zA-Z-]+)?' src/base/errors.def | tr -d '`' | sort -u)
exit $bad
