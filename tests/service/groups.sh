#!/bin/bash
# Goal: two nodes of Debian 13 link with X25519MLKEM768, one of Debian 12 with either by X25519; referrals go over both.
# Run by tools/tls_groups.sh, which made $REFEX_DEBIAN.
. "$(dirname "$0")/../scenario/lib.sh"

# The node of Debian 13, of the home that lies here.
mkdir -p "$REFEX_DEBIAN/$dir"
in_debian=(unshare --mount bash -c
    'mount -t proc proc "$1/proc" && mount --bind /dev "$1/dev" && mount --bind "$0" "$1/$0" && export PATH=/src/build/release/bin:$PATH && shift && exec chroot "$REFEX_DEBIAN" "$@"'
    "$dir" "$REFEX_DEBIAN")
. /etc/os-release
here_has=X25519
[ "${VERSION_ID:-0}" -lt 13 ] || here_has=X25519MLKEM768

# group_is AGENCY OTHER GROUP
group_is() {
    is "$(value "$(refex agency show "$2" --home "${home[$1]}" --json | grep -F "\"agency\":\"$2@")" tls_group)" "$3"
}

start_federation ngo:SupportNGO mission:InternationalOrganisation police:Police
start ngo
run_as=("${in_debian[@]}")
start mission police
run_as=()
import_cases ngo "$cases/cases.csv"
of=${out%%$'\n'*}
for other in mission police; do
    consent_for ngo "$of" triage "$other" --told-irreversible
    refer ngo "$of" "$other"
    until_true 20 "it arrives at $other" state_is ngo "$referral" delivered
    check "with Debian 12 it is what both have" group_is ngo "$other" "$here_has"
    check "and the other side says the same" group_is "$other" ngo "$here_has"
done
import_cases mission "$cases/cases.csv"
of=${out%%$'\n'*}
consent_for mission "$of" triage police --told-irreversible
refer mission "$of" police
until_true 20 "it arrives" state_is mission "$referral" delivered
check "two of Debian 13 have the hybrid" group_is mission police X25519MLKEM768
ask_well mission agency show police
check "people are told, too" has "$out" "link         TLS 1.3 with X25519MLKEM768"
logs_verify ngo mission police
end_scenario
