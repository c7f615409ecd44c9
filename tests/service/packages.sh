#!/bin/bash
# Runs as root where systemd is the first process, with the packages in /srv/packages and ones of a higher version in
# /srv/newer: installing says what to do next, an upgrade stops the node and starts it again, removing and purging keep what is
# the agency's and say so.
set -u
checks=0
check() { # WHAT COMMAND…
    local what=$1
    shift
    "$@" || {
        echo "did not hold: $what"
        printf '%s\n' "$said" | tail -n 20
        systemctl status refexd --no-pager -l | head -n 20
        exit 1
    }
    checks=$((checks + 1))
}
is() { [ "$1" = "$2" ] || { echo "got: $1, not: $2"; false; }; }
has() { [[ $1 == *"$2"* ]] || { echo "got: $1, without: $2"; false; }; }
has_not() { [[ $1 != *"$2"* ]] || { echo "got: $1, with: $2"; false; }; }
shown() { systemctl show refexd -p "$1" --value; }
as_node() { runuser -u refex -- "$@"; }
# The files of the home, but those of a node that runs, their owners and modes, and what they hold.
kept() {
    (cd $home && find . -path ./run -prune -o ! -name '*-wal' ! -name '*-shm' -print0 | sort -z | xargs -0 stat -c '%n %U %a' &&
        cat node.conf keys.d/*) | sha256sum
}
said=
# Nobody is asked, and what the packages say is kept.
export DEBIAN_FRONTEND=noninteractive
apt() { said=$(apt-get -y --no-install-recommends "$@" 2>&1); }
page=/usr/share/doc/refex/docs/OPERATING.md
# The command stands so on the page; it is run with WHAT in place of TEXT, and succeeds.
types() { # LINE [TEXT WHAT]
    grep -qF -- "$1" "$page" || { echo "$page has no command: $1"; exit 1; }
    said=$(bash -c "apt() { apt-get -y --no-install-recommends \"\$@\"; }; ${1//"${2:-$1}"/"${3:-$1}"}" 2>&1 </dev/null)
}
home=/var/lib/refex
cd /srv/packages || exit 1

check "the pages can be installed" apt install ./refex-doc_*.deb
check "and the packages" types 'apt install ./refex-node_*.deb ./refex-cli_*.deb'
check "it is said that no agency was made of it" has "$said" "no agency was made of this node yet"
check "and what comes next" has "$said" "systemctl enable --now refexd"
check "those of a coordinator" apt install ./refex-ca_*.deb
check "nothing runs" is "$(shown ActiveState)" inactive
check "nor is to" is "$(systemctl is-enabled refexd)" disabled
check "its folder" is "$(stat -c '%U %a' $home)" "refex 710"
check "who starts it before it is made" eval '! said=$(systemctl start refexd 2>&1)'
check "is told that it cannot" has "$said" "ssertion failed"

cd /srv || exit 1
refex federation init --home fed --name nrm.example --json >founded 2>warned
check "an agency is made of it" types 'runuser -u refex -- refex init --home /var/lib/refex …' … \
    '--agency ngo@nrm.example --kind SupportNGO --listen 127.0.0.1:7411 --plain-key'
cp $home/request.refex .
print=$(refex federation issue --home fed request.refex --dry-run --json --out m | sed 's/.*"fingerprint":"\([^"]*\)".*/\1/')
refex federation issue --home fed request.refex --fingerprint "$print" --out m >/dev/null
refex federation publish --home fed --out d >/dev/null
install -o refex -m 600 m d /tmp/
as_node refex enrol --home $home /tmp/m /tmp/d --federation "$(sed 's/.*"fingerprint":"\([^"]*\)".*/\1/' founded)" >/dev/null
check "it starts" types 'systemctl enable --now refexd'
check "and runs" types 'systemctl status refexd'
check "ready" has "$said" "0 linked, 0 waiting"
first=$(shown MainPID)

cd /srv/newer || exit 1
check "it is stopped" types 'systemctl stop refexd'
check "and copied" types 'test ! -e /srv/refex-before && cp -aT /var/lib/refex /srv/refex-before && sync'
check "not into a copy that is there" eval "! types 'test ! -e /srv/refex-before && cp -aT /var/lib/refex /srv/refex-before && sync'"
check "which is the home itself" test -f /srv/refex-before/storage.key -a ! -e /srv/refex-before/refex
check "and upgraded" types 'apt install ./refex-node_*.deb ./refex-cli_*.deb'
check "with the coordinator's" apt install ./refex-{ca,doc}_*.deb
check "to what there is" has "$(dpkg-query -Wf '${Version}' refex-node)" "+later"
check "and runs again" is "$(shown ActiveState)" active
check "without a word" has_not "$said" "refex-node: "
types 'runuser -u refex -- refex status --home /var/lib/refex'
check "it answers how it is" test $? -le 1 # 1: somebody has to do something
check "and what it was" has "$said" "ngo@nrm.example"
check "its logs are whole" types 'runuser -u refex -- refex audit verify --home /var/lib/refex'

first=$(shown MainPID)
check "it is installed over itself while it runs" apt install --reinstall ./refex-{node,cli,ca}_*.deb
check "and runs again, another process" eval '[ "$(shown ActiveState)" = active ] && [ "$(shown MainPID)" != "$first" ]'
systemctl disable --now refexd 2>/dev/null
check "it is installed over itself when it does not run" apt install --reinstall ./refex-{node,cli,ca}_*.deb
check "it stays so" is "$(shown ActiveState)" inactive
check "and that is said" has "$said" "does not run"
check "with how it is started" has "$said" "systemctl enable --now refexd"
systemctl enable --now refexd 2>/dev/null

cd /srv/packages || exit 1
check "who goes back stops it" types 'systemctl stop refexd'
check "takes the copy" types 'test ! -e /srv/refex-newer && mv -T /var/lib/refex /srv/refex-newer && cp -aT /srv/refex-before /var/lib/refex'
apt remove refex-ca # of the version that goes
check "and the older packages" types 'apt install --allow-downgrades ./refex-node_*.deb ./refex-cli_*.deb'
check "which it is" has_not "$(dpkg-query -Wf '${Version}' refex-node)" "+later"
check "it starts" types 'systemctl start refexd'
check "as what it was" has "$(as_node refex status --home $home)" "ngo@nrm.example"
check "the copy is erased" types 'shred -u /srv/refex-before/{storage.key,keys,keys.d/*.pem} && rm -rf /srv/refex-before'
check "and the newer folder" types 'shred -u /srv/refex-newer/{storage.key,keys,keys.d/*.pem} && rm -rf /srv/refex-newer'
check "so that there is one home" is "$(find /srv -name storage.key)" ""
before=$(kept)
first=$(shown MainPID)

check "it is removed" types 'apt remove refex-node'
check "it has stopped" eval '! kill -0 "$first" 2>/dev/null'
check "what is kept is said" has "$said" "/var/lib/refex stays as it is"
check "and how it is erased" has "$said" "OPERATING.md"
check "nothing of it is gone" is "$(kept)" "$before"
check "it is purged" apt purge refex-node refex-cli
check "what is kept is said again" has "$said" "/var/lib/refex stays as it is"
check "and nothing of it is gone" is "$(kept)" "$before"
check "nor who it belongs to" has "$(getent passwd refex)" nologin
check "nor is anything else left" is "$(find /usr/lib/refex /usr/share/doc/refex-node /lib/systemd/system/refexd.service \
    /etc/systemd/system/multi-user.target.wants/refexd.service 2>/dev/null)" ""

check "it is installed again" types 'apt install ./refex-node_*.deb ./refex-cli_*.deb'
check "it is said that it does not run" has "$said" "does not run"
check "it starts again" types 'systemctl enable --now refexd'
check "as what it was" has "$(as_node refex status --home $home)" "ngo@nrm.example"

check "who erases it disables it" types 'systemctl disable --now refexd'
check "overwrites the keys" types 'shred -u /var/lib/refex/{storage.key,keys,keys.d/*.pem}'
check "so that no key is left" is "$(cd $home && find . -name '*.pem' -o -name '*key*' -type f)" ""
check "deletes the folder" types 'rm -rf /var/lib/refex'
check "and the rest" types 'apt purge refex-node refex-cli && userdel refex'
check "nothing is kept" has_not "$said" "stays as it is"
mkdir -p /etc/systemd/system/refexd.service.d /etc/credstore.encrypted
touch /etc/systemd/system/refexd.service.d/override.conf /etc/credstore.encrypted/passphrase
check "and what systemd was told" types 'rm -rf /etc/systemd/system/refexd.service.d && systemctl daemon-reload'
check "with the sealed passphrase" types 'rm -f /etc/credstore.encrypted/passphrase'
check "nothing of it is left" is "$(find /etc/systemd/system/refexd.service.d /etc/credstore.encrypted -type f 2>/dev/null)" ""
echo "packages under systemd: held, $checks checks"
