#!/bin/bash
# Goal: a machine is lost; with both parts of its backup and the words the agency goes on elsewhere, and nobody reads what
# was withdrawn since the backup was made.
. "$(dirname "$0")/lib.sh"

data=$dir/data
keys=$dir/keys
mkdir -m 700 "$data" "$keys"
backup_of[ngo]="--backup-data $data --backup-keys $keys"
found() { [[ $(status_of ngo) == *"\"code\":\"$1\""* ]]; }
sqlite_copy() { /usr/bin/python3 -c 'import sqlite3,sys; sqlite3.connect(sys.argv[1]).execute("VACUUM INTO ?", [sys.argv[2]])' "${home[$1]}/refex.db" "$2" && chmod 600 "$2"; }

put_back() {
    does 'refex backup restore --home node --data /media/backup/refex --keys /media/stick/refex' "--home node" "--home ${home[ngo]} --json" \
        /media/backup/refex "$data" /media/stick/refex "$keys --words-file $dir/words --plain-key"
}
begin_anew() {
    local request=("--home fed" "--home $fed" request.refex "${home[ngo]}/request.refex" membership.refex "$dir/ngo.membership")

    rm -f "$dir/ngo.membership"
    does 'refex federation issue --home fed request.refex --restored --dry-run --out membership.refex' "${request[@]}"
    does 'refex federation issue --home fed request.refex --restored --confirm=brama --fingerprint F --out membership.refex' \
        "${request[@]}" brama ngo 'fingerprint F' "fingerprint $read_out"
    publish
    does 'refex enrol --home node membership.refex --federation FINGERPRINT' FINGERPRINT "$fingerprint" "--home node" "--home ${home[ngo]}" membership.refex "$dir/ngo.membership $dir/directory.refex"
    start ngo
    until_true 20 "both parts of its backup are made by themselves" both_made
    check "what the home before wrote there is nobody's to look for" is "$(found E-BAK-24 && echo told)" ""
    until_true 20 "the shelter says what was withdrawn" all_is_said
}
both_made() { is "$(refex backup show --json --home "${home[ngo]}" | grep -c '"verified":"2')" 2 2>/dev/null; }
all_is_said() { [[ $(refex status --home "${home[ngo]}" 2>/dev/null) != *E-RST-06* ]]; }

start_federation ngo:SupportNGO shelter:Shelter
start ngo shelter
ask_well ngo backup init --write-words "$dir/words"
ask_well ngo backup init --words-file "$dir/words"
import_cases ngo "$cases/cases.csv"
readarray -t ids <<<"$out"
of=${ids[0]}
consent_for ngo "${ids[1]}" triage,identity shelter
later=$consent
refer ngo "${ids[1]}" shelter
until_true 10 "it arrives" state_is shelter "$referral" delivered
said ngo node rekey
next_key=$(value "$out" fingerprint)
printf 'group = refex-elsewhere\nlog_level = loud\n' >>"${home[ngo]}/node.conf" # which is sealed as it is
ask_well ngo backup now
: >"$data/refex-data-2099-01-01-1"
refused 74 E-BAK-05 ngo backup rehearse --words-file "$dir/words"
check "a rehearsal names the file that does not hold" has "$err" refex-data-2099-01-01-1
cp "$data/$(ls "$data" | grep refex-data- | grep -v 2099 | tail -n 1)" "$data/refex-data-2099-01-01-1"
head -c 4096 /dev/urandom | dd of="$data/refex-data-2099-01-01-1" bs=4096 seek=3 conv=notrunc status=none
refused 74 E-BAK-05 ngo backup rehearse --words-file "$dir/words"
rm "$data/refex-data-2099-01-01-1"
ask_well ngo audit list --log house --json
day=$(jq -r 'select(.what == "backup-begun").time' <<<"$out" | tail -n 1)
mkdir -m 700 "$dir/old-keys"
cp "$keys/refex-keys" "$dir/old-keys"
before=$(sha256sum <"$keys/refex-keys")
ask_well ngo consent withdraw "$later" --erase-now --seen-alone yes
until_true 20 "the shelter has it" audit_counts shelter '"kind":"ERASED"' 1
changed() { [ -f "$keys/refex-keys" ] && is_not "$(sha256sum <"$keys/refex-keys")" "$before"; }
until_true 45 "the keys part is made anew" changed
crash ngo
from=(--data "$data" --keys "$keys" --words-file "$dir/words" --plain-key)
head -c 60 "$dir/words" >"$dir/few" && chmod 600 "$dir/few"
refused 73 E-RST-08 ngo backup restore "${from[@]}"
home[ngo]=$dir/another
refused 66 E-RST-09 ngo backup restore --data "$dir/none" --keys "$keys" --words-file "$dir/words" --plain-key
refused 66 E-RST-09 ngo backup restore --data "$keys" --keys "$keys" --words-file "$dir/words" --plain-key
refused 65 "E-WRD-0[12]" ngo backup restore --data "$data" --keys "$keys" --words-file "$dir/few" --plain-key
mkdir "$dir/elsewhere"
ln -s "$keys/refex-keys" "$dir/elsewhere/refex-keys" # which is not followed, so it cannot be read
ln -s loop "$dir/loop"
refused 66 E-FIL-01 ngo backup restore --data "$data" --keys "$dir/elsewhere" --words-file "$dir/words" --plain-key
refused 66 E-FIL-01 ngo backup restore --data "$dir/loop" --keys "$keys" --words-file "$dir/words" --plain-key
sqlite_copy shelter "$data/refex-data-2099-01-01-1"
refused 65 E-RST-10 ngo backup restore "${from[@]}"
newest=$(ls "$data" | grep refex-data- | grep -v 2099 | tail -n 1)
damaged() { # WHAT: the newest data part, as it stands there now
    refused 65 E-RST-10 ngo backup restore "${from[@]}"
    check "of a data part that is $1 its file is named" has "$err" refex-data-2099-01-01-1
    check "and no other" has_not "$err" refex.db
}
damaged "of another node"
: >"$data/refex-data-2099-01-01-1"
damaged empty
head -c 50000 "$data/$newest" >"$data/refex-data-2099-01-01-1"
damaged cut
cp "$data/$newest" "$data/refex-data-2099-01-01-1"
head -c 4096 /dev/urandom | dd of="$data/refex-data-2099-01-01-1" bs=4096 seek=3 conv=notrunc status=none
damaged overwritten
rm "$data/refex-data-2099-01-01-1"
check "what failed left nothing" is "$(ls -A "${home[ngo]}" 2>/dev/null)" ""
# Its day is that of the newest record in it, whatever its file says.
touch -d 2001-02-03 "$data"/refex-data-*
# One that is killed leaves keys, and no node: the same command removes them and does it.
setsid refex backup restore --home "${home[ngo]}" "${from[@]}" >/dev/null 2>&1 &
killed=$!
has_draft() { compgen -G "${home[ngo]}/restore.*/keys.d/identity.pem" >/dev/null; }
until_true 10 "it has keys of the backup" has_draft
kill -KILL -- "-$killed"
wait "$killed" || true
no_process() { ! pgrep -g "$killed" >/dev/null; }
until_true 5 "it is gone" no_process
draft=$(ls -d "${home[ngo]}"/restore.*)
check "they lie there" [ -f "$draft/keys.d/identity.pem" ]
cp "$draft/keys" "${home[ngo]}/keys" # as where it is killed while it moves them
: >"${home[ngo]}/letter"
refused 73 E-RST-08 ngo backup restore "${from[@]}"
check "what a person put there is not removed, and nothing beside it" [ -f "${home[ngo]}/letter" -a -d "$draft" ]
rm "${home[ngo]}/letter"
put_back
check "nothing is left of the draft" is "$(ls -d "${home[ngo]}"/restore.* 2>/dev/null)" ""
check "a line of node.conf that does not hold here is named" has "$(value "$out" node_conf)" "group must be"
sed -i '/^group = \|^log_level = /d' "${home[ngo]}/node.conf"
refex config check --home "${home[ngo]}" >"$dir/out" || fail "node.conf does not hold: $(<"$dir/out")"
check "the day of the data part stands in it" is "$(value "$out" data_made)" "$day"
check "nothing in it is newer than the keys" is "$(value "$out" keys_newer)" 0
opens=$(value "$out" keys_open) read_out=$(value "$out" fingerprint)
ask_well ngo backup show
check "of no part is said that it is good" has_not "$out" good
check "for none was made here" has "$out" "not made yet"
check "only the node's user can read it" is "$(find "${home[ngo]}" -type f ! -name request.refex -printf '%m\n' | sort -u)" 600

# Old data with an old keys part open what was erased since; with today's they do not.
home[old]=$dir/old
run "$here/terminal.py" "$(<"$dir/words")"$'\nsix words of a passphrase for it\nsix words of a passphrase for it' \
    refex --home "${home[old]}" backup restore --data "$data" --keys "$dir/old-keys" --json
check "a person types the words, and a new passphrase" is "$rc" 0
check "which are not shown" has_not "$out" "of a passphrase"
out=$(grep -o '{.*}' <<<"$out")
as_said '`refex backup restore`'
sed -i '/^group = \|^log_level = /d' "${home[old]}/node.conf"
old_opens=$(value "$out" keys_open) old_newer=$(value "$out" keys_newer)
ask old status
check "under which the storage key lies" has_not "$out" "in the clear"
check "her key is in the old one" is "$((old_opens > opens))" 1
check "nothing in the data is newer" is "$old_newer" 0

start ngo
ask ngo status
check "it is known as put back" has "$out" "(E-RST-01)"
refused 78 E-RST-01 ngo case show "$of"
refused 78 E-RST-01 ngo node gaps
all_shown() { ! found E-RST-17; }
until_true 20 "the shelter shows what it holds of its log" all_shown
refused 78 E-RST-01 ngo enrol "$dir/ngo.membership"
check "it is to be stopped first" has "$err" "refex node stop"
stop ngo
said ngo node restored
check "the largest is known before the log begins anew" is "$(value "$out" shown_by)" shelter@nrm.example
begin_anew
said ngo node rekey
check "its next identity key came with its keys" is "$(value "$out" fingerprint)" "$next_key"
ask_well ngo consent show "$later" --json
check "what she withdrew behind the backup is withdrawn" is_not "$(value "$out" state)" stands
erased() { [[ $(refex consent show "$later" --json --home "${home[ngo]}") == *'"erased_at":"2'* ]]; }
until_true 10 "and what lay under it is erased" erased
ask_well ngo case show "$of"
consent_for ngo "$of" triage,identity shelter
refer ngo "$of" shelter
until_true 20 "it exchanges" state_is shelter "$referral" delivered
import_cases shelter "$cases/cases.csv"
theirs=${out%%$'\n'*}
consent_for shelter "$theirs" triage ngo
refer shelter "$theirs" ngo
until_true 30 "senders seal to its new keys" state_is ngo "$referral" delivered

# It is moved on, while this machine lives: it has all, and signs nothing any more.
refused 64 E-USE-02 ngo backup move
refused 64 E-USE-04 ngo backup move --confirm=shelter
mv "$keys" "$dir/away"
refused 74 E-BAK-04 ngo backup move --confirm=ngo
check "it is said that it goes on" has "$err" "nothing was changed, and the node goes on"
check "and so it does" is "$(found E-RST-11 && echo told)" ""
mv "$dir/away" "$keys"
asked=$(timeout 10 /usr/bin/python3 - "${home[ngo]}/run/control.sock" <<'END'
"""Asks the node to stop for good though its parts were not made just now."""
import socket, struct, sys

ask = b"\x0a\x03ngo\x10\x01"
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(struct.pack(">IHHI", 4 + len(ask), 692, 0, 1) + ask)
print(s.recv(4096))
END
)
check "who does not try it first is refused" has "$asked" E-BAK-20
ask_well ngo case show "$of"
does 'refex backup move --home node --confirm=brama' "--home node" "--home ${home[ngo]} --json" brama ngo
as_said '`refex backup move`'
check "what comes next is said" has "$err" "refex backup restore"
wait "${pid[ngo]}"
unset "pid[ngo]"
start ngo
check "status says that it was moved" found E-RST-11
refused 78 E-RST-11 ngo case show "$of"
stop ngo
home[ngo]=$dir/third
put_back
begin_anew
ask_well ngo case show "$of"
refer ngo "$of" shelter
until_true 20 "it exchanges from there" state_is shelter "$referral" delivered
logs_verify ngo shelter

# That machine is stolen. Its backup goes on under new keys, and of the old ones nothing counts.
ask_well ngo backup now
crash ngo
stolen=${home[ngo]}
home[ngo]=$dir/fourth
does 'refex backup replace --home node --data /media/backup/refex --keys /media/stick/refex' "--home node" "--home ${home[ngo]} --json" \
    /media/backup/refex "$data" /media/stick/refex "$keys --words-file $dir/words --plain-key"
as_said '`refex backup replace`'
read_out=$(value "$out" fingerprint)
for file in keys.d/identity.pem keys.d/transport.pem node.id storage.key; do
    check "$file is another" is_not "$(sha256sum <"${home[ngo]}/$file")" "$(sha256sum <"$stolen/$file")"
done
has_key() { # FOLDER NAME: whether any file there has the private key NAME of the stolen home, as PEM or in raw bytes
    /usr/bin/python3 - "$1" "$stolen/keys.d/$2.pem" <<'END'
import base64, os, sys

pem = "".join(open(sys.argv[2]).read().split("\n")[1:-2])
raw = base64.b64decode(pem)[-32:]
files = [os.path.join(d, f) for d, _, fs in os.walk(sys.argv[1]) for f in fs]
all = [open(f, "rb").read() for f in files if os.path.isfile(f)]
sys.exit(not any(pem.encode() in a or pem[-40:].encode() in a or raw in a for a in all))
END
}
for key in identity transport; do
    check "the stolen home has its $key key" has_key "$stolen" "$key"
    check "nothing of it is in the new one" eval "! has_key '${home[ngo]}' $key"
done
unwrapped() { /usr/bin/python3 "$here/storage_key.py" "$1/storage.key"; }
check "and the storage key is another" is_not "$(unwrapped "${home[ngo]}")" "$(unwrapped "$stolen")"
refused 78 E-RST-18 ngo node run
ask ngo status
check "what is to be done is said" has "$out" "entered them (refex federation issue REQUEST --replace)"
check "and nothing else" has_not "$out" --restored
said ngo node restored
check "so it is by who marks homes" is "$(value "$out" new_keys)" true
ask_well ngo agency show
check "the new key is what people read" has "$out" "$read_out"
request=("--home fed" "--home $fed" request.refex "${home[ngo]}/request.refex" membership.refex "$dir/ngo.membership")
rm -f "$dir/ngo.membership"
does 'refex federation issue --home fed request.refex --replace --dry-run --out membership.refex' "${request[@]}"
check "the coordinator reads what it is" has "$out" "goes on with the data of its backup"
check "and that the old keys are compromised" has "$out" "as compromised"
does 'refex federation issue --home fed request.refex --replace --confirm=brama --fingerprint F --out membership.refex' \
    "${request[@]}" brama ngo 'fingerprint F' "fingerprint $read_out"
publish
enrol ngo
enrol shelter
start ngo
holds_key() { [[ $(refex status --home "${home[shelter]}" 2>/dev/null) == *E-FED-41* ]]; }
until_true 10 "the shelter holds the new key" holds_key
refused 75 E-RST-06 ngo case show "$of"
ask_well ngo node gaps
check "who has not said what it has is named" has "$out" "has not said yet what it has"
does 'refex agency confirm --home node brama FINGERPRINT' "--home node" "--home ${home[shelter]}" brama ngo FINGERPRINT "$read_out"
until_true 20 "then the shelter says what was withdrawn" all_is_said
ask_well ngo case show "$of"
refer ngo "$of" shelter
until_true 20 "it exchanges under its new key" state_is shelter "$referral" delivered
refer shelter "$theirs" ngo
until_true 20 "and senders seal to its new keys" state_is ngo "$referral" delivered
until_true 20 "a backup of the new keys is made by itself" both_made # it could be stolen again
stop ngo
before=$(sha256sum <"$keys/refex-keys")
home[dead]=$dir/another # begun anew elsewhere, twice since; it was moved
start dead
refused 78 "E-RST-11" dead backup now
must refex backup replace --home "$dir/fifth" "${from[@]}" --json
run refex federation issue --home "$fed" "$dir/fifth/request.refex" --replace --dry-run --json --out "$dir/none"
check "and go on once more" is "$(value "$out" goes_on)" true
logs_verify ngo shelter
ran() { (($(ps -o etimes= -p "${pid[dead]}") >= 2)); } # one that may has written its keys part by then: it is due at once
until_true 5 "it has run long enough to write" ran
check "a home that is over writes no backup" is "$(sha256sum <"$keys/refex-keys")" "$before"
stop dead
home[thief]=$stolen
start thief
ask thief doctor shelter
check "who runs the stolen home gets no link" has "$out" "The peer refused the link"
stolen_is_named() { [[ $(refex status --home "${home[shelter]}") == *"a machine of ngo@nrm.example that is revoked as compromised was started"* ]]; }
until_true 5 "the shelter's people read that it runs" stolen_is_named
check "and the shelter's log says why" has "$(<"$dir/shelter.log")" "code=E-LNK-04 reason=revoked"
end_scenario
