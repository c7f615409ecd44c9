#!/bin/bash
# A founder's directory key on a token: builds in a Debian 13 of its own (tools/debian.sh), with pkcs11-provider and
# SoftHSM 2 there, and runs tests/service/tokens.sh in it. Needs root. Exits with 77 and says why where that cannot be.
set -euo pipefail
cd "$(dirname "$0")/.."

. tools/debian.sh

skip() { echo "skipped: no token of Debian 13: $1"; exit 77; }
why=$(debian_cannot)
[ -z "$why" ] || skip "$why"
debian=$PWD/build/debian-trixie-tokens
# shellcheck disable=SC2046
debian_make "$debian" trixie $(awk '$1 == "build" { print $2 }' tools/packages.txt) openssl opensc \
    pkcs11-provider softhsm2 ||
    skip "debootstrap failed ($debian.log)"
rm -rf "$debian/src/tests" # what an earlier run left of it
mkdir -p "$debian/src"
git ls-files -z | tar -c --null -T - | tar -x -C "$debian/src"
debian_in "$debian" /src/tools/build.sh release programs
debian_in "$debian" /src/tests/service/tokens.sh
