# A Debian of its own, for what has to be tried where nothing else is installed: sourced by others here.
# It is made once by debootstrap and stays as it was made: what changes lies in memory.

# Says why there can be none here, if so.
debian_cannot() {
    local program

    [ "$(id -u)" = 0 ] || { echo "only root may make namespaces with another root folder"; return; }
    for program in debootstrap unshare nsenter; do
        command -v $program >/dev/null || { echo "$program is not installed"; return; }
    done
    unshare --mount --pid --fork --uts --ipc --cgroup true 2>/dev/null || echo "this machine makes no namespaces"
}

# debian_make FOLDER CODENAME [PACKAGE…]: fails where that cannot be had; FOLDER.log says why.
debian_make() {
    local root=$1 codename=$2

    shift 2
    [ ! -e "$root/made" ] || return 0
    rm -rf "$root"
    {
        debootstrap --variant=minbase --include=ca-certificates "$codename" "$root" &&
            debian_in "$root" env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$@"
    } >"$root.log" 2>&1 </dev/null && touch "$root/made"
}

# debian_builds FOLDER CODENAME: one in which refex and its packages can be built.
debian_builds() {
    # shellcheck disable=SC2046
    debian_make "$1" "$2" $(awk '$1 == "build" { print $2 }' tools/packages.txt) debhelper lintian python3
}

# debian_in FOLDER COMMAND…: in that Debian itself; what the command changes stays.
debian_in() {
    [ ! -e /etc/resolv.conf ] || cp -L /etc/resolv.conf "$1/etc/resolv.conf"
    unshare --mount bash -c 'mount -t proc proc "$0/proc" && mount --bind /dev "$0/dev" && exec chroot "$0" "$@"' "$@"
}

# debian_mount FOLDER RUN, in a mount namespace of one's own: RUN/root is that Debian, with what a program expects.
debian_mount() {
    local root=$1 run=$2

    mount -t tmpfs layer "$run"
    mkdir "$run/upper" "$run/work" "$run/root"
    mount -t overlay -o lowerdir="$root",upperdir="$run/upper",workdir="$run/work" overlay "$run/root"
    mount -t proc proc "$run/root/proc"
    mount --bind /sys "$run/root/sys"
    mount -t tmpfs tmp "$run/root/tmp"
    mount --bind /dev "$run/root/dev"
    [ ! -e /etc/resolv.conf ] || cp -L /etc/resolv.conf "$run/root/etc/resolv.conf"
}

# debian_boot FOLDER PREPARE SCRIPT: systemd is the first process of that Debian, in namespaces of its own. PREPARE is
# run before, with MOUNT, the folder that it has as its root; then SCRIPT in it. Returns what SCRIPT ends with; 77, and
# says why, if systemd does not start.
debian_boot() {
    local root=$1 prepare=$2 script=$3 run told receiver above line='' first status=0

    run=$(mktemp -d)
    cat >"$run/boot" <<EOF
set -e
. tools/debian.sh
debian_mount "$root" "$run"
MOUNT=$run/root
mount -t tmpfs cgroup "\$MOUNT/sys/fs/cgroup"
mkdir "\$MOUNT/sys/fs/cgroup/systemd"
mount -t cgroup -o none,name=systemd,xattr systemd "\$MOUNT/sys/fs/cgroup/systemd"
mount -t tmpfs run "\$MOUNT/run"
mount --make-rshared "\$MOUNT" # what systemd mounts for a unit is seen there
$prepare
cp "$script" "\$MOUNT/srv/inside.sh"
exec env -i container=refex NOTIFY_SOCKET=@refex-$$ PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "\$MOUNT" \\
    /lib/systemd/systemd --system --log-target=console --show-status=false --unit=multi-user.target
EOF
    # systemd tells when it has started, as a unit does.
    exec {told}< <(exec tests/scenario/notify_receiver.py "@refex-$$" /dev/stdout)
    receiver=$!
    read -rt 20 -u "$told" _ || { echo "skipped: nothing listens to what systemd tells"; rm -rf "$run"; return 77; }
    unshare --mount --pid --fork --kill-child --uts --ipc --cgroup bash "$run/boot" >"$root.boot.log" 2>&1 </dev/null &
    above=$!
    disown "$above"
    while [[ $line != *READY=1 ]] && read -rt 60 -u "$told" line; do :; done
    kill "$receiver"
    exec {told}<&-
    if [[ $line == *READY=1 ]]; then
        first=$(pgrep -P "$above")
        timeout --kill-after=5 300 nsenter -t "$first" -p -m -r -w bash /srv/inside.sh >"$root.said" 2>&1 </dev/null ||
            status=$?
        cat "$root.said"
    else
        tail -n 5 "$root.boot.log"
        echo "skipped: systemd did not start in a namespace of its own"
        status=77
    fi
    kill -KILL "$above" # and with it systemd, and all in its namespace
    rm -rf "$run"
    return $status
}
