#!/bin/bash
# The Debian packages, in build/packages: package.sh PART. Each part passes, fails, or ends with 77 and says why it was
# skipped.
#   build      makes them; lintian and blhc find nothing
#   again      makes them twice more, elsewhere and as others would: the same bytes
#   install    a Debian of its own installs them: autopkgtest plays a referral; with systemd as its first process they
#              are upgraded, removed and purged
#   CODENAME   makes them in another Debian (trixie), whose lintian finds nothing, and installs them there
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/debian.sh

part=${1:?build, again, install, or the codename of a Debian}
packages=$PWD/build/packages
skip() { echo "skipped: $1"; exit 77; }
needs() { local program; for program; do command -v "$program" >/dev/null || skip "$program is not installed"; done; }
lint="lintian --allow-root --tag-display-limit 0 --fail-on error,warning"

# The tree as it is, without what is built: TO/refex, where another user would have it with other rights.
copy_tree() { # TO
    rm -rf "$1"
    mkdir -p "$1/refex"
    git ls-files -z --deduplicate -co --exclude-standard | tar --null -T - -c | tar -C "$1/refex" -x
}

# COMMANDS in that Debian's mount namespace, where $MOUNT is its root folder.
inside() { # FOLDER COMMANDS
    local run status=0
    run=$(mktemp -d)
    unshare --mount --pid --fork --kill-child bash -euc ". tools/debian.sh
        debian_mount '$1' '$run'
        MOUNT=$run/root
        $2" || status=$?
    rm -rf "$run"
    return $status
}

# The tests of debian/tests with what PACKAGES holds and Debian has, nothing else.
autopkgtest_in() { # FOLDER PACKAGES
    inside "$1" "
        chroot \"\$MOUNT\" apt-get -qq update
        autopkgtest -B '$2'/refex-{node,cli,ca,doc}_*.deb '$2/refex/' -- chroot \"\$MOUNT\"" \
        >"$2/autopkgtest.log" 2>&1 </dev/null || {
        tail -n 40 "$2/autopkgtest.log"
        return 1
    }
    sed -n '/: @@@@@* summary/,$p' "$2/autopkgtest.log"
}

case $part in
build)
    needs dpkg-buildpackage dh lintian blhc
    copy_tree "$packages"
    log=$packages/build.log
    (cd "$packages/refex" && env -u LDFLAGS -u CFLAGS dpkg-buildpackage -us -uc) >"$log" 2>&1 </dev/null || {
        tail -n 40 "$log"
        exit 1
    }
    $lint "$packages"/*.changes
    blhc --all "$log"
    ls -1 build/packages/*.deb
    ;;
again)
    needs reprotest faketime
    [ -e "$packages/build.log" ] || skip "there are no packages yet: tools/package.sh build"
    rm -rf build/again
    mkdir build/again
    dpkg-source -q -x "$packages"/*.dsc build/again/refex
    same=-user_group # reprotest needs sudo for another user
    { [ -w /dev/fuse ] && command -v disorderfs >/dev/null; } || same+=,-fileordering
    unshare -r --uts true 2>/dev/null || same+=,-domain_host
    reprotest --store-dir="$PWD/build/again/store" --vary=$same -s build/again/refex \
        'DEB_BUILD_OPTIONS="$DEB_BUILD_OPTIONS nocheck" dpkg-buildpackage -b -us -uc' '../*.deb' -- null \
        >build/again.log 2>&1 </dev/null || {
        grep -vE '^(\[|[ -]|dh_)' build/again.log | tail -n 60
        exit 1
    }
    grep '^No differences' build/again.log
    for deb in "$packages"/*.deb; do
        cmp "$deb" "build/again/store/control/$(basename "$deb")"
    done
    echo "the same bytes; not varied: $same"
    rm -rf build/again
    ;;
install)
    needs autopkgtest apt-ftparchive dpkg-deb
    why=$(debian_cannot)
    [ -z "$why" ] || skip "the packages were not installed: $why"
    [ -e "$packages/build.log" ] || skip "there are no packages yet: tools/package.sh build"
    . /etc/os-release
    root=$PWD/build/debian
    debian_make "$root" "$VERSION_CODENAME" systemd systemd-sysv dbus || skip "debootstrap failed ($root.log)"
    autopkgtest_in "$root" "$packages"
    rm -rf build/newer
    mkdir -p build/newer
    for deb in "$packages"/refex-{node,cli,ca,doc}_*.deb; do # the same again, of a higher version
        dpkg-deb -R "$deb" build/newer/unpacked
        sed -i -e 's/^Version: .*/&+later/' -e 's/(= \([^)]*\))/(= \1+later)/' build/newer/unpacked/DEBIAN/control
        dpkg-deb --root-owner-group -b build/newer/unpacked "build/newer/$(basename "$deb")" >/dev/null
        rm -rf build/newer/unpacked
    done
    debian_boot "$root" 'mkdir "$MOUNT/srv/packages" "$MOUNT/srv/newer"
        cp build/packages/*.deb "$MOUNT/srv/packages" && cp build/newer/*.deb "$MOUNT/srv/newer"
        chroot "$MOUNT" apt-get -qq update' tests/service/packages.sh
    ;;
*)
    needs autopkgtest apt-ftparchive
    why=$(debian_cannot)
    [ -z "$why" ] || skip "no packages were made in $part: $why"
    root=$PWD/build/debian-$part
    there=$PWD/build/packages-$part
    debian_make "$root" "$part" systemd || skip "debootstrap failed ($root.log)"
    debian_builds "$root-builds" "$part" || skip "debootstrap failed ($root-builds.log)"
    copy_tree "$there"
    inside "$root-builds" "
        mkdir \"\$MOUNT/srv/packages\"
        mount --bind '$there' \"\$MOUNT/srv/packages\"
        chroot \"\$MOUNT\" bash -euc 'cd /srv/packages/refex && dpkg-buildpackage -us -uc && $lint ../*.changes'" \
        >"$there/build.log" 2>&1 </dev/null || { tail -n 40 "$there/build.log"; exit 1; }
    autopkgtest_in "$root" "$there"
    inside "$root" "
        mkdir \"\$MOUNT/srv/packages\"
        cp '$there'/refex-{node,cli,ca,doc}_*.deb '$PWD/tests/service/removed.sh' \"\$MOUNT/srv/packages\"
        chroot \"\$MOUNT\" apt-get -qq update
        chroot \"\$MOUNT\" bash /srv/packages/removed.sh" </dev/null
    ;;
esac
