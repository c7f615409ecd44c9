#!/bin/bash
# Goal: the commands of docs/OPERATING.md do what the page says, typed as they stand there: a federation is founded,
# three agencies join, one refers, one backs up, certificates are renewed, an endpoint moves, one is suspended, a machine
# is lost, a member is revoked, one leaves.
# Each person works in a folder of his own, and files go by hand.
. "$(dirname "$0")/lib.sh"

PATH=$(cd "$REFEX_BIN" && pwd):$PATH # it goes from folder to folder

# at PERSON: who types from now on.
at() { mkdir -p "$dir/$1" && cd "$dir/$1" || fail "there is no folder of $1"; }
# give FILE PERSON: by mail, or on a stick.
give() { cp "$1" "$dir/$2/"; }

# join NAME KIND: as "Join" has it. Its request's fingerprint is read out by the operator, and typed by the coordinator.
join() {
    at "$1"
    home[$1]=$dir/$1/node port[$1]=$(free_ports 1)
    does 'refex init --home node --agency shelter@nrm.example --kind Shelter --listen 127.0.0.1:7411 --listed' \
        shelter@ "$1@" Shelter "$2" 7411 "${port[$1]}"
    admit "$1" 'refex federation issue --home fed request.refex --out membership.refex'
    does 'refex enrol --home node membership.refex --federation 7F3A-QK2M-…' 7F3A-QK2M-… "$fingerprint"
}

# admit NAME LINE [TEXT WHAT]…: the coordinator signs the request in NAME's folder by LINE, and it has its membership.
admit() {
    local name=$1

    shift
    at "$name"
    give node/request.refex coordinator
    at coordinator
    ANSWERS=yes does "$@"
    give membership.refex "$name"
    at "$name"
}

at coordinator
say "found"
mkdir stick
does 'refex federation init --home fed --name nrm.example --root-key /media/stick/root.key' /media/stick stick
[[ $out =~ ([A-Z2-7]{4}-){13}[A-Z2-7]{4} ]] || fail "no fingerprint is printed: $out"
fingerprint=${BASH_REMATCH[0]}
fed=$dir/coordinator/fed

say "join, and run"
for agency in shelter:Shelter brama:SupportNGO police:Police; do
    join "${agency%:*}" "${agency#*:}"
done
grep -qxF 'refex node run --home node' "$dir/page" || fail "the page does not say how to run a node"
mkdir -m 700 -p backup/refex stick/refex # the police's
does 'refex enrol --home node membership.refex --backup-data /media/backup/refex --backup-keys /media/stick/refex' \
    /media/backup "$PWD/backup" /media/stick "$PWD/stick"
at coordinator
does 'refex federation publish --home fed --out directory.refex'
for agency in shelter brama police; do
    at "$agency"
    give ../coordinator/directory.refex "$agency"
    does 'refex enrol --home node membership.refex directory.refex'
    start "$agency"
done

say "look"
at coordinator
does 'refex federation show --home fed'
check "the coordinator sees the members" has "$out" brama
at shelter
page 'refex status --home node'
check "its node is asked how it is" test "$rc" -le 1
page 'refex doctor --home node'
check "the doctor looks at it" has "$out" "ok    clock"
does 'refex doctor --home node --report report'
does 'refex incident extent --home node --since 2026-11-30' 2026-11-30 "$(date -u +%F)"
check "what could be read is counted" has "$out" "could be read: "
does 'refex incident extent --home node --since 2026-11-30 --csv' 2026-11-30 "$(date -u +%F)"
does 'refex pause --home node --until 2026-11-30T18:00:00Z --reason maintenance' 2026-11-30T18:00:00Z "$(date -u -d '+2 hours' +%FT%TZ)"
does 'refex pause --home node --end'
does 'refex doctor --home node brama'
check "and at the way to another" has "$out" "ok    receipt"
does 'refex agency list --home node'
check "it lists the others" has "$out" police

say "back up"
at police
PAPER=paper does 'refex backup init --home node'
does 'refex backup now --home node'
TYPED=$(<paper) does 'refex backup rehearse --home node'
check "the words open both parts" has "$out" "The words open this backup"
does 'refex backup show --home node'

say "refer"
at brama
does 'refex case import --home node cases.csv' cases.csv "$cases/cases.csv --json"
of=$(grep -o '[0-9a-f]\{32\}' <<<"$out" | head -1)
does 'refex consent record --home node --case CASE --section triage --to shelter --purpose services --given-by self --language uk --notice leaflet-3 --seen-alone yes' \
    CASE "$of"
does 'refex referral send --home node --case CASE --to shelter --service SHELTER --urgency normal --partial' \
    CASE "$of" --partial '--partial --json'
referral=$(value "$out" referral)
until_true 20 "the referral arrives" state_is brama "$referral" delivered
does 'refex referral show --home node REFERRAL' REFERRAL "$referral"
check "and is shown so" has "$out" delivered
first=$referral

say "renew by hand: the same request again, and the node takes what comes back while it runs"
admit brama 'refex federation issue --home fed request.refex --out membership.refex'
does 'refex enrol --home node membership.refex --federation 7F3A-QK2M-…' 7F3A-QK2M-… "$fingerprint"
refer brama "$of" shelter
until_true 20 "a referral arrives under the new certificates" state_is brama "$referral" delivered

say "another endpoint"
moved=$(free_ports 1)
does 'refex request --home node --endpoint refex.brama.example.org:7411' refex.brama.example.org:7411 "127.0.0.1:$moved"
admit brama 'refex federation issue --home fed request.refex --out membership.refex'
at coordinator
does 'refex federation publish --home fed --out directory.refex'
give directory.refex brama
at brama
sed -i "s/^listen.*/listen = 127.0.0.1:$moved/" node/node.conf
does 'refex enrol --home node membership.refex directory.refex'
stop brama
start brama
knows_the_endpoint() { has "$(refex agency list --json --home "${home[shelter]}")" "127.0.0.1:$moved"; }
until_true 20 "the shelter has the new endpoint from brama itself" knows_the_endpoint 2>/dev/null
refer brama "$of" shelter
until_true 20 "and a referral arrives" state_is brama "$referral" delivered

say "another identity key, for which the one in use signs"
at brama
does 'refex node rekey --home node'
[[ $out =~ ([A-Z2-7]{4}-){13}[A-Z2-7]{4} ]] || fail "rekey prints no fingerprint: $out"
rekeyed=${BASH_REMATCH[0]}
give node/rekey.refex coordinator
at coordinator
does 'refex federation issue --home fed rekey.refex --out membership.refex'
check "the old key vouches for it" has "$out" "for which the one that was listed signed"
does 'refex federation publish --home fed --out directory.refex'
give directory.refex shelter
at shelter
does 'refex enrol --home node membership.refex directory.refex'
until_true 20 "brama's node takes the key by itself" eval '[[ $(refex audit list --log house --home "${home[brama]}") == *rekeyed* ]]' 2>/dev/null
check "the shelter holds nothing" has_not "$(refex status --home node)" E-FED-41
refer brama "$of" shelter
until_true 20 "a referral arrives under the new key" state_is brama "$referral" delivered

say "the old key was in other hands"
at coordinator
does 'refex federation revoke brama --home fed --reason key-compromise --old-keys --dry-run'
does 'refex federation revoke brama --home fed --reason key-compromise --old-keys --confirm=brama'
does 'refex federation publish --home fed --out directory.refex'
give directory.refex shelter
at shelter
does 'refex enrol --home node membership.refex directory.refex'
until_true 20 "the shelter doubts the new key" eval 'has "$(refex status --home node)" E-FED-41' 2>/dev/null
does 'refex agency confirm --home node brama FINGERPRINT' FINGERPRINT "$rekeyed"
check "compared, it is held no more" has_not "$(refex status --home node)" E-FED-41

say "a member suspends another: one alone stops nothing"
at shelter
does 'refex agency suspend --home node brama --confirm=brama'
suspends() { has "$(refex status --home "${home[$1]}")" E-RVK-12; }
until_true 20 "and it is named to the others" eval 'suspends police && suspends brama' 2>/dev/null

say "the machine of brama is lost"
at brama
crash brama
mv node lost
does 'refex init --home node --agency shelter@nrm.example --kind Shelter --listen 127.0.0.1:7411 --listed' \
    shelter@ brama@ Shelter SupportNGO 7411 "$moved"
[[ $out =~ ([A-Z2-7]{4}-){13}[A-Z2-7]{4} ]] || fail "init prints no fingerprint: $out"
read_out=${BASH_REMATCH[0]}
give node/request.refex coordinator
at coordinator
does 'refex federation issue --home fed request.refex --replace --dry-run --out membership.refex'
does 'refex federation issue --home fed request.refex --replace --confirm=brama --fingerprint F --out membership.refex' \
    'fingerprint F' "fingerprint $read_out"
does 'refex federation publish --home fed --out directory.refex'
give membership.refex brama
at brama
does 'refex enrol --home node membership.refex --federation 7F3A-QK2M-…' 7F3A-QK2M-… "$fingerprint"
start brama
at shelter
give ../coordinator/directory.refex shelter
does 'refex enrol --home node membership.refex directory.refex'
until_true 20 "the shelter sees the change" eval 'has "$(refex status --home node)" E-FED-41' 2>/dev/null
does 'refex agency show --home node brama'
check "theirs as the directory lists it" has "$out" "$read_out"
does 'refex agency confirm --home node brama FINGERPRINT' FINGERPRINT "$read_out"
until_true 20 "compared, it is held no more" eval 'has_not "$(refex status --home node)" E-FED-41' 2>/dev/null

say "a member is revoked"
at shelter
does 'refex agency consequences --home node brama'
at coordinator
does 'refex federation revoke brama --home fed --reason key-compromise --dry-run'
does 'refex federation revoke brama --home fed --reason key-compromise --confirm=brama'
does 'refex federation publish --home fed --out directory.refex'
give directory.refex shelter
at shelter
does 'refex enrol --home node membership.refex directory.refex'
ask shelter agency list
check "and the shelter lists it so" has "$out" key-compromise

say "an agency leaves"
at police
does 'refex leave --home node --dry-run'
ANSWERS=y does 'refex leave --home node'
leaves() { has "$(refex agency list --home "${home[shelter]}")" leaves; }
until_true 20 "the shelter reads it" leaves 2>/dev/null

say "the issuing CA is rolled over"
at coordinator
does 'refex federation rollover issuing --home fed --dry-run'
does 'refex federation rollover issuing --home fed --root-key /media/stick/root.key --confirm=issuing' /media/stick stick
does 'refex federation publish --home fed --out directory.refex'
give directory.refex shelter
at shelter
does 'refex enrol --home node membership.refex directory.refex'
at coordinator
page 'refex federation rollover issuing --home fed --finish --dry-run'
check "who has not renewed is named" has "$out" shelter
check "and it is said to be refused" has "$err" E-RVK-01
page 'refex federation rollover issuing --home fed --finish --confirm=issuing'
check "and nobody is cut off" has "$err" E-RVK-01

say "a new root is begun (85-new-root.sh goes all the way)"
mkdir new
does 'refex federation rollover root --home fed --dry-run'
does 'refex federation rollover root --home fed --root-key /media/stick/root.key --new-root-key /media/new/root.key --confirm=root' \
    /media/stick stick /media/new new
does 'refex federation rollover issuing --home fed --root-key /media/new/root.key --confirm=issuing' /media/new new
does 'refex federation rollover transport --home fed --root-key /media/new/root.key --confirm=transport' /media/new new
page 'refex federation rollover transport --home fed --finish --confirm=transport'
check "who has not renewed is not cut off" has "$err" E-RVK-01
page 'refex federation rollover root --home fed --root-key /media/new/root.key --finish --confirm=root' /media/new new
check "nor whose CA is the old root's" has "$err" E-FED-58

say "what is lost: the coordinator's machine, and a stick"
at coordinator
mkdir safe
cp stick/root.key safe/root.key
copy() {
    does 'rm -rf /media/safe/fed-new && cp -aT fed /media/safe/fed-new && sync' /media/safe safe
    does 'refex federation show --home /media/safe/fed-new' /media/safe safe
    check "the copy is of the same federation" has "$out" "$fingerprint"
    does 'rm -rf /media/safe/fed && mv -T /media/safe/fed-new /media/safe/fed && sync' /media/safe safe
}
copy
must refex federation publish --home fed --out directory.refex
copy
check "the second copy takes the place of the first" cmp -s fed/directory.note safe/fed/directory.note
must refex federation publish --home fed --out directory.refex
rm -rf fed stick/root.key
does 'test ! -e fed && cp -aT /media/safe/fed fed' /media/safe safe
does 'refex federation restore --home fed directory.refex'
check "it knows the newest directory again" cmp -s fed/directory.note directory.refex
does 'refex federation publish --home fed --out directory.refex'
give directory.refex shelter
at shelter
does 'refex enrol --home node membership.refex directory.refex'
at coordinator
does 'cp /media/safe/root.key /media/stick/root.key' /media/safe safe /media/stick stick
check "there are two again" cmp -s safe/root.key stick/root.key

say "an agency joins by invitation"
at coordinator
does 'refex federation invite shelter --home fed --out shelter.refex-invite' shelter school
words=$(sed -n '/^Six words/{n;s/^ *//;p}' <<<"$out")
does 'refex federation invite shelter --home fed --out shelter.refex-invite' shelter other
others=$(sed -n '/^Six words/{n;s/^ *//;p}' <<<"$out")
at school
does 'refex init --home node --agency shelter@nrm.example --kind Shelter --listen 127.0.0.1:7411 --listed' \
    shelter@ school@ Shelter School 7411 "$(free_ports 1)"
give ../coordinator/school.refex-invite school
give ../coordinator/other.refex-invite school
TYPED=$others page 'refex request --home node --invite shelter.refex-invite' shelter school
check "other words are not those" has "$out" E-ENR-23
TYPED=$others page 'refex request --home node --invite shelter.refex-invite' shelter other
check "the invitation of another agency is not this one's" has "$out" E-ENR-26
TYPED=$words does 'refex request --home node --invite shelter.refex-invite' shelter school
check "the words prove the federation" has "$out" "$fingerprint"
check "and nothing is said of an address, which stays" has_not "$out" "endpoint"
check "nor of where it listens" has_not "$out" "This node"
give node/request.refex coordinator
at coordinator
must refex federation issue --home fed request.refex --out membership.refex --json
check "nobody needs to compare" has "$out" '"bound":true'
give membership.refex school
at school
does 'refex enrol --home node membership.refex --federation 7F3A-QK2M-…' 7F3A-QK2M-… "$fingerprint"

say "a federation by several founders"
for founder in a b c; do
    at "founder-$founder"
    does 'refex federation founder --key a.key --out a.founder' a.key "$founder.key" a.founder "$founder.founder"
    mkdir -p "$dir/chair/stick"
    give "$founder.founder" chair
done
at chair
does 'refex federation init --home fed --name nrm.example --root-key /media/stick/root.key --founders a.founder,b.founder,c.founder --threshold 2' \
    /media/stick stick
does 'refex federation publish --home fed --out directory.refex'
check "it waits for two of them" has "$out" "2 signatures"
for founder in a c; do
    give directory.refex "founder-$founder"
    at "founder-$founder"
    ANSWERS=y does 'refex federation sign --key a.key directory.refex' a.key "$founder.key"
    check "the founder sees whose directory it is" has "$out" "the one on your agreement?"
    give directory.refex chair
    at chair
    does 'refex federation publish --home fed --signed directory.refex --out directory.refex'
done
check "and with two it is in use" has "$out" "give it to any member"
at founder-d
does 'refex federation founder --key a.key --out a.founder' a.key d.key a.founder d.founder
give d.founder chair
at chair
does 'refex federation rollover directory --home fed --number 3 --founder d.founder --root-key /media/stick/root.key --confirm=directory' \
    /media/stick stick
check "another founder's key waits for the others" has "$out" "2 signatures"
end_scenario
