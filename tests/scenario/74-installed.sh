#!/bin/bash
# Goal: what cmake --install makes runs from where it lies; its unit is confined as it says, names programs that are there,
# and its user and folder are made by systemd's own tools.
. "$(dirname "$0")/lib.sh"

root=$dir/root
must env DESTDIR="$root" cmake --install "$REFEX_BIN/.." --prefix /usr
unit=$root/usr/lib/systemd/system/refexd.service
skipped() { say "skipped: $1"; }
there() { command -v "$1" >/dev/null; }

say "the programs run from where they lie"
export PATH=$root/usr/bin:$PATH
check "refex is the installed one" is "$(command -v refex)" "$root/usr/bin/refex"
start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
check "so is the node" is "$(readlink "/proc/${pid[ngo]}/exe")" "$root/usr/lib/refex/refexd"
check "and its network process" is "$(readlink "/proc/$(link_process ngo)/exe")" "$root/usr/lib/refex/refex-link"
import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}
consent_for ngo "$of" triage mission --told-irreversible
refer ngo "$of" mission
until_true 10 "a referral arrives" state_is mission "$referral" delivered
stop ngo mission

say "each file is one of a package"
packed=("$(sed -n 's|.*\$(unit)/|usr/lib/systemd/system/|p' "$source_root/debian/rules")")
readarray -tO 1 packed < <(awk '{ print $1 }' "$source_root"/debian/*.install "$source_root/debian/not-installed")
in_no_package() {
    local file pattern

    while read -r file; do
        for pattern in "${packed[@]}"; do
            # shellcheck disable=SC2053
            [[ $file == $pattern || $file == $pattern/* ]] && continue 2
        done
        printf '%s\n' "$file"
    done < <(cd "$root" && find usr ! -type d)
}
check "debian/*.install has it" is "$(in_no_package)" ""

say "the unit"
page=$(grep -o 'file://[^ ]*' "$unit")
check "names a page that is there" test -r "$root${page#file://}"
check "starts the installed program" file_has "$unit" "ExecStart=/usr/lib/refex/refexd --home /var/lib/refex"
if there systemd-analyze; then
    check "its exposure is 1.5 at most" eval "systemd-analyze security --offline=true --threshold=15 '$unit' >/dev/null"
    check "and more than nothing" eval "! systemd-analyze security --offline=true --threshold=5 '$unit' >/dev/null"
    sed "s|/usr/lib/refex|$root/usr/lib/refex|" "$unit" >"$dir/refexd.service"
    run systemd-analyze verify --man=false "$dir/refexd.service"
    check "each line is understood" is "$rc:$err" "0:"
    allowed() { systemd-analyze syscall-filter "$1" 2>/dev/null; }
else
    skipped "systemd-analyze is not installed"
fi
if there systemd-sysusers && there systemd-tmpfiles; then
    mkdir -p "$root/etc"
    run systemd-sysusers --root="$root" "$root/usr/lib/sysusers.d/refex.conf"
    check "its user is made" is "$rc" 0
    check "without a shell" eval "grep '^refex:' '$root/etc/passwd' | grep -q nologin"
    run systemd-tmpfiles --root="$root" --create "$root/usr/lib/tmpfiles.d/refex.conf"
    check "its folder is its owner's, others pass" is "$(stat -c %a "$root/var/lib/refex")" 710
else
    skipped "systemd-sysusers and systemd-tmpfiles are not installed"
fi
skipped "the unit was not started: tools/service.sh does that, with a systemd of its own"
end_scenario
