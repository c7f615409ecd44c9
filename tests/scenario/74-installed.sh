#!/bin/bash
# Goal: what cmake --install makes runs from where it lies, and its unit names programs that are there. Started under
# systemd it is by tools/service.sh.
. "$(dirname "$0")/lib.sh"

root=$dir/root
must env DESTDIR="$root" cmake --install "$REFEX_BIN/.." --prefix /usr
unit=$root/usr/lib/systemd/system/refexd.service

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
end_scenario
