#!/bin/bash
# Goal: a letter to somebody who is no member of the federation holds what she agreed that they may have, and no more; who
# they are stands in no argument; it is recorded, its answer entered by hand, and a withdrawal says whom to phone.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo
import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}

say "who it is stands in a file, or is asked"
cat >"$dir/outside.json" <<E2
{"case": "$of", "to": ["outside: Dr Example, City Clinic, +48 22 000"], "given_by": "self", "notice": "leaflet-3",
 "language": "uk", "seen_alone": true, "told_irreversible": true,
 "grants": [{"sections": ["identity"], "except": ["prs_Birthdate"], "purpose": "services"}]}
E2
said ngo consent record "$dir/outside.json"
consent=$(value "$out" consent)
check "it is told" is "$(value "$out" outside)" "Dr Example, City Clinic, +48 22 000"
said ngo consent show "$consent"
check "and shown" is "$(value "$out" outside)" "Dr Example, City Clinic, +48 22 000"
said ngo consent list
check "in lists too" has "$out" "City Clinic"
typed=(consent record --case "$of" --section identity --purpose services --given-by self --language uk
    --notice leaflet-3 --seen-alone yes)
refused 64 E-USE-04 ngo "${typed[@]}" --told-irreversible --to "outside:Dr Example"
refused 64 E-USE-02 ngo "${typed[@]}" --told-irreversible --to outside:
/usr/bin/python3 - "${home[ngo]}" "${typed[@]}" --told-irreversible --to outside: >"$dir/talk" 2>&1 <<'E2' || fail "$(cat "$dir/talk")"
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execvp("refex", ["refex", "--home", sys.argv[1]] + sys.argv[2:])
seen = b""
for expect, answer in ((b"in one line: ", b"Judge Example, +48 22 111\n"), (b"[y/N] ", b"y\n"), (b"consent ", None)):
    while expect not in seen:
        seen += os.read(fd, 4096)
    if answer:
        seen = b""
        os.write(fd, answer)
while True:
    try:
        part = os.read(fd, 4096)
    except OSError:
        break
    if not part:
        break
    seen += part
print(seen.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
E2
check "what was asked is recorded" has "$(cat "$dir/talk")" "for Judge Example, +48 22 111 until"
for wrong in 's/true, *$/true,/; s/"told_irreversible": true/"told_irreversible": false/' 's/"given_by"/"refused": true, "given_by"/' \
    's/"purpose"/"onward": "ask-first", "purpose"/'; do
    sed "$wrong" "$dir/outside.json" >"$dir/wrong.json"
    refused 64 E-OUT-01 ngo consent record "$dir/wrong.json"
done
sed 's/"to": \[/"to": ["mission", /' "$dir/outside.json" >"$dir/wrong.json"
refused 64 E-USE-04 ngo consent record "$dir/wrong.json"

say "what would be in it is said before"
said ngo referral print "$consent" --service MEDICAL --urgency urgent --dry-run
check "what goes" has "$out" '"shared":["identity"]'
check "what does not" has "$out" '"section":"contact"'
check "which fields do not" has "$out" prs_Birthdate
ask ngo referral print "$consent" --service MEDICAL --json
check "paper is no JSON" has "$err" E-USE-03
ask_well ngo audit list --log house --kind EXPORTED --json
check "nothing is recorded of that" is "$out" ""
ask_well ngo case show "$of" --json
name=$(value "$out" prs_FirstName)
born=$(value "$out" prs_Birthdate)
ask_well ngo referral print "$consent" --service MEDICAL --urgency urgent
check "her name" has "$out" "$name"
check "not her birth date" has_not "$out" "$born"
check "for whom" has "$out" "Dr Example, City Clinic"
check "marked" has "$out" "CANNOT BE RECALLED"
ask_well ngo audit list --log house --kind EXPORTED --json
check "it is recorded under that consent" is "$(value "$out" consent)" "$consent"
check_logs_are_clean ngo

say "the answer is entered by hand"
refused 66 E-OUT-04 ngo referral answer-outside "$consent" --answer accepted --letter 2
said ngo referral answer-outside "$consent" --answer accepted
check "it is told" is "$(value "$out" answer)" accepted
said ngo consent show "$consent"
check "and shown with the letter" has "$out" '"answer":"accepted"'
consent_for ngo "$of" triage mission --told-irreversible
refused 65 E-OUT-02 ngo referral print "$consent" --service MEDICAL

say "a withdrawal says that paper cannot be recalled, and whom to phone"
ask_well ngo consent list --json
outside=$(jq -r 'select(.outside != null and (.outside | test("Clinic"))) | .consent' <<<"$out")
ask_well ngo consent withdraw "$outside" --dry-run
check "before" has "$out" "1 letter was printed, and paper cannot be recalled: phone"
check "whom" has "$out" "Dr Example, City Clinic, +48 22 000"
ask_well ngo consent withdraw "$outside" --erase-now --seen-alone yes
check "after it" has "$out" "Dr Example, City Clinic, +48 22 000"
refused 77 E-CON-01 ngo referral print "$outside" --service MEDICAL
until_true 10 "it is erased" has "$(refex --home "${home[ngo]}" consent show "$outside")" erased
ask_well ngo consent show "$outside"
check "whom to phone is known when the consent is erased" has "$out" "Dr Example, City Clinic, +48 22 000"
logs_verify ngo
end_scenario
