#!/bin/bash
# Goal: certificates renew by themselves, through the coordinator's node: of a node whose certificate is at two thirds of
# its life, and of one whose certificate has ended, which is let in for that alone. Links stand, and what changes more
# than dates waits for a person.
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
issue desk
publish
for agency in desk due ended other; do enrol $agency; done
echo "federation = $fed" >>"${home[desk]}/node.conf"
# Another key in the request: a person looks at it.
must refex init --home "$dir/thief" --agency other@nrm.example --kind SupportNGO --listed --listen 127.0.0.1:1
cp "$dir/thief/request.refex" "${home[other]}/request.refex"

due=$(until_of due)
ended=$(until_of ended)
start desk
say "at two thirds of its life, by itself"
start due
until_true 30 "it has another certificate" has_new due "$due"
check "its link stood" has_not "$(cat "$dir/due.log")" event=link.down
check "it says so" file_has "$dir/due.log" "event=renewal.done peer=desk@nrm.example"

say "after the end"
start ended
until_true 30 "it has another certificate" has_new ended "$ended"
check "its link was a narrow one" file_has "$dir/desk.log" "peer=ended@nrm.example dialled=0 group=$(value "$(refex agency show due --home "${home[desk]}" --json | grep -F '"agency":"due@')" tls_group) narrow=ended"

say "what changes more than dates"
start other
until_true 30 "a person is asked for" file_has "$dir/other.log" "event=renewal.refused peer=desk@nrm.example reason=person"
check "the coordinator is told whose" file_has "$dir/desk.log" "event=renewal.person agency=other@nrm.example"
logs_verify desk due ended
end_scenario
