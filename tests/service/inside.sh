#!/bin/bash
# Runs as root where systemd is the first process and refex is installed: the unit starts a node, confined as it says, which
# tells how it is, reads its settings again, takes its passphrase from a sealed credential, is ended when it hangs, makes its
# backup where the unit lets it write, renews certificates with the federation's folder, and stops.
set -u
checks=0
check() { # WHAT COMMAND…
    local what=$1
    shift
    "$@" || {
        echo "did not hold: $what"
        systemctl status refexd --no-pager -l | head -n 20
        journalctl -u refexd --no-pager | tail -n 20
        exit 1
    }
    checks=$((checks + 1))
}
shown() { systemctl show refexd -p "$1" --value; }
is() { [ "$1" = "$2" ] || { echo "got: $1, not: $2"; false; }; }
has() { [[ $1 == *"$2"* ]] || { echo "got: $1, without: $2"; false; }; }
until_true() { # SECONDS COMMAND…
    local end=$((SECONDS + $1))
    shift
    until "$@"; do [ $SECONDS -lt $end ] || return 1; read -rt 0.2 -u "$quiet" || true; done
}
exec {quiet}<> <(:)
# So long ago that its certificate is renewed for the asking.
ago() { LD_PRELOAD=/usr/local/lib/libfaketime.so.1 FAKETIME=-3d "$@"; }
as_node() { runuser -u refex -- "$@"; }
home=/var/lib/refex

systemd-sysusers && systemd-tmpfiles --create /usr/lib/tmpfiles.d/refex.conf
check "its folder" is "$(stat -c '%U %a' $home)" "refex 710"
cd /srv || exit 1
ago refex federation init --home fed --name nrm.example --json >founded 2>warned
as_node refex init --home $home --agency ngo@nrm.example --kind SupportNGO --listen 127.0.0.1:7411 --plain-key >/dev/null 2>&1
cp $home/request.refex .
print=$(refex federation issue --home fed request.refex --dry-run --json --out m | sed 's/.*"fingerprint":"\([^"]*\)".*/\1/')
ago refex federation issue --home fed request.refex --fingerprint "$print" --out m >/dev/null
ago refex federation publish --home fed --out d >/dev/null
install -o refex -m 600 m d /tmp/
as_node refex enrol --home $home /tmp/m /tmp/d --federation "$(sed 's/.*"fingerprint":"\([^"]*\)".*/\1/' founded)" >/dev/null

check "it starts" systemctl start refexd
check "and is ready" is "$(shown ActiveState)" active
check "how it is" has "$(shown StatusText)" "0 linked, 0 waiting; certificate "
check "its user" is "$(stat -c %U "/proc/$(shown MainPID)")" refex
check "its network process is confined" has "$(as_node refex status --home $home)" "confined (Landlock yes, seccomp yes)"
check "no more rights" is "$(grep ^NoNewPrivs "/proc/$(shown MainPID)/status" | tr -d '\t')" NoNewPrivs:1
check "no capability" is "$(grep ^CapBnd "/proc/$(shown MainPID)/status" | tr -d '\t')" CapBnd:0000000000000000
first=$(shown MainPID)
echo 'group = refex' >>$home/node.conf
check "with a group it starts, too" systemctl restart refexd
check "whose the socket is" is "$(stat -c '%U:%G %a' $home/run/control.sock)" "refex:refex 660"
first=$(shown MainPID)
echo 'keep_closed_days = 400' >>$home/node.conf
sed -i 's/^listen.*/listen = 127.0.0.1:7412/' $home/node.conf
check "it reads its settings again" systemctl reload refexd
check "and says what takes a new start" until_true 10 eval '[[ $(shown StatusText) == *"not reloaded: listen"* ]]'
check "it is the same process" is "$(shown MainPID)" "$first"
sed -i 's/^listen.*/listen = 127.0.0.1:7411/' $home/node.conf
began=$(date +%s%N)
check "it stops" systemctl stop refexd
check "in five seconds" test $((($(date +%s%N) - began) / 1000000)) -lt 5000
check "well" is "$(shown Result)" success

echo 'seven maples' >pass
install -o refex -m 600 pass $home/pass
as_node refex passphrase --home $home --new-passphrase-file $home/pass >/dev/null </dev/null
rm $home/pass
check "without its passphrase it does not start" eval '! systemctl start refexd 2>/dev/null'
check "and is not tried again and again" is "$(shown NRestarts) $(shown ExecMainStatus)" "0 77"
mkdir -p /etc/credstore.encrypted /etc/systemd/system/refexd.service.d
systemd-creds encrypt --with-key=host --name=passphrase pass /etc/credstore.encrypted/passphrase 2>/dev/null
printf '[Service]\nLoadCredentialEncrypted=passphrase:/etc/credstore.encrypted/passphrase\nWatchdogSec=2\nTimeoutAbortSec=1\n' \
    >/etc/systemd/system/refexd.service.d/passphrase.conf
systemctl daemon-reload
systemctl reset-failed refexd
check "with a sealed credential it does" systemctl start refexd
check "and no passphrase lies in its folder" eval "! grep -rqF 'seven maples' $home"
first=$(shown MainPID)
kill -STOP "$first"
check "one that hangs is ended, and started anew" until_true 20 eval '[ "$(shown NRestarts)" -ge 1 ] && [ "$(shown ActiveState)" = active ]'
check "as another process" eval '[ "$(shown MainPID)" != "$first" ]'
for i in 1 2 3 4 5 6 7; do
    until_true 20 eval '[ "$(shown ActiveState)" = active ]'
    kill -KILL "$(shown MainPID)"
    until_true 20 eval '[ "$(shown ActiveState)" != active ]'
done
check "however often it ends it is tried again" until_true 20 eval '[ "$(shown ActiveState)" = active ]'
check "what it had is there" has "$(as_node refex status --home $home)" "ngo@nrm.example"

asked() { as_node refex "$@" --home $home; }
shows() { [[ $(asked "${@:2}" 2>&1) == *"$1"* ]]; }
override() { # LINE…: what `systemctl edit refexd` would have added
    printf '%s\n' '[Service]' "$@" >/etc/systemd/system/refexd.service.d/more.conf
    systemctl daemon-reload
    systemctl restart refexd
}
# The page has the line that is used here.
page=/usr/share/doc/refex/docs/OPERATING.md
on_page() { grep -qF -- "$1" $page || { echo "the page does not say: $1"; false; }; }

for place in backup stick; do
    mkdir -p /media/$place
    mount -t tmpfs $place /media/$place
    install -d -o refex -g refex -m 700 /media/$place/refex
done
printf '%s\n' 'backup_data = /media/backup/refex' 'backup_keys = /media/stick/refex' >>$home/node.conf
override
install -d -o refex -m 700 /srv/words
asked backup init --write-words /srv/words/words >/dev/null
check "words are taken into use" eval 'said=$(asked backup init --words-file /srv/words/words)'
check "the line of the unit is said" has "$said" "ReadWritePaths=-/media/backup/refex -/media/stick/refex"
check "as the page has it" on_page "ReadWritePaths=-/media/backup/refex -/media/stick/refex"
check "without it nothing is written" eval '! asked backup now >/dev/null 2>&1'
check "and status says so" shows E-BAK-04 status
check "nothing lies there" is "$(find /media/backup/refex /media/stick/refex -type f)" ""
override 'ReadWritePaths=-/media/backup/refex -/media/stick/refex'
check "with it a backup is made" eval 'said=$(asked backup now --json)'
check "of both parts" is "$(grep -c '"verified":"2' <<<"$said")" 2
check "they lie there" is "$(find /media/backup/refex /media/stick/refex -type f | wc -l)" 2
check "and open with the words" asked backup rehearse --words-file /srv/words/words >/dev/null
check "the rest of the disk is not its own" eval '! shows E-BAK-09 status'
umount -l /media/stick
check "it starts although a disk is away" systemctl restart refexd

install -d -o refex -g refex -m 700 /var/lib/refex-federation
cp -aT fed /var/lib/refex-federation
(umask 077 && echo 'twelve oaks' >fedpass)
refex federation passphrase --home /var/lib/refex-federation --new-passphrase-file fedpass >/dev/null
rm /var/lib/refex-federation/keys/{root,directory}*.key
chown -R refex:refex /var/lib/refex-federation
systemd-creds encrypt --with-key=host --name=federation-passphrase fedpass /etc/credstore.encrypted/federation-passphrase 2>/dev/null
for line in 'federation = /var/lib/refex-federation' 'ReadWritePaths=/var/lib/refex-federation' \
    'LoadCredentialEncrypted=federation-passphrase:/etc/credstore.encrypted/federation-passphrase'; do
    check "the page has the line" on_page "$line"
done
echo 'federation = /var/lib/refex-federation' >>$home/node.conf
override 'ReadWritePaths=-/media/backup/refex -/media/stick/refex' 'ReadWritePaths=/var/lib/refex-federation' \
    'LoadCredentialEncrypted=federation-passphrase:/etc/credstore.encrypted/federation-passphrase'
transport_key() { sha256sum <$home/keys.d/transport.pem; }
transport=$(transport_key)
check "it is asked to renew" eval 'asked node renew >/dev/null'
check "and has another certificate, of another key" until_true 30 eval '[ "$(transport_key)" != "$transport" ]'
check "it says so" until_true 10 eval 'journalctl -u refexd | grep -q event=renewal.done'
check "by a process that is confined" eval '! shows E-REN-04 status'
check "and needs no person" eval '! shows E-REN-05 status'
systemctl stop refexd
echo "under systemd: held, $checks checks"
