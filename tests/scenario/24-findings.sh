#!/bin/bash
# Goal: what an operator has to act on is found at real nodes and processes: another address than the directory shows,
# no way in, a network process that ends; each is named with exit 1, and ends when it was acted on.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
home[haven]=$dir/haven
must refex init --home "${home[haven]}" --agency haven@nrm.example --kind Shelter --dial-only --plain-key
must refex federation issue --home "$fed" "${home[haven]}/request.refex" --out "$dir/haven.membership"
publish
enrol haven

found() { # AGENCY CODE: whether its status names it, and exits with 1
    ask "$1" status
    [ "$rc" -eq 1 ] && has "$out" "($2)"
}
not_found() {
    ask "$1" status
    has_not "$out" "($2)"
}
node_conf() { # AGENCY SED
    sed -i "$2" "${home[$1]}/node.conf"
}

say "the directory shows another address than node.conf"
start ngo
check "as it was made there is none" not_found ngo E-FED-50
stop ngo
read -r other <<<"$(free_ports 1)"
node_conf ngo "s/:${port[ngo]}/:$other/"
start ngo
check "after its port was changed" found ngo E-FED-50
check "both are named" has "$out" "127.0.0.1:${port[ngo]}"
stop ngo
ask ngo status
check "also at a stopped node" has "$out" "(E-FED-50)"
node_conf ngo "s/:$other/:${port[ngo]}/"
start ngo
check "until they are the same" not_found ngo E-FED-50

say "a node that listens, and that no directory shows"
start haven
check "one that dials only chose so" not_found haven E-FED-52
stop haven
printf 'listen = 127.0.0.1:%s\n' "$other" >>"${home[haven]}/node.conf"
start haven
check "one that listens has no way in" found haven E-FED-52
stop haven
node_conf haven '/^listen = /d'
start haven
check "until it does not listen any more" not_found haven E-FED-52
stop haven

say "the network process ends again and again"
not_found_down() {
    ask ngo status
    [[ $out != *"the network process is not running"* ]]
}
ends() { # the pause before it is started again doubles each time: of one it is seen
    local process

    process=$(link_process ngo)
    [ "${process:-0}" = 0 ] || kill -KILL "$process" 2>/dev/null
    ask ngo status
    [ "$rc" -eq 1 ] && [[ $out == *"the network process is not running"* && $out == *"the network process was started"* ]]
}
until_true 20 "it is found not running, and how often it was started again" ends
until_true 20 "it runs again" not_found_down
check "that it was started so often stays" found ngo E-NOD-07
stop ngo
start ngo
check "until the node is started again" not_found ngo E-NOD-07
stop ngo

end_scenario
