#!/bin/bash
# The unit where systemd is the first process: in a Debian of its own (build/debian, by debootstrap), in namespaces of
# its own. Needs root. Exits with 77 and says why where that cannot be.
set -euo pipefail
cd "$(dirname "$0")/.."

skip() { echo "skipped: the unit was not started under systemd: $1"; exit 77; }
[ "$(id -u)" = 0 ] || skip "only root may make namespaces with another root folder"
for program in debootstrap unshare nsenter; do command -v $program >/dev/null || skip "$program is not installed"; done
unshare --mount --pid --fork --uts --ipc --cgroup true 2>/dev/null || skip "this machine makes no namespaces"

root=$PWD/build/debian
. /etc/os-release
[ -e "$root/made" ] || {
    rm -rf "$root"
    debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus "$VERSION_CODENAME" "$root" \
        >build/debian.log 2>&1 || skip "debootstrap failed (build/debian.log)"
    touch "$root/made"
}
run=$(mktemp -d)
mount=$run/root
mkdir "$mount"
above=
clean_up() {
    [ -z "$above" ] || kill -KILL "$above" # and with it systemd, and all in its namespace
    rm -rf "$run"
}
trap clean_up EXIT

# What changes lies in memory: the Debian stays as it was made.
cat >"$run/boot" <<EOF
set -e
mount -t tmpfs layer "$run"
mkdir "$run/upper" "$run/work" "$mount"
mount -t overlay -o lowerdir="$root",upperdir="$run/upper",workdir="$run/work" overlay "$mount"
mount -t proc proc "$mount/proc"
mount --bind /sys "$mount/sys"
mount -t tmpfs cgroup "$mount/sys/fs/cgroup"
mkdir "$mount/sys/fs/cgroup/systemd"
mount -t cgroup -o none,name=systemd,xattr systemd "$mount/sys/fs/cgroup/systemd"
mount -t tmpfs run "$mount/run"
mount -t tmpfs tmp "$mount/tmp"
mount --bind /dev "$mount/dev"
mount --make-rshared "$mount" # what systemd mounts for a unit is seen there
DESTDIR="$mount" cmake --install build/release --prefix /usr >/dev/null
mkdir -p "$mount/usr/local/lib"
ldd build/release/bin/refexd build/release/bin/refex build/release/bin/refex-link build/release/bin/refex-ca |
    awk '\$3 ~ "^/" { print \$3 }' | sort -u | grep -v '/libc\\.so\\|/libm\\.so' | xargs cp -Lt "$mount/usr/local/lib"
chroot "$mount" ldconfig
cp tests/service/inside.sh "$mount/srv"
exec env -i container=refex NOTIFY_SOCKET=@refex-$$ PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$mount" \\
    /lib/systemd/systemd --system --log-target=console --show-status=false --unit=multi-user.target
EOF
# systemd tells when it has started, as a unit does.
exec {told}< <(exec tests/scenario/notify_receiver.py "@refex-$$" /dev/stdout)
receiver=$!
read -rt 20 -u "$told" _ || skip "nothing listens to what systemd tells"
unshare --mount --pid --fork --kill-child --uts --ipc --cgroup bash "$run/boot" >build/debian.boot.log 2>&1 </dev/null &
above=$!
disown "$above"
line=
while [[ $line != *READY=1 ]] && read -rt 60 -u "$told" line; do :; done
kill "$receiver"
[[ $line == *READY=1 ]] || {
    tail -n 5 build/debian.boot.log
    skip "systemd did not start in a namespace of its own"
}
first=$(pgrep -P "$above")
timeout --kill-after=5 120 nsenter -t "$first" -p -m -r -w bash /srv/inside.sh >build/debian.said 2>&1 </dev/null &&
    status=0 || status=$?
cat build/debian.said
exit $status
