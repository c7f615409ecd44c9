#!/bin/bash
# What docs/OPERATING.md tells people to type is typed so by a scenario, or by what runs in a Debian of its own ('…' in
# tests/scenario and tests/service: a command of the page in single quotes), or stands in commands_not_run.txt under the
# reason why none does.
. "$(dirname "$0")/lib.sh"

page=$(mktemp) typed=$(mktemp) excused=$(mktemp)
trap 'rm -f "$page" "$typed" "$excused"' EXIT
awk -f tests/house/commands.awk docs/OPERATING.md | sort -u >"$page"
grep -v '^#' tests/house/commands_not_run.txt | sed '/^$/d' | sort -u >"$excused"
while read -r command; do
    cat tests/scenario/*.sh tests/service/*.sh | grep -qF -- "'$command'" && printf '%s\n' "$command"
done <"$page" | sort -u >"$typed"

comm -23 "$page" <(sort -u "$typed" "$excused") | sed 's,^,docs/OPERATING.md: ,' |
    report_lines "a command of the page is typed by a scenario, or has its reason in tests/house/commands_not_run.txt"
comm -12 "$typed" "$excused" | sed 's,^,tests/house/commands_not_run.txt: ,' |
    report_lines "what a scenario types needs no reason"
comm -23 "$excused" "$page" | sed 's,^,tests/house/commands_not_run.txt: ,' |
    report_lines "what is excused stands on the page"
finish
