#!/bin/bash
# Goal: certificates renew by themselves, through the coordinator's node: of a node whose certificate is at two thirds of
# its life, and of one whose certificate has ended, which is let in for that alone. The transport key is another one then,
# the old one is gone, links stand, and who was revoked waits for a person.
. "$(dirname "$0")/lib.sh"

for faketime in /usr/lib/*/faketime/libfaketime.so.1; do :; done
[ -e "$faketime" ] || fail "libfaketime is not installed (./dev setup)"
# ago DAYS COMMAND…: as if it were so many days ago.
ago() {
    local days=$1

    shift
    (
        export LD_PRELOAD=$faketime FAKETIME="-${days}d" ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
        "$@"
    ) || exit 1
}
until_of() { value "$(status_of "$1")" transport_until; }
has_new() { [ "$(until_of "$1")" != "$2" ]; }

ago 110 create_federation
fingerprint=$(value "$(refex federation show --home "$fed" --json)" fingerprint)
for agency in desk:Ministry due:Shelter ended:Police other:SupportNGO; do init_home "${agency%:*}" "${agency#*:}"; done
ago 95 issue ended
ago 70 issue due
ago 70 issue other
ago 70 issue desk
publish
for agency in desk due ended other; do enrol $agency; done
# The keys lie under a passphrase, which the service manager gives to the coordinator's node.
credentials=$dir/credentials
(umask 077 && mkdir "$credentials" && echo "the federation's keys" >"$credentials/federation-passphrase")
must refex federation passphrase --home "$fed" --new-passphrase-file "$credentials/federation-passphrase"
echo "federation = $fed" >>"${home[desk]}/node.conf"
transport_keys() { # of AGENCY: their names, and the sum of the one in use
    (cd "${home[$1]}/keys.d" && echo transport* && sha256sum <transport.pem)
}

due=$(until_of due)
due_keys=$(transport_keys due)
ended=$(until_of ended)
desk=$(until_of desk)
CREDENTIALS_DIRECTORY=$credentials start desk
say "at two thirds of its life, by itself"
start due
until_true 30 "it has another certificate" has_new due "$due"
check "its link stood" has_not "$(cat "$dir/due.log")" event=link.down
check "it says so" file_has "$dir/due.log" "event=renewal.done peer=desk@nrm.example"
check "its key is another one" is_not "$(transport_keys due)" "$due_keys"
check "one lies there" is "$(transport_keys due | head -n 1)" transport.pem

until_true 30 "and so has the coordinator's node" has_new desk "$desk"

say "who makes it has the folder and nothing else"
ca=$(pgrep -P "${pid[desk]}" -x refex-ca)
of_ca() { sed -n "s/^$1:[[:space:]]*//p" "/proc/$ca/status"; }
check "no new privileges" is "$(of_ca NoNewPrivs)" 1
check "seccomp filters" is "$(of_ca Seccomp)" 2
opened() { readlink /proc/"$ca"/fd/* | grep -vE '^(/dev/null|socket:|pipe:|/.*/desk.log$)'; }
opens_nothing_else() { [ -z "$(opened)" ]; }
until_true 5 "between two questions it has the seam and its log open, and nothing else" opens_nothing_else
check "one socket" is "$(readlink /proc/"$ca"/fd/* | grep -c '^socket:')" 1

# A file in the place of another is not opened by who is confined: it ends, and the next one is asked the same.
say "the folder changes under it"
must refex federation publish --home "$fed" --out "$dir/next.directory" --passphrase-file "$credentials/federation-passphrase"

say "after the end"
start ended
until_true 30 "it has another certificate" has_new ended "$ended"
check "another process made it" file_has "$dir/desk.log" event=renewal.folder_changed
check "its link was a narrow one" file_has "$dir/desk.log" "peer=ended@nrm.example dialled=0 group=$(value "$(refex agency show due --home "${home[desk]}" --json | grep -F '"agency":"due@')" tls_group) narrow=ended"

stop due
start due
check "its request is of that key" must refex federation issue --home "$fed" "${home[due]}/request.refex" --dry-run --out "$dir/m"

say "who was revoked"
must refex federation revoke --home "$fed" other --reason suspended --confirm=other --passphrase-file "$credentials/federation-passphrase"
start other
until_true 30 "a person is asked for" file_has "$dir/other.log" "event=renewal.refused peer=desk@nrm.example reason=person"
check "the coordinator is told whose" file_has "$dir/desk.log" "event=renewal.person agency=other@nrm.example"
logs_verify desk due ended
end_scenario
