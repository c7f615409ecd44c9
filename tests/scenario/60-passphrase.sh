#!/bin/bash
# Goal: a home with a passphrase opens with it alone; the storage key is in no file, and the passphrase nowhere that others
# can see.
. "$(dirname "$0")/lib.sh"

secret_of() { printf '%s\n' "$2" >"$dir/$1.pass" && chmod 600 "$dir/$1.pass"; }

create_federation
secret_of right 'сім кленів і один дощ'
secret_of wrong 'seven maples and one rain'
secret_of two $'one\ntwo'
secret_of long "$(printf '%01025d' 0)"
home[ngo]=$dir/ngo
port[ngo]=$(free_ports 1)
init=(init --agency ngo@nrm.example --kind SupportNGO --listen "127.0.0.1:${port[ngo]}")

say "what is no passphrase makes no node, and leaves nothing"
refused 64 E-KEY-18 ngo "${init[@]}" --passphrase-file "$dir/two.pass"
refused 64 E-KEY-18 ngo "${init[@]}" --passphrase-file "$dir/long.pass"
refused 64 E-KEY-18 ngo "${init[@]}" --passphrase-file /dev/null
refused 66 E-FIL-01 ngo "${init[@]}" --passphrase-file "$dir/none.pass"
refused 64 E-USE-03 ngo "${init[@]}" --passphrase-file "$dir/right.pass" --plain-key
chmod 640 "$dir/right.pass"
refused 77 E-KEY-02 ngo "${init[@]}" --passphrase-file "$dir/right.pass"
chmod 600 "$dir/right.pass"
refused 64 E-USE-04 ngo init --agency ngo@nrm.example --kind SupportNGO --listen no-such-host:1
check "no folder is left" test ! -e "$dir/ngo"
mkdir -m 700 "$dir/ngo"
refused 64 E-USE-04 ngo init --agency ngo@nrm.example --kind SupportNGO --listen no-such-host:1
check "a folder that was there stays, empty" is "$(ls -A "$dir/ngo")" ""

say "a node is made with a passphrase, and opens with no other"
must refex "${init[@]}" --home "$dir/ngo" --passphrase-file - <"$dir/right.pass"
check "nothing warns of a plain key" is "$err" ""
issue ngo
refused 77 E-KEY-20 ngo enrol "$dir/ngo.membership" </dev/null
refused 77 E-KEY-05 ngo enrol "$dir/ngo.membership" --passphrase-file "$dir/wrong.pass"
ask_well ngo enrol "$dir/ngo.membership" --no-backup --federation "$fingerprint" --passphrase-file "$dir/right.pass"

run refex node run --home "$dir/ngo" </dev/null
check "without it the node does not start" is "$rc" 77
check "it says what to give" has "$err" E-KEY-20
run refex node run --home "$dir/ngo" --passphrase-file "$dir/wrong.pass"
check "nor with another" is "$rc" 77
check "it says why" has "$err" E-KEY-05
ask ngo status
check "status says that it does not run" is "$rc" 69

say "with it the node runs; it stands in nobody's list of processes"
mkfifo "$dir/ready"
exec {ready}<>"$dir/ready"
refex node run --home "$dir/ngo" --passphrase-file "$dir/right.pass" --ready-fd "$ready" 2>>"$dir/ngo.log" &
pid[ngo]=$!
until_true 30 "the node is ready" read -rt 0.2 -u "$ready"
node=$(value "$(status_of ngo)" process)
for shown in cmdline environ; do
    check "/proc/PID/$shown holds no passphrase" has_not "$(tr -d '\0' <"/proc/$node/$shown" 2>/dev/null)" 'кленів'
done
ask_well ngo status --json
check "the key is not plain" has "$out" '"storage_key_plain":false'
ask ngo status
check "status does not name a plain key" has_not "$out" "in the clear"
import_cases ngo "$cases/cases.csv"
stop ngo

say "the storage key, unwrapped from its file, stands in no file of the home"
key=$(/usr/bin/python3 "$here/storage_key.py" "$dir/ngo/storage.key" "$dir/right.pass") || fail "the key does not unwrap"
check "the key is 32 bytes" is "${#key}" 64
check "no file holds it" is "$(/usr/bin/python3 "$here/storage_key.py" --find "$key" "$dir/ngo")" ""
check "no file holds the passphrase" is "$(grep -rlF 'кленів' "$dir/ngo")" ""

say "the passphrase is text: an editor's marks are no part of it, and it can be changed"
printf '\xef\xbb\xbf  \u0441\u0456\u043c\u00a0\u043a\u043b\u0435\u043d\u0456\u0432 \u0456 \u043e\u0434\u0438\u043d \u0434\u043e\u0449\r\n' >"$dir/edited.pass"
printf 'one\ttwo\n' >"$dir/tab.pass"
secret_of new 'zażółć gęślą jaźń'
chmod 600 "$dir"/*.pass
change=(passphrase --passphrase-file "$dir/edited.pass")
refused 64 E-KEY-18 ngo "${change[@]}" --new-passphrase-file "$dir/tab.pass"
refused 77 E-KEY-05 ngo passphrase --passphrase-file "$dir/wrong.pass" --new-passphrase-file "$dir/new.pass"
refused 64 E-USE-02 ngo "${change[@]}" </dev/null
run "$here/terminal.py" 'seven maples and one rain' refex passphrase --home "$dir/ngo"
check "a wrong old one is refused before anybody is asked for a new one" is "$rc" 77
check "by name" has "$out" E-KEY-05
check "no new one was asked for" has_not "$out" "The new passphrase"
ask_well ngo "${change[@]}" --new-passphrase-file "$dir/new.pass"
refused 77 E-KEY-05 ngo passphrase --passphrase-file "$dir/right.pass" --new-passphrase-file "$dir/new.pass"
check "the storage key is the same" is "$(/usr/bin/python3 "$here/storage_key.py" "$dir/ngo/storage.key" "$dir/new.pass")" "$key"
check "nothing else is left" is "$(cd "$dir/ngo" && echo storage.key*)" storage.key

say "a plain key is found by the same search where it is: the search can find"
must refex init --home "$dir/plain" --agency plain@nrm.example --kind SupportNGO --listen "127.0.0.1:${port[ngo]}" --plain-key
check "the operator is warned" has "$err" "in the clear"
key=$(/usr/bin/python3 "$here/storage_key.py" "$dir/plain/storage.key") || fail "the plain key does not unwrap"
printf 'x%b' "$(sed 's/../\\x&/g' <<<"$key")" >"$dir/plain/leak"
check "a planted copy is found" is "$(/usr/bin/python3 "$here/storage_key.py" --find "$key" "$dir/plain")" leak

end_scenario
