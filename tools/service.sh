#!/bin/bash
# The unit where systemd is the first process: in a Debian of its own (tools/debian.sh). Needs root. Exits with 77 and
# says why where that cannot be.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/debian.sh

skip() { echo "skipped: the unit was not started under systemd: $1"; exit 77; }
why=$(debian_cannot)
[ -z "$why" ] || skip "$why"
. /etc/os-release
compgen -G '/usr/lib/*/faketime/libfaketime.so.1' >/dev/null || skip "libfaketime is not installed (./dev setup)"
root=$PWD/build/debian
debian_make "$root" "$VERSION_CODENAME" systemd systemd-sysv dbus || skip "debootstrap failed ($root.log)"
tools/build.sh release programs

# The libraries of this machine go with the programs.
# shellcheck disable=SC2016
debian_boot "$root" '
DESTDIR="$MOUNT" cmake --install build/release --prefix /usr >/dev/null
mkdir -p "$MOUNT/usr/local/lib"
ldd build/release/bin/refexd build/release/bin/refex build/release/bin/refex-link build/release/bin/refex-ca |
    awk "\$3 ~ \"^/\" { print \$3 }" | sort -u | grep -v "/libc\.so\|/libm\.so" | xargs cp -Lt "$MOUNT/usr/local/lib"
cp -L /usr/lib/*/faketime/libfaketime.so.1 "$MOUNT/usr/local/lib"
chroot "$MOUNT" ldconfig' tests/service/inside.sh
