#!/bin/bash
# Goal: a link needs a valid transport certificate of this federation on both sides, whoever dials; every other peer is
# refused with a code and a reason.
. "$(dirname "$0")/lib.sh"

create_federation
# Certificates with the id of the machine of AGENCY, as the directory lists it; of a stranger, with one that it never does.
make_certs() {
    must /usr/bin/python3 "$here/certs.py" "$fed" "$(cat "$dir/$1/node.id" 2>/dev/null || printf '5%031d' 0)" "$dir/certs-$1"
}

# Adds an agency at whose endpoint a TLS server uses the certificate CERT of the agency OF.
serve() { # AGENCY OF CERT [OPTIONS…]
    local agency=$1 of=$2 cert=$3 server line at=

    shift 3
    port[$agency]=$(free_ports 1)
    add_member "$agency" SocialServices
    make_certs "$agency"
    mkfifo "$dir/$agency.out"
    exec {server}<>"$dir/$agency.out"
    openssl s_server -accept "127.0.0.1:${port[$agency]}" -cert "$dir/certs-$of/$cert.pem" -key "$dir/certs-$of/key.pem" \
        -Verify 3 -verify_quiet -naccept 100 "$@" <"$dir/quiet" >"$dir/$agency.out" 2>"$dir/$agency.server.err" &
    helpers+=($!)
    while [ -z "$at" ] && read -rt 10 -u "$server" line; do
        [[ $line =~ ^ACCEPT ]] && at=yes
    done
    [ -n "$at" ] || fail "openssl s_server does not listen for $agency"
}

refusals() { grep 'event=link.refused' "$dir/mission.log" | grep -c "code=$1 .*$2"; }
refused_more() { [ "$(refusals "$1" "$3")" -gt "$2" ]; }

# Dials the mission with these options of openssl; the mission must refuse with CODE and log REASON.
dial_refused() { # CODE REASON OPTIONS…
    local code=$1 reason=$2 before

    shift 2
    before=$(refusals "$code" "reason=$reason ")
    timeout 20 openssl s_client -connect "127.0.0.1:${port[mission]}" "$@" </dev/null >"$dir/dial.txt" 2>&1
    until_true 5 "refused with $code, $reason" refused_more "$code" "$before" "reason=$reason "
}
as() { printf '%s ' -cert "$dir/certs-$1/$2.pem" -key "$dir/certs-$1/key.pem"; }

say "agencies at whose endpoints other peers answer"
port[ngo]=$(free_ports 1)
add_member ngo SupportNGO
make_certs ngo
make_certs stranger
modern=(-tls1_3 -alpn refex/1)
serve ca ca wrong-ca "${modern[@]}"
serve old old expired "${modern[@]}"
serve client client client-only "${modern[@]}"
serve other ngo good "${modern[@]}"
serve tls12 tls12 good -tls1_2 -alpn refex/1
serve plain plain good -tls1_3
add_member mission InternationalOrganisation
publish
enrol ngo
enrol mission
start mission ngo

say "whoever dials with a wrong certificate is refused with a code"
modern=(-tls1_3 -alpn refex/1)
timeout 20 openssl s_client -connect "127.0.0.1:${port[mission]}" "${modern[@]}" $(as ngo good) -sess_out "$dir/session" \
    </dev/null >"$dir/dial.txt" 2>&1
check "a good certificate is let in" file_has "$dir/dial.txt" "New, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384"
check "with our protocol" file_has "$dir/dial.txt" "ALPN protocol: refex/1"
check "the node asks for a certificate" file_has "$dir/dial.txt" " Temp Key: X25519, "
check "and says of no authority that it should have issued it" file_has "$dir/dial.txt" "No client certificate CA names sent"
check "no ticket is given to resume with" is "$(grep -c 'New Session Ticket' "$dir/dial.txt")" 0
check "there is nothing to resume with" is "$([ -s "$dir/session" ] && echo a session)" ""
dial_refused E-LNK-02 wrong-ca "${modern[@]}" $(as ngo wrong-ca)
dial_refused E-LNK-02 wrong-ca "${modern[@]}" $(as ngo good) -cert_chain "$dir/certs-ngo/chain.pem"
check "the alert tells a stranger nothing" is "$(grep -cE 'alert (unknown ca|certificate (expired|revoked))' "$dir/dial.txt")" 0
dial_refused E-LNK-03 expired "${modern[@]}" $(as ngo expired)
dial_refused E-LNK-03 expired "${modern[@]}" $(as ngo not-yet)
dial_refused E-LNK-06 wrong-use "${modern[@]}" $(as ngo client-only)
dial_refused E-LNK-06 wrong-use "${modern[@]}" $(as ngo server-only)
dial_refused E-LNK-06 wrong-use "${modern[@]}" $(as ngo no-use)
dial_refused E-LNK-14 not-a-member "${modern[@]}" $(as stranger good)
dial_refused E-LNK-20 no-certificate "${modern[@]}"
dial_refused E-LNK-08 tls -tls1_2 -alpn refex/1 $(as ngo good)
dial_refused E-LNK-07 no-alpn -tls1_3 $(as ngo good)
dial_refused E-LNK-07 no-alpn -tls1_3 -alpn h2 $(as ngo good)
check "no one of them was linked" status_is mission links 0

say "whoever answers with a wrong certificate is refused with a code, and receives nothing"
import_cases mission "$cases/cases.csv"
of=${out%%$'\n'*}
consent_for mission "$of" triage ca,old,client,other,tls12,plain
for agency in ca old client other tls12 plain; do
    refer mission "$of" "$agency"
done
dialled_refused() { grep -q "event=link.dial_failed peer=$1@nrm.example code=$2 reason=$3" "$dir/mission.log"; }
until_true 10 "wrong CA" dialled_refused ca E-LNK-02 wrong-ca
until_true 10 "expired" dialled_refused old E-LNK-03 expired
until_true 10 "for clients only" dialled_refused client E-LNK-06 wrong-use
until_true 10 "another agency than the one that was dialled" dialled_refused other E-LNK-05 other-agency
until_true 10 "TLS 1.2" dialled_refused tls12 E-LNK-24 refused-by-peer
until_true 10 "without our protocol" dialled_refused plain E-LNK-07 no-alpn
check "all six referrals wait" status_is mission waiting 6
check "nothing of them was receipted" audit_counts mission '"kind":"RECEIPTED"' 0

say "a revocation cuts the link that stands"
consent_for mission "$of" triage ngo
refer mission "$of" ngo
until_true 10 "the mission and the ngo are linked" state_is mission "$referral" delivered
check "one link stands" status_is mission links 1
ask_well mission agency consequences ngo
check "what is open with it is counted before" has "$out" "1 referrals sent, 0 received"
must refex federation revoke ngo --home "$fed" --reason key-compromise --confirm=ngo
publish
began=$EPOCHREALTIME
ask_well mission enrol "$dir/mission.membership" "$dir/directory.refex" --federation "$fingerprint"
until_true 5 "the link is cut within 5 s" status_is mission links 0
took=$(((${EPOCHREALTIME/./} - ${began/./}) / 1000))
check "it took $took ms, less than 5 s" [ "$took" -lt 5000 ]
until_true 5 "the reason is said" file_has "$dir/mission.log" "event=link.cut peer=ngo@nrm.example code=E-FED-28"
cat "$fed/members/ngo.pem" | awk '/BEGIN/ { n++ } { print > ("'"$dir"'/ngo-" n ".pem") }'
transport=$(grep -l . "$dir"/ngo-?.pem | while read -r f; do
    openssl x509 -in "$f" -noout -ext extendedKeyUsage 2>/dev/null | grep -q Server && echo "$f"
done | head -n 1)
dial_refused E-LNK-04 revoked "${modern[@]}" -cert "$transport" -key "${home[ngo]}/keys.d/transport.pem"
ask_well mission agency list --json
check "the list says revoked" has "$(printf '%s\n' "$out" | grep '"ngo@')" '"revoked":true'
refer_denied() { refused 77 E-FED-28 mission referral send --case "$of" --to ngo --service SHELTER --urgency normal --partial; }
refer_denied
logs_verify mission
end_scenario
