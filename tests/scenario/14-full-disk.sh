#!/bin/bash
# Goal: a disk that is really full undoes what was begun and no more. The node stays up, the person reads a clear error,
# the other agency waits, and once there is room everything goes on with all that was acknowledged.
#
# The home is on a file system of its own whose size the scenario sets: a mount that nobody else sees, made as root or
# in a user namespace.
if [ -z "${REFEX_OWN_MOUNTS:-}" ]; then
    [ "$(id -u)" -eq 0 ] && own=-m || own=-rm
    export REFEX_OWN_MOUNTS=1
    exec unshare "$own" -- "$0" "$@"
fi
. "$(dirname "$0")/lib.sh"

room=268435456 # bytes: above all floors

end_mount() {
    umount -l "$dir/mission"
    rmdir "$dir/mission"
}
mkdir "$dir/mission"
mount -t tmpfs -o "size=$room,mode=0700" refex-full-disk "$dir/mission" || fail "no file system can be mounted here"
trap 'status=$?; end_mount; (exit "$status"); clean_up' EXIT

resize() { mount -o "remount,size=$1" "$dir/mission" || fail "the file system cannot be given $1 bytes"; }
used() { df --output=used -B1 "$dir/mission" | tail -n 1; }
cases_of_mission() { ask_well mission case list --json && printf '%s\n' "$out" | grep -c '"case":'; }
withdrawn() { ask mission consent withdraw "$consent" && [ "$rc" -eq 0 ]; }

say "init that finds no room leaves nothing behind"
for small in 100000 1000000 4000000 9000000; do
    resize "$small"
    run refex init --home "$dir/mission/new" --agency new@nrm.example --kind SupportNGO --listen 127.0.0.1:1
    check "it fails by name ($small bytes)" has "$rc $err" "(E-"
    check "and nothing is there" is "$(find "$dir/mission" -mindepth 1)" ""
done
resize "$room"

mkdir -m 700 "$dir/data" "$dir/stick-1" "$dir/stick-2"
backup_of[mission]="--backup-data $dir/data --backup-keys $dir/stick-1"

say "before: each has acknowledged something to the other"
start_federation ngo:SupportNGO mission:InternationalOrganisation
start mission ngo
import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}
import_cases mission "$cases/cases.csv"
theirs=${out%%$'\n'*}
consent_for ngo "$of" triage mission
refer ngo "$of" mission
to_mission=$referral
consent_for mission "$theirs" triage ngo
refer mission "$theirs" ngo
from_mission=$referral
until_true 10 "one is delivered" state_is ngo "$to_mission" delivered
until_true 10 "the other too" state_is mission "$from_mission" delivered
cases_before=$(cases_of_mission)
records=$(value_object "$(status_of mission)" logs)

say "not a byte is left, the place of the reserve neither: a withdrawal, which no floor stops, finds the disk full"
rm "$dir/mission/reserve"
resize "$(used)"
refused 74 E-STO-03 mission consent withdraw "$consent"
check "SQLite itself found it" file_has "$dir/mission.log" "event=disk.full"
check "the tick is undone: no record of it" is "$(value_object "$(status_of mission)" logs)" "$records"
refused 74 E-STO-03 mission case import "$cases/cases.csv" --again
check "nothing is half imported" is "$(cases_of_mission)" "$cases_before"
ask mission status
check "status says so and that somebody must act" has "$out" E-STO-03
check "with its exit status" is "$rc" 1

say "the other agency keeps what it has to send"
refer ngo "$of" mission --service LEGAL_ADVICE
waits=$referral
until_true 5 "it has left, and is told busy" state_is ngo "$waits" waiting
check "the link stands" is "$(value "$(status_of mission)" links)" 1
check "it is not delivered" is_not "$(referral_state ngo "$waits")" delivered

say "there is room again: what was refused is done when it is asked for again, and what waited arrives"
resize "$room"
until_true 12 "the withdrawal is taken" withdrawn
until_true 60 "what waited arrives" state_is ngo "$waits" delivered
check "on the same link" is "$(grep -c event=link.up "$dir/mission.log")" 1
check "what was acknowledged before is still there" state_is mission "$from_mission" stopped
check "both ways" state_is ngo "$to_mission" delivered
import_cases mission "$cases/cases.csv" --again
check "the node is still the first" kill -0 "${pid[mission]}"

say "the disk is full at once when a node starts: it says so, loses nothing, and starts when there is room"
stop mission
records=$(value "$(status_of mission)" exchange_log)
rm -f "$dir/mission/reserve"
resize "$(used)"
refex node run --home "$dir/mission" 2>"$dir/full.log" &
pid[mission]=$!
until_true 10 "it says so by name" grep -qF E-STO-03 "$dir/full.log"
ask mission status
check "a stopped node says so, too" has "$out" E-STO-03
wait "${pid[mission]}"
check "it has ended by that" is "$?" 74
unset "pid[mission]"
resize "$room"
check "nothing is lost" is "$(value "$(status_of mission)" exchange_log)" "$records"
start mission
refer ngo "$of" mission --service SHELTER
until_true 30 "mail comes again" state_is ngo "$referral" delivered

say "a place of the backup that is set in a tick that is undone is set again"
ask_well mission backup init --write-words "$dir/words"
ask_well mission backup init --words-file "$dir/words"
until_true 10 "the keys part is made" test -s "$dir/stick-1/refex-keys"
mv "$dir/stick-1" "$dir/away"
sed "s|^backup_keys =.*|backup_keys = $dir/stick-2|" "$dir/mission/node.conf" >"$dir/conf"
cat "$dir/conf" >"$dir/mission/node.conf"
undone() { [ "$(grep -c event=disk.full "$dir/mission.log")" -gt "$before" ]; }
before=$(grep -c event=disk.full "$dir/mission.log")
rm -f "$dir/mission/reserve"
resize "$(used)"
kill -HUP "${pid[mission]}"
until_true 10 "the tick is undone" undone
resize "$room"
names_old_place() { [[ $(status_of mission) == *E-BAK-16* ]]; }
until_true 30 "the one before is known as an old one" names_old_place

stop mission ngo
logs_verify mission ngo
end_scenario
