#!/bin/bash
# Goal: a node makes both parts of its backup while it exchanges, tries them, and opens them with the words alone; what
# cannot be written, or is killed in the middle, leaves the last good one, and status says so.
#
# One of its disks is a file system of its own whose size the scenario sets: a mount that nobody else sees, made as root
# or in a user namespace.
if [ -z "${REFEX_OWN_MOUNTS:-}" ]; then
    [ "$(id -u)" -eq 0 ] && own=-m || own=-rm
    export REFEX_OWN_MOUNTS=1
    exec unshare "$own" -- "$0" "$@"
fi
. "$(dirname "$0")/lib.sh"

data=$dir/data
keys=$dir/keys
mkdir -m 700 "$data" "$keys"
backup_of[ngo]="--backup-data $data --backup-keys $keys"
part() { refex backup show --json --home "${home[ngo]}" 2>/dev/null | grep -F "\"part\":\"$1\""; }
part_has() { [[ $(part "$1") == *"$2"* ]]; }
found() { [[ $(status_of ngo) == *"\"code\":\"$1\""* ]]; }
sqlite_copy() { /usr/bin/python3 -c 'import sqlite3,sys; sqlite3.connect(sys.argv[1]).execute("VACUUM INTO ?", [sys.argv[2]])' "${home[$1]}/refex.db" "$2" && chmod 600 "$2"; }
has_conf() { # SETTING VALUE: it is in force
    is "$(refex config show --json --home "${home[ngo]}" 2>/dev/null | jq -r --arg s "$1" 'select(.setting == $s) | "\(.value) \(.differs)"')" "$2 false" 2>/dev/null
}
made() { find "$data" -name 'refex-data-*' | sort | tail -n 1; }

start_federation ngo:SupportNGO shelter:Shelter
start ngo shelter
until_true 10 "the data part is made by itself" part_has data '"verified":"2'
check "nobody made words yet" found E-BAK-06
refused 78 E-BAK-06 ngo backup now
check "nobody rehearsed" is "$(found E-BAK-15 && echo told)" ""

# The words: written down by a script, read back, and told from others by their checksum and by their place.
refused 78 E-BAK-11 shelter backup now
check "a node may say that there is none" has "$(status_of shelter)" "backup = no"
(umask 077 && echo none >"$dir/words")
refused 78 E-BAK-06 ngo backup rehearse --words-file "$dir/words"
rm "$dir/words"
ask_well ngo backup init --write-words "$dir/words"
check "nobody else can read them" is "$(stat -c %a "$dir/words")" 600
refused 73 E-FIL-02 ngo backup init --write-words "$dir/words"
check "they are 24" is "$(wc -w <"$dir/words")" 24
said ngo backup init --words-file "$dir/words"
ask_well ngo backup init --words-file "$dir/words"
check "the lines of the unit are printed" has "$out" "ReadWritePaths=-$data -$keys"

# The words: shown once to a person, who types them again.
run "$here/words_typed.py" otherwise "$dir/paper" refex --home "${home[ngo]}" backup init
check "other words are not taken" has "$out" "5 times what was typed"
check "and the paper is struck out" has "$out" E-BAK-14
run "$here/words_typed.py" slip "$dir/paper" refex --home "${home[ngo]}" backup init
check "a slip is asked about, and they are taken" is "$rc" 0
check "two that changed places, and one that was forgotten" is "$(grep -c 'compare them with the paper' <<<"$out")" 2
check "those of before are struck out" has "$out" "open no newer backup"
check "none stays on the screen" has_not "$out" " $(cut -d' ' -f 7,8 "$dir/paper")"
refused 65 E-BAK-02 ngo backup rehearse --words-file "$dir/words"
mv "$dir/paper" "$dir/words"
until_true 10 "the keys part is made for them" part_has keys '"verified":"2'
check "nobody rehearsed" found E-BAK-15
check "both lie on the node's disk" found E-BAK-09
check "only the node's user can read it" is "$(stat -c %a "$keys/refex-keys" "$(made)" | sort -u)" 600

# While it exchanges.
import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}
consent_for ngo "$of" triage,identity shelter
refer ngo "$of" shelter
until_true 10 "it arrives" state_is shelter "$referral" delivered
said ngo backup now
check "both are good" is "$(grep -c '"verified":"2' <<<"$out")" 2
said ngo backup show
tr -s ' \n' '\n' <"$dir/words" | head -n 23 >"$dir/short"
tr '\n' ' ' <"$dir/short" >"$dir/few"
chmod 600 "$dir/few"
refused 65 E-WRD-02 ngo backup rehearse --words-file "$dir/few"
refused 65 E-WRD-02 ngo backup rehearse --words-file /dev/null
mv "$keys/refex-keys" "$dir/aside"
refused 66 E-BAK-13 ngo backup rehearse --words-file "$dir/words"
printf other >"$keys/refex-keys"
refused 74 E-BAK-24 ngo backup rehearse --words-file "$dir/words"
mv "$dir/aside" "$keys/refex-keys"
sqlite_copy shelter "$data/refex-data-2099-01-01-1"
refused 74 E-BAK-05 ngo backup rehearse --words-file "$dir/words"
rm "$data/refex-data-2099-01-01-1"
said ngo backup rehearse --words-file "$dir/words"
check "it would bring back the case" is "$(value "$out" referrals)" 1
check "nothing of it is said to have failed" has "$out" '"code":null'
run "$here/terminal.py" "$(sed 's/\([a-z]\{1,4\}\)[a-z]*/\1/g' "$dir/words")" refex --home "${home[ngo]}" backup rehearse
check "so does a person, who types four letters of each" is "$rc" 0
check "who sees none of them" has_not "$out" "$(cut -d' ' -f1-3 "$dir/words")"
check "somebody rehearsed" is "$(found E-BAK-15 && echo told)" ""
ask_well ngo audit list --log house --json
check "the house log has it all" is "$(grep -o '"what":"backup-[a-z]*"' <<<"$out" | sort -u | wc -l)" 6

# No name of a person, no key and no word of the paper lies in either part.
tr -s ' \n' '\n' <"$dir/words" | paste -sd ' ' | awk '{ for (i = 1; i < NF; i++) print $i " " $(i + 1) }' >"$dir/pairs" # one alone may be any word
check "nothing of the words is in a log" is "$(tr -s '=\n' ' ' <"$dir/ngo.log" | grep -cwFf "$dir/pairs")" 0

# Killed in the middle: what is at its place stays, and what was begun goes with the next one.
good=$(made)
: >"$data/refex-data-2026-01-01-1.part"
printf half >"$keys/refex-keys.new"
cat >"$dir/stop_backup.py" <<'END'
"""Stops the first process that the node with this id starts for its backups."""
import os, signal, sys

node = sys.argv[1]
while True:
    for thread in os.listdir(f"/proc/{node}/task"):
        for child in open(f"/proc/{node}/task/{thread}/children").read().split():
            try:
                if b"--backup" in open(f"/proc/{child}/cmdline", "rb").read():
                    os.kill(int(child), signal.SIGSTOP)
                    print(child)
                    sys.exit()
            except OSError:
                pass
END
timeout 20 /usr/bin/python3 "$dir/stop_backup.py" "${pid[ngo]}" >"$dir/killed" &
helpers+=($!)
(refex backup now --home "${home[ngo]}" >/dev/null 2>&1) &
helpers+=($!)
until_true 10 "its process is stopped in the middle" test -s "$dir/killed"
kill -KILL "$(<"$dir/killed")"
wait "${helpers[-1]}"
check "it is there and whole" test -s "$good"
check "so are the keys" test -s "$keys/refex-keys"
ask_well ngo backup now
check "what was begun is gone" is "$(ls "$data" "$keys" | grep -E 'part$|new$|old$')" ""

# An erasure: the keys part is written anew without the words, and the one before is gone.
before=$(sha256sum <"$keys/refex-keys")
ask_well ngo consent withdraw "$consent" --erase-now --seen-alone yes
changed() { is_not "$(sha256sum <"$keys/refex-keys")" "$before"; }
until_true 45 "the keys part is made anew" changed
alone() { is "$(ls "$keys")" refex-keys 2>/dev/null >&2; } # the one before is overwritten when the new one has its name
until_true 10 "one lies there" alone

# What is stated of an erasure waits for the keys part also where the node begins anew: its place is told before.
import_cases shelter "$cases/cases.csv"
readarray -t theirs <<<"$out"
consent_for shelter "${theirs[0]}" triage ngo
hers=$consent
refer shelter "${theirs[0]}" ngo
until_true 10 "it arrives" state_is ngo "$referral" delivered
mv "$keys" "$dir/away"
ask_well ngo audit list --json
erased=$(grep -c "\"kind\":\"ERASED\"" <<<"$out")
ask_well shelter consent withdraw "$hers" --erase-now --seen-alone yes
until_true 20 "it is erased here" audit_counts ngo '"kind":"ERASED"' $((erased + 1))
crash ngo
start ngo
consent_for shelter "${theirs[1]}" triage ngo
refer shelter "${theirs[1]}" ngo
until_true 20 "they are linked again" state_is ngo "$referral" delivered
ask_well shelter consent show "$hers" --json
check "nothing is stated yet" has "$out" '"answered":false'
mv "$dir/away" "$keys"
ask_well ngo backup now
is_stated() { [[ $(refex consent show "$hers" --json --home "${home[shelter]}") == *'"answered":true'* ]]; }
until_true 20 "it is stated when the keys part is overwritten" is_stated
ask_well shelter consent show "$hers" --json
check "and no place is named" has_not "$out" answered_places

# A place that cannot be written: what is there stays, and status says since when.
good=$(made)
mv "$keys" "$dir/away"
refused 74 E-BAK-04 ngo backup now
check "status names it" found E-BAK-04
check "the one before is known" part_has keys '"made":"2'
mv "$dir/away" "$keys"
check "nobody else wrote at the place of the keys" is "$(found E-BAK-24 && echo told)" ""
printf other >"$keys/refex-keys" # a home that was stolen, and was told nothing
ask_well ngo backup now
check "it is good again" is "$(found E-BAK-04 && echo told)" ""
check "older ones are kept" test -f "$good"
check "who else writes there is named" has "$(status_of ngo)" "lay another than this node had written, last"
check "and this node's own lies there" part_has keys "\"hash\":\"$(sha256sum <"$keys/refex-keys" | cut -c1-64)\""
rm "$keys/refex-keys"
ask_well ngo backup init --words-file "$dir/words"
own_again() { [[ $(status_of ngo) == *"lay none, and this node had written one, last"* ]]; }
until_true 10 "so is that none lies there" own_again
said ngo backup rehearse --words-file "$dir/words"
check "until somebody rehearsed" is "$(found E-BAK-24 && echo told)" ""

# A copy that does not hold when it is tried is not kept: a record of the log is another than what was signed.
with_record() { # BYTES as hexadecimal; prints those of before
    /usr/bin/python3 - "${home[ngo]}/refex.db" "$1" <<'END'
import sqlite3, sys

db = sqlite3.connect(sys.argv[1], timeout=10)
trigger, = db.execute("SELECT sql FROM sqlite_master WHERE name = 'house_record_stays'").fetchone()
before, = db.execute("SELECT hex(bytes) FROM house_record WHERE idx = 0").fetchone()
db.execute("DROP TRIGGER house_record_stays")
db.execute("UPDATE house_record SET bytes = ? WHERE idx = 0", [bytes.fromhex(sys.argv[2] or before[:-2] + "77")])
db.execute(trigger)
db.commit()
print(before)
END
}
good=$(made)
record=$(with_record "")
refused 74 E-BAK-05 ngo backup now
check "the one before stays the newest" is "$(made)" "$good"
check "and status says so" has "$(status_of ngo)" "does not hold when it is tried"
with_record "$record" >"$dir/out"
ask_well ngo backup now
check "it is good again" is "$(found E-BAK-05 && echo told)" ""

# Another place: what lies at the one before is overwritten with the first keys part there, where it can be reached.
conf() { # SETTING VALUE
    sed -i "/^$1 =/d" "${home[ngo]}/node.conf" && printf '%s = %s\n' "$1" "$2" >>"${home[ngo]}/node.conf"
    kill -HUP "${pid[ngo]}"
}
mkdir -m 700 "$dir/stick-2" "$dir/stick-3"
conf backup_keys_name stick-1
until_true 10 "the place has a name" has_conf backup_keys_name stick-1
mv "$keys" "$dir/away"
conf backup_keys "$dir/stick-2"
until_true 20 "the keys part is made there" test -s "$dir/stick-2/refex-keys"
until_true 10 "the one before is named" found E-BAK-16
check "by its name" has "$(status_of ngo)" "stick-1 number 1 ($keys)"
mkdir -m 700 "$keys" # a stick that is away: its folder is empty
ask_well ngo backup now
check "an empty folder is nothing destroyed" found E-BAK-16
rmdir "$keys"
mv "$dir/away" "$keys"
printf half >"$keys/refex-keys.new" # what was cut short there
ln -s stick-2 "$dir/same"
conf backup_keys "$dir/same"
none_old() { ! found E-BAK-16; }
until_true 20 "none is an old one any more" none_old
check "what is at the one before is gone" is "$(ls "$keys")" ""
check "the one of today stays, whatever its folder is called" test -s "$dir/stick-2/refex-keys"
mv "$dir/stick-2" "$dir/lost"
conf backup_keys "$dir/stick-3"
until_true 20 "the keys part is made at a third" test -s "$dir/stick-3/refex-keys"
refused 66 E-BAK-18 ngo backup destroyed stick-9
said ngo backup destroyed stick-1
check "whoever destroyed it says so" is "$(found E-BAK-16 && echo told)" ""
check "a new home was never upgraded" has_not "$(status_of ngo)" before-upgrade
stop ngo
said ngo backup show

# Another program ran here before: the copy of the home that was made then is named until a person erased it.
/usr/bin/python3 -c 'import sqlite3,sys
db = sqlite3.connect(sys.argv[1])
db.execute("UPDATE note SET note = ? WHERE what = ?", (b"0.0.1", "program"))
db.commit()' "${home[ngo]}/refex.db"
start ngo
upgraded() { [[ $(status_of ngo) == *"destroyed before-upgrade"* ]]; }
check "status says until when the copy is kept" upgraded
check "for a week that is no finding" is "$(found E-BAK-29 && echo told)" ""
ask_well ngo backup now
check "a keys part does not end it" upgraded
said ngo backup destroyed before-upgrade
check "who erased it says so" is "$(upgraded && echo told)" ""
stop ngo
start ngo
check "the same program runs on" is "$(upgraded && echo told)" ""
stop ngo

# A disk that is not mounted: what is written into its folder would lie on the node's own.
apart=$dir/apart
mkdir "$apart"
mount -t tmpfs -o size=64m,mode=0700 refex-backup "$apart" || fail "no file system can be mounted here"
trap 'status=$?; umount -l "$apart"; (exit "$status"); clean_up' EXIT
resize() { mount -o "remount,size=$1" "$apart" || fail "the file system cannot be given $1 bytes"; }
used() { df --output=used -B1 "$apart" | tail -n 1; }
ln -s "$apart" "$dir/mounted"
sed -i "/^backup_data =/d" "${home[ngo]}/node.conf" && printf 'backup_data = %s\n' "$dir/mounted" >>"${home[ngo]}/node.conf"
start ngo
ask_well ngo backup now
check "no disk is found below it" part_has data '"own_disk":false'
check "which is no word that it is apart" part_has data '"own_disk_known":false'
check "and status says so" has "$(status_of ngo)" "lies on cannot be found out"
rm "$dir/mounted"
mkdir -m 700 "$dir/mounted"
refused 74 E-BAK-19 ngo backup now
check "nothing is written there" is "$(ls "$dir/mounted")" ""
check "and status says so" has "$(status_of ngo)" "its disk is not mounted"
rmdir "$dir/mounted"
ln -s "$apart" "$dir/mounted"
ask_well ngo backup now

# Two are kept: the oldest goes when a newer one was tried, and stays where there is no room for that.
conf backup_generations 2
until_true 10 "two are kept" has_conf backup_generations 2
ask_well ngo backup now
check "the oldest is gone" is "$(ls "$apart" | wc -l)" 2

# A disk that is full: what is there stays, whole, and status says since when.
good=$(find "$apart" -name 'refex-data-*' | sort | tail -n 1)
before=$(sha256sum <"$good")
resize "$(used)"
refused 74 E-FIL-03 ngo backup now
check "the last good one stays" is "$(sha256sum <"$good")" "$before"
check "nothing half is left" is "$(ls "$apart" | grep -c part)" 0
check "and status says so" has "$(status_of ngo)" "no room for the copy"
resize 64m
ask_well ngo backup now
check "it is good again" is "$(found E-BAK-04 && echo told)" ""
mkdir -m 700 "$apart/keys" "$dir/stick-4"
conf backup_keys "$apart/keys"
is_there() { part_has keys "\"place\":\"$1\"" && part_has keys '"outdated":false'; }
until_true 20 "the keys part lies on it" is_there "$apart/keys"
before=$(sha256sum <"$apart/keys/refex-keys")
resize "$(used)"
refused 74 E-FIL-03 ngo backup now
check "the last good one stays" is "$(sha256sum <"$apart/keys/refex-keys")" "$before"
check "and status says so" has "$(status_of ngo)" "the keys part of the backup cannot be made"
resize 64m
ask_well ngo backup now

# Another file system, in a partition of a disk that is a file on the node's own disk.
image=
lay_image() { # its partition is made without a table, which not every kernel reads
    truncate -s 64M "$dir/image" && image=$(losetup -f --show "$dir/image" 2>/dev/null) || return
    addpart "$image" 1 2048 129024 2>/dev/null && [ -b "${image}p1" ] && mkfs.ext4 -q "${image}p1" &&
        mkdir "$dir/part" && mount "${image}p1" "$dir/part" && mkdir -m 700 "$dir/part/refex"
}
drop_image() {
    umount -l "$dir/part" 2>/dev/null
    delpart "$image" 1 2>/dev/null
    losetup -d "$image" 2>/dev/null || true
}
trap 'status=$?; umount -l "$apart"; drop_image; (exit "$status"); clean_up' EXIT
if lay_image && [[ $(findmnt -no SOURCE -T "$dir") == /dev/* ]]; then
    check "two file systems" is_not "$(stat -c %d "$dir/part")" "$(stat -c %d "$dir")"
    conf backup_data "$dir/part/refex"
    until_true 10 "the place is another" has_conf backup_data "$dir/part/refex"
    ask_well ngo backup now
    check "its disk is the node's" part_has data '"own_disk":true'
    check "and status says so" found E-BAK-09
    umount "$dir/part"
    mkdir -m 700 "$dir/part/refex"
    refused 74 E-BAK-19 ngo backup now
    conf backup_data "$dir/mounted"
    until_true 10 "the place is that of before" has_conf backup_data "$dir/mounted"
    ask_well ngo backup now
else
    say "no disk can be made of a file here"
fi
drop_image

# A new place on the node's own disk may lie below one that is away: then the old one on another disk stays.
conf backup_keys "$dir/stick-4"
until_true 20 "the keys part lies there" is_there "$dir/stick-4"
check "what lies on the other disk stays" test -s "$apart/keys/refex-keys"
check "and is named" found E-BAK-16
stop ngo
umount "$apart"
trap clean_up EXIT
rm "$dir/mounted"
mkdir -m 700 "$dir/mounted"
sed -i "s|^backup_data =.*|backup_data = $data|;s|^backup_keys =.*|backup_keys = $dir/stick-3|" "${home[ngo]}/node.conf"

# A disk that hangs: what is made for the other part does not wait for it, and the process is ended. The node reads of a
# file by how many seconds its clocks are ahead.
cc -shared -fPIC -o "$dir/ahead.so" -x c - <<'END' || fail "no compiler"
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t which, struct timespec *out)
{
    long result = syscall(SYS_clock_gettime, which, out);
    struct stat st;

    if ((which == CLOCK_MONOTONIC || which == CLOCK_MONOTONIC_COARSE || which == CLOCK_BOOTTIME) && stat(getenv("AHEAD"), &st) == 0)
        out->tv_sec += st.st_size;
    return (int)result;
}
END
: >"$dir/ahead"
AHEAD=$dir/ahead LD_PRELOAD=$dir/ahead.so ASAN_OPTIONS=verify_asan_link_order=0 start ngo
until_true 20 "the keys part is made after a start" part_has keys '"outdated":false'
timeout 20 /usr/bin/python3 "$dir/stop_backup.py" "${pid[ngo]}" >"$dir/stopped" &
helpers+=($!)
(refex backup now --home "${home[ngo]}" >/dev/null 2>&1) &
helpers+=($!)
until_true 10 "the process of the data part hangs" test -s "$dir/stopped"
before=$(sha256sum <"$dir/stick-3/refex-keys")
changed() { is_not "$(sha256sum <"$dir/stick-3/refex-keys" 2>/dev/null)" "$before"; }
ask_well ngo backup init --words-file "$dir/words"
until_true 20 "the keys part does not wait for it" changed
check "its process was ended" eval "! kill -0 $(<"$dir/stopped") 2>/dev/null"
wait "${helpers[-1]}"
check "and the data part is made behind it, on a place that was named anew" part_has data '"code":null'
lay_fifo() { mkfifo "$dir/stick-3/refex-keys.new" 2>/dev/null; } # who opens it hangs
until_true 20 "the keys part behind the data part is made" lay_fifo
(refex backup now --home "${home[ngo]}" >/dev/null 2>&1) &
helpers+=($!)
hangs() { part_has keys '"running":true'; }
until_true 10 "the process of the keys part hangs" hangs
hanging=$(pgrep -P "${pid[ngo]}" -f -- --backup)
truncate -s 1900 "$dir/ahead"
until_true 20 "it is ended" found E-BAK-04
check "with what it is" has "$(status_of ngo)" "its disk hangs"
gone() { ! kill -0 "$hanging" 2>/dev/null; } # the next try may hang there by now
until_true 10 "it is gone" gone
rm "$dir/stick-3/refex-keys.new"
stop ngo
logs_verify ngo shelter
end_scenario
