#!/bin/bash
# Goal: whoever calls a node learns no name from it. A member that is newer than the other's directory is linked all the
# same; a machine that was replaced, too; a renewal needs no new directory.
. "$(dirname "$0")/lib.sh"

start_federation mission:Shelter shelter:Shelter
start mission shelter
import_cases mission "$cases/cases.csv"
of=${out%%$'\n'*}

say "a stranger is shown one certificate, and it names nobody"
stranger() { timeout 20 openssl s_client -connect "127.0.0.1:${port[shelter]}" "$@" </dev/null >"$dir/dial.txt" 2>&1; }
stranger -tls1_3 -alpn refex/1 -showcerts -servername shelter.nrm.example -msg -debug
check "it is shown a certificate" file_has "$dir/dial.txt" "BEGIN CERTIFICATE"
check "one" is "$(grep -c 'BEGIN CERTIFICATE' "$dir/dial.txt")" 1
check "and no list of authorities" file_has "$dir/dial.txt" "No client certificate CA names sent"
sed -n '/BEGIN CERTIFICATE/,/END CERTIFICATE/p' "$dir/dial.txt" >"$dir/shown.pem"
shown=$(openssl x509 -in "$dir/shown.pem" -noout -text)
for word in shelter Shelter nrm example agency refex; do
    check "not the word $word" has_not "$shown" "$word"
done
label=$(openssl x509 -in "$fed/certs/transport.pem" -noout -ext subjectAltName | grep -o '[a-z2-7]\{26\}$')
check "the label is 26 letters" is "${#label}" 26
check "the node's id and the label are what it says" has "$shown" "URI:spiffe://$label/$(cat "${home[shelter]}/node.id")"
check "the label is not the fingerprint's" has_not "$(printf '%s' "$fingerprint" | tr -d '-' | tr '[:upper:]' '[:lower:]')" "$label"
check "the request for it names nobody" is "$(openssl x509 -in "$dir/shown.pem" -noout -subject)" "subject="
check "its issuer is hex digits" is "$(openssl x509 -in "$dir/shown.pem" -noout -issuer | grep -cE '^issuer=CN ?= ?[0-9a-f]{16}$')" 1
stranger -tls1_3
check "without our protocol it is shown nothing" is "$(grep -c 'BEGIN CERTIFICATE' "$dir/dial.txt")" 0

say "a new member dials one whose directory is older"
port[newcomer]=$(free_ports 1)
add_member newcomer SupportNGO
publish
enrol newcomer
start newcomer
import_cases newcomer "$cases/cases.csv"
theirs=${out%%$'\n'*}
consent_for newcomer "$theirs" triage shelter
check "the shelter does not know it yet" is_not "$(directory_of shelter)" "$(directory_of newcomer)"
refer newcomer "$theirs" shelter
until_true 20 "it is linked, and the referral arrives" state_is newcomer "$referral" delivered
check "the shelter has its directory now" is "$(directory_of shelter)" "$(directory_of newcomer)"
check "it was not greeted before" file_has "$dir/shelter.log" "event=link.directory_offered"

say "who is not enrolled yet reads its own fingerprint, which the federation asks for"
must refex init --home "$dir/unknown" --agency unknown@nrm.example --kind Shelter --listed --listen 127.0.0.1:7411 --json
unknown=$(value "$out" fingerprint)
must refex agency show --home "$dir/unknown"
check "as init printed it" has "$out" "$unknown"
must refex agency show --home "$dir/unknown" --json
check "for programs too" is "$(value "$out" fingerprint)" "$unknown"

say "a renewal with the old directory at the others: the same id, a new certificate"
before=$(cat "${home[newcomer]}/node.id")
shown_until() { value "$(refex agency show newcomer --home "${home[$1]}" --json | grep -F '"agency":"newcomer@')" transport_until; }
shows_until() { [ "$(shown_until "$1")" = "$2" ]; }
old_until=$(shown_until shelter)
ended=$(grep -c "event=link.down" "$dir/shelter.log")
mv "$dir/newcomer.membership" "$dir/newcomer.old"
issue newcomer
publish
must refex enrol --home "${home[newcomer]}" "$dir/newcomer.membership" "$dir/directory.refex" --federation "$fingerprint"
check "a running node takes its new certificates" has "$out" "Links stand"
new_until=$(value "$(status_of newcomer)" transport_until)
check "which are newer" is_not "$new_until" "$old_until"
check "it has the directory of its renewal" is "$(directory_of newcomer)" "$(value "$(refex federation show --home "$fed" --json)" directory)"
check "which is no alarm" has_not "$(status_of newcomer)" E-FED-43
check "its link stands, with the certificate of then" is "$(shown_until shelter)" "$old_until"
check "nobody lost a link" is "$(grep -c "event=link.down" "$dir/shelter.log")" "$ended"
refused 65 E-REN-02 newcomer enrol "$dir/newcomer.old"
refused 65 E-ENR-06 newcomer enrol "$dir/mission.membership"
check "what was refused changed nothing" status_is newcomer transport_until "$new_until"
stop shelter
start shelter
check "the id is kept" is "$(cat "${home[newcomer]}/node.id")" "$before"
consent_for newcomer "$theirs" triage mission
offered=$(grep -c "event=link.directory_offered" "$dir/shelter.log")
consent_for newcomer "$theirs" triage shelter
refer newcomer "$theirs" shelter
until_true 20 "it is linked" state_is newcomer "$referral" delivered
check "the link that was made now shows the new certificate" shows_until shelter "$new_until"
check "as one that is known" is "$(grep -c "event=link.directory_offered" "$dir/shelter.log")" "$offered"

say "a machine was replaced: who dials it has an older directory"
replace shelter Shelter
check "it has another id" is_not "$(cat "${home[shelter]}/node.id")" "$(cat "$dir/shelter.lost/node.id")"
consent_for mission "$of" triage shelter
refer mission "$of" shelter
until_true 20 "the mission takes the directory that the callee brings" \
    file_has "$dir/mission.log" "event=link.directory_offered"
until_true 20 "and is linked" status_is mission links 1
check "no name is in what the network process logs" is \
    "$(grep -h '^refex-link' "$dir"/*.log | grep -cE 'shelter|mission|newcomer|nrm\.example')" 0
end_scenario
