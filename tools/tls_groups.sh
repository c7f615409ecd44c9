#!/bin/bash
# Which key exchange links have between Debian 12 and 13: builds in a Debian 13 of its own (tools/debian.sh), and links
# a node of there with one of here, and two of there. Needs root. Exits with 77 and says why where that cannot be.
set -euo pipefail
cd "$(dirname "$0")/.."

. tools/debian.sh

skip() { echo "skipped: no node of Debian 13: $1"; exit 77; }
why=$(debian_cannot)
[ -z "$why" ] || skip "$why"
export REFEX_DEBIAN=$PWD/build/debian-trixie-builds
debian_builds "$REFEX_DEBIAN" trixie || skip "debootstrap failed ($REFEX_DEBIAN.log)"
mkdir -p "$REFEX_DEBIAN/src"
git ls-files -z | tar -c --null -T - | tar -x -C "$REFEX_DEBIAN/src"
debian_in "$REFEX_DEBIAN" /src/tools/build.sh release programs unit_link_test_tls
debian_in "$REFEX_DEBIAN" ctest --test-dir /src/build/release -R '^unit_link_test_tls$' --output-on-failure
tools/build.sh release programs
REFEX_BIN=$PWD/build/release/bin tests/service/groups.sh
