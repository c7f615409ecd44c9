#!/bin/bash
# Goal: the agency's group reaches the node's socket, and none of what lies beside it; who is not in the group reaches nothing.
. "$(dirname "$0")/lib.sh"

if [ "$(id -u)" != 0 ]; then
    say "not root: other users were not looked at"
    end_scenario
    exit
fi

group=61000
node_user=61001
member=61002
stranger=61003
as() { # UID GROUPS COMMAND…
    setpriv --reuid "$1" --regid "$1" --groups "$2" env HOME=/ PATH="$PATH" "${@:3}"
}
as_node() { as $node_user $group "$@"; }
as_member() { as $member $group "$@"; }
as_stranger() { as $stranger $stranger "$@"; }

start_federation ngo:SupportNGO
as_member test -x "$(command -v refex)" || fail "the programs cannot be reached by another user"
chmod 0711 "$dir"
chown -R $node_user:$node_user "${home[ngo]}"
run_as=(setpriv --reuid $node_user --regid $node_user --groups $group)
modes() { stat -c '%a %g' "${home[ngo]}" "${home[ngo]}/run" "${home[ngo]}/run/control.sock" | tr '\n' ','; }

say "the socket, its folder and the home open to the group that node.conf names, and to nobody else"
printf 'group = %s\n' $group >>"${home[ngo]}/node.conf"
start ngo
check "modes and group" is "$(modes)" "710 $group,750 $group,660 $group,"
run as_member refex --home "${home[ngo]}" status
check "who is in the group and of no role is refused" is "$rc" 77
check "by name" has "$err" "(E-CTL-03)"
check "and it is said in the log" file_has "$dir/ngo.log" "event=control.denied uid=$member"
run as_stranger refex --home "${home[ngo]}" status
check "who is not in the group is refused" is "$rc" 77
check "by the folder: the node hears nothing of him" is "$(grep -c "uid=$stranger" "$dir/ngo.log")" 0
check "the home's files are there" [ -s "${home[ngo]}/refex.db-wal" ]
for file in refex.db refex.db-wal refex.db-shm lock node.conf storage.key keys keys.d/identity.pem; do
    run as_member cat "${home[ngo]}/$file"
    check "a member does not read $file" is_not "$rc" 0
done
run as_member ls "${home[ngo]}"
check "nor what there is" is_not "$rc" 0
as_node chmod 0 "${home[ngo]}/lock" # what a member sees of it
run as_node refex --home "${home[ngo]}" node stop --json
check "who does not read the lock is not told that the node has stopped" is "$out" '{"stopped":false}'
chmod 0600 "${home[ngo]}/lock"
wait "${pid[ngo]}" || fail "the node ended with $?"
unset "pid[ngo]"

say "a member is told that the node is stopped, and reads nothing of it"
for verb in "status" "case list" "node stop"; do
    run as_member refex --home "${home[ngo]}" $verb
    check "$verb: not running" is "$rc" 69
    check "$verb: as far as he can see" has "$err" "(E-NOD-05)"
done
run as_member refex --home "${home[ngo]}" audit verify
check "what a reader alone answers is refused by the folder" is "$rc" 77
check "by name" has "$err" "(E-NOD-08)"

say "a home with a file that is open by its own mode is not opened to the group"
chmod 0640 "${home[ngo]}/lock"
run as_node timeout 30 refex node run --home "${home[ngo]}"
check "the node does not start" is "$rc" 77
check "it says why" has "$err" "(E-NOD-08)"
check "and names the file" has "$err" "${home[ngo]}/lock"
chmod 0600 "${home[ngo]}/lock"

say "nor by a user who is not of the group"
run as $node_user $node_user timeout 30 refex node run --home "${home[ngo]}"
check "the node does not start" is "$rc" 78
check "it says why" has "$err" "(E-NOD-12)"

say "without the group the socket is the node's alone again"
sed -i '/^group/d' "${home[ngo]}/node.conf"
start ngo
check "its folder is shut" is "$(stat -c %a "${home[ngo]}/run")" 700
run as_member refex --home "${home[ngo]}" status
check "there is no way in" is "$rc" 77
check "and the node is not asked" is "$(grep -c "uid=$member" "$dir/ngo.log")" 1
stop ngo
end_scenario
