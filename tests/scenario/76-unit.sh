#!/bin/bash
# Goal: the installed unit is confined as it says, and each of its lines is understood by systemd.
. "$(dirname "$0")/lib.sh"

command -v systemd-analyze >/dev/null || skip_scenario "systemd-analyze is not installed"
root=$dir/root
must env DESTDIR="$root" cmake --install "$REFEX_BIN/.." --prefix /usr
unit=$root/usr/lib/systemd/system/refexd.service

check "its exposure is 1.5 at most" eval "systemd-analyze security --offline=true --threshold=15 '$unit' >/dev/null"
check "and more than nothing" eval "! systemd-analyze security --offline=true --threshold=5 '$unit' >/dev/null"
sed "s|/usr/lib/refex|$root/usr/lib/refex|" "$unit" >"$dir/refexd.service"
run systemd-analyze verify --man=false "$dir/refexd.service"
check "each line is understood" is "$rc:$err" "0:"
end_scenario
