#!/bin/bash
# Goal: a case is deleted 72 hours after a person asked for it, not before and not if that was undone, whatever kill -9
# does to the node meanwhile; then nothing of its key is in the home, and her consents stand on.
. "$(dirname "$0")/lib.sh"

begin_days
start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo
import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}
consent_for ngo "$of" triage mission

# What lies in the keys file for her case, and what is sealed of it, in hex: one a line.
sealed_of() {
    /usr/bin/python3 -c 'import pathlib, sqlite3, sys
home = pathlib.Path(sys.argv[1])
db = sqlite3.connect(f"file:{home}/refex.db?mode=ro", uri=True)
number, slot = db.execute("SELECT number, slot FROM case_file WHERE id = ?", (bytes.fromhex(sys.argv[2]),)).fetchone()
print((home / "keys").read_bytes()[512 + 80 * slot :][:80].hex())
for (sealed,) in db.execute("SELECT sealed FROM case_section WHERE case_number = ?", (number,)):
    print(sealed.hex())' "${home[ngo]}" "$1"
}
found() { /usr/bin/python3 "$here/storage_key.py" --find "$1" "${home[ngo]}"; }
asked() {
    said ngo case delete "$of" --reason she-asked --leave-consents --yes
    check "from when" is "$(value "$out" deleted_from)" "$(date -u -d '+72 hours +1 day -1 second' +%F)"
}
# After days off an operator says that the clock is right, where no other agency can.
comes_back() {
    start ngo
    ask_well ngo node clock --confirm
}
is_here() { ask_well ngo case show "$of"; }
is_gone() { ! refex case show "$of" --home "${home[ngo]}" >/dev/null 2>&1; }

must sealed_of "$of"
mapfile -t sealed <<<"$out"
check "there is a key, and what lies under it" [ "${#sealed[@]}" -gt 1 ]
check "the key is in one file" is "$(found "${sealed[0]}")" keys

say "asked for, and undone"
asked
ask_well ngo case show "$of"
check "who opens it reads that" has "$out" "its deletion was asked for "
said ngo case show "$of"
check "so does a program" is "$(jq -r .deletion_for <<<"$out")" she-asked
day_is 2
ask_well ngo case delete "$of" --undo
day_is 5
is_here

say "asked for again"
asked
crash ngo
day_is 8
comes_back
run refex status --home "${home[ngo]}"
check "the third day is not over everywhere" has "$out" "is deleted here from "
is_here

say "its day comes"
crash ngo
day_is 9
comes_back
crash ngo
start ngo
until_true 10 "it is deleted" is_gone
crash ngo
start ngo
refused 66 E-CAS-20 ngo case show "$of"
refused 66 E-CAS-20 ngo case delete "$of" --undo
ask_well ngo audit list --log house --kind CASE_END
check "the log says so" has "$out" "deleted"
ask_well ngo consent withdraw "$consent" --confirm
logs_verify ngo
stop ngo
for part in "${sealed[@]}"; do
    check "no file has it" is "$(found "$part")" ""
done
end_scenario
