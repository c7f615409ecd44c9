#!/bin/bash
# Goal: agencies are asked whether they have room, about nobody, and answer; what nobody answers ends by itself.
. "$(dirname "$0")/lib.sh"

in_minutes() { date -u -d "$1 minutes" +%FT%TZ; }

start_federation ngo:SupportNGO haven:Shelter mission:InternationalOrganisation
start ngo haven mission
answered() { [ "$(value "$(refex capacity list --json --home "${home[ngo]}" | sed -n "$1p")" answer)" = "$2" ]; }
came() { refex capacity list --json --home "${home[$1]}" | grep -q '"state":"waits"'; }

refused 64 E-USE-02 ngo capacity ask --service SHELTER --for adults
refused 64 E-USE-04 ngo capacity ask --service SHELTER --for nobody --to haven
refused 64 E-USE-04 ngo capacity ask --service SHELTER --for adults --to haven --places 17
refused 64 E-REF-11 ngo capacity ask --service SHELTER --for adults --to haven --from 2020-01-01
said ngo capacity ask --service SHELTER --places 3 --for adults --to haven,mission --language uk
check "it is asked coarser than it was typed" has "$out" '"places":4'
check "by the code of the language" has "$out" '"languages":["ukr"]'
until_true 10 "it comes" came haven
until_true 10 "to both" came mission
ask_well haven capacity list
check "what is asked, and until when they wait" has "$out" "up to 4 for adults, ukr"
ask haven status
check "status says that somebody waits" has "$out" "refex capacity list"
ask_well haven watch --once --since start --json
check "who watches is told" has "$out" '"message_kind":"inquiry"'
refused 66 E-INQ-01 haven capacity answer 7 --yes
refused 64 E-USE-02 haven capacity answer 1
said haven capacity answer 1 --yes --until "$(in_minutes 120)" --phone +48221234567
refused 65 E-INQ-02 haven capacity answer 1 --no
until_true 10 "the answer comes" answered 1 yes
said ngo capacity list
check "with its phone" has "$out" '"phone":"+48221234567"'
ask_well ngo capacity list
check "and until when the other is waited for" has "$out" "no answer yet, waits until"
crash ngo
start ngo
ask_well mission capacity answer 1 --no --until "$(date -u +%F)"
check "a day that is named is the last one" has "$out" "$(date -u +%F) 23:59"
until_true 10 "the other answers, too" answered 2 no
check "no case and no consent was needed" is "$(refex case list --json --home "${home[ngo]}")" ""
logs_verify ngo haven mission
end_scenario
