#!/bin/bash
# Goal: the mail that a hook sends says that there is an update and nothing else, as often as the file beside it allows.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}
consent_for ngo "$of" triage,identity mission --told-irreversible
hooks=${home[mission]}/hooks.d
told=$dir/told
mkdir -p "$told" "$hooks/came"
hook_says() { # AGENCY NAME FILTER
    [ -n "$(refex node hooks --home "${home[$1]}" --json | jq -c "select(.hook == \"$2\" and ($3))")" ]
}
send_one() {
    refer ngo "$of" mission
    until_true 10 "it arrives" state_is mission "$referral" delivered
}

say "one arrives"
cp "$source_root/hooks/mail-update" "$hooks/came/mail-update.new"
printf 'to=desk@agency.example\nfrom=refex@agency.example\nminutes=1\nsendmail=%s\n' "$dir/sendmail" >"$hooks/came/mail-update.conf"
cat >"$dir/sendmail" <<EOF
#!/bin/sh
{ echo "TO \$*"; cat; } >>"$told/mail"
EOF
chmod 0755 "$dir/sendmail"
touch "$told/mail"
mv "$hooks/came/mail-update.new" "$hooks/came/mail-update"
until_true 10 "it is seen" hook_says mission mail-update '.last == null'
send_one
until_true 10 "one is sent" file_has "$told/mail" "You have an update."
until_true 10 "and that is all" hook_says mission mail-update '.last == "done"'
check "the mail" is "$(cat "$told/mail")" "TO -i -- desk@agency.example
From: refex@agency.example
To: desk@agency.example
Subject: You have an update
Auto-Submitted: auto-generated

You have an update."

say "the next has to wait"
send_one
until_true 10 "the next has to wait" hook_says mission mail-update '.last == "later" and .next_try != null'
check "which is no fault" eval 'refex status --home "${home[mission]}" --json | jq -e "[.findings[] | select(.code == \"E-HOK-01\")] == []" >/dev/null'
check "one was sent" is "$(grep -c Subject "$told/mail")" 1
line='{"cursor":"1","event":"came","time":"2026-11-29T10:00:00.000Z","referral":"0123456789abcdef0123456789abcdef"}'
"$hooks/came/mail-update" <<<"$line"
check "what happened before the mail is told by it" is "$?.$(grep -c Subject "$told/mail")" 0.1
echo 5 >"$hooks/came/mail-update.sent"
"$hooks/came/mail-update" <<<"$line"
check "after a while there is another" is "$?.$(grep -c Subject "$told/mail")" 0.2
check "with the same words, whatever happened" has_not "$(cat "$told/mail")" 0123456789
printf 'to=desk@agency.example -bs\n' >"$hooks/came/mail-update.conf"
"$hooks/came/mail-update" <<<"$line"
check "an address is no option of sendmail" is "$?" 78

stop ngo mission
check "no address stands in its logs" eval "! grep -qF desk@agency.example '$dir'/*.log"
end_scenario
