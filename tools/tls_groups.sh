#!/bin/bash
# Which key exchange links have between Debian 12 and 13: builds in a Debian 13 of its own (build/debian13, by
# debootstrap), and links a node of there with one of here, and two of there. Needs root. Exits with 77 and says why
# where that cannot be.
set -euo pipefail
cd "$(dirname "$0")/.."

skip() { echo "skipped: no node of Debian 13: $1"; exit 77; }
[ "$(id -u)" = 0 ] || skip "only root may make namespaces with another root folder"
for program in debootstrap unshare; do command -v $program >/dev/null || skip "$program is not installed"; done
unshare --mount true 2>/dev/null || skip "this machine makes no namespaces"

export REFEX_DEBIAN=$PWD/build/debian13
# in_debian COMMAND…: with the sources at /src, and without a second root: what is mounted goes with the command.
in_debian() {
    unshare --mount bash -c 'mount -t proc proc "$0/proc" && mount --bind /dev "$0/dev" && exec chroot "$0" "$@"' \
        "$REFEX_DEBIAN" "$@"
}
[ -e "$REFEX_DEBIAN/made" ] || {
    rm -rf "$REFEX_DEBIAN"
    {
        debootstrap --variant=minbase trixie "$REFEX_DEBIAN" && cp /etc/resolv.conf "$REFEX_DEBIAN/etc" &&
            in_debian env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
                $(awk '$1 == "build" { print $2 }' tools/packages.txt)
    } >build/debian13.log 2>&1 </dev/null || skip "debootstrap or apt-get failed (build/debian13.log)"
    touch "$REFEX_DEBIAN/made"
}
mkdir -p "$REFEX_DEBIAN/src"
git ls-files -z | tar -c --null -T - | tar -x -C "$REFEX_DEBIAN/src"
in_debian /src/tools/build.sh release programs unit_link_test_tls
in_debian sh -c 'cd /src && ctest --test-dir build/release -R "^unit_link_test_tls\$" --output-on-failure'
REFEX_BIN=$PWD/build/release/bin tests/service/groups.sh
