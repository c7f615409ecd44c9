#!/bin/bash
# Goal: systemd's own tools make the user and the folder of the installed node.
. "$(dirname "$0")/lib.sh"

for tool in systemd-sysusers systemd-tmpfiles; do
    command -v "$tool" >/dev/null || skip_scenario "$tool is not installed"
done
root=$dir/root
must env DESTDIR="$root" cmake --install "$REFEX_BIN/.." --prefix /usr

mkdir -p "$root/etc"
run systemd-sysusers --root="$root" "$root/usr/lib/sysusers.d/refex.conf"
check "its user is made" is "$rc" 0
check "without a shell" eval "grep '^refex:' '$root/etc/passwd' | grep -q nologin"
run systemd-tmpfiles --root="$root" --create "$root/usr/lib/tmpfiles.d/refex.conf"
check "its folder is its owner's, others pass" is "$(stat -c %a "$root/var/lib/refex")" 710
end_scenario
