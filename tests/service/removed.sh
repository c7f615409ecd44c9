#!/bin/bash
# Runs as root in a Debian without a systemd that runs, with the packages beside it: what was made of a node outlives them.
set -eu
export DEBIAN_FRONTEND=noninteractive
cd "$(dirname "$0")"
failed() { printf 'did not hold: %s\n%s\n' "$1" "${said:-}"; exit 1; }
home=/var/lib/refex
kept() { (cd $home && find . -print0 | sort -z | xargs -0 stat -c '%n %U %a' && cat node.conf keys.d/*) | sha256sum; }

said=$(apt-get -y --no-install-recommends install ./refex-{node,cli,ca,doc}_*.deb 2>&1) || failed "they are installed"
[[ $said == *"no agency was made of this node yet"* ]] || failed "it is said that no agency was made"
runuser -u refex -- refex init --home $home --agency ngo@nrm.example --kind SupportNGO --listen 127.0.0.1:7411 --plain-key \
    >/dev/null 2>&1 || failed "a node is made"
before=$(kept)
said=$(apt-get -y remove refex-node 2>&1) || failed "it is removed"
[[ $said == *"/var/lib/refex stays as it is"* ]] || failed "what is kept is said"
said=$(apt-get -y purge refex-node refex-cli refex-ca 2>&1) || failed "it is purged"
[[ $said == *"/var/lib/refex stays as it is"* ]] || failed "what is kept is said again"
[ "$(kept)" = "$before" ] || failed "nothing of it is gone"
getent passwd refex >/dev/null || failed "nor who it belongs to"
echo "installed, removed and purged: the node's folder is as it was"
