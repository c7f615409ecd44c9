#!/bin/bash
# Goal: an auditor checks a log without refex, by the commands of docs/AUDITOR.md as they stand there.
REFEX_BIN=$(realpath "${REFEX_BIN:?the folder of the programs}") # it changes its folder
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO mission:InternationalOrganisation
start ngo mission
import_cases ngo "$cases/cases.csv"
read -r of <<<"$out"
consent_for ngo "$of" triage,identity mission
refer ngo "$of" mission --release now
until_true 10 "it arrives" state_is mission "$referral" delivered

mkdir "$dir/desk"
cd "$dir/desk" || exit 1
ln -s "${home[ngo]}" node

# step N: the commands of step N of the section "By hand".
step() {
    awk -v wanted="$1" '
        /^### /   { within = /^### By hand/ }
        !within   { next }
        /^[0-9]+\. / { n = $1 + 0 }
        /^   ```$/   { code = 0 }
        code && n == wanted { sub(/^   /, ""); print }
        /^   ```sh$/ { code = 1 }' "$source_root/docs/AUDITOR.md"
}

# by_hand N: its output, a line each, in ${said[@]}; the exit status of its last command in $rc.
by_hand() {
    step "$1" >"$dir/step"
    [ -s "$dir/step" ] || fail "docs/AUDITOR.md has no step $1"
    run bash -u "$dir/step"
    readarray -t said <<<"$out"
}

say "a good log, while the node runs"
by_hand 1
check "the lists are taken" is "$rc" 0
check "the records are those under the checkpoint" is "$(wc -l <records)" "$(sed -n 2p checkpoint)"
by_hand 2
check "openssl verifies the signature" is "$rc ${said[0]}" "0 Signature Verified Successfully"
by_hand 3
check "the key has the fingerprint" is "${said[0]}" "${said[1]}"
shown=$(refex agency show ngo --home "${home[mission]}" --json | grep -F '"agency":"ngo@')
check "it is the one that another agency shows" is "${said[1]}" \
    "$(value "$shown" fingerprint | tr -d - | sed 's/\(.\{13\}\)./\1/g')"
check "so is the key" is "$(value "$shown" identity_key)" "$(jq -r .identity_key agency)"
by_hand 4
check "the leaf is the record's" is "${said[0]%% *}" "${said[1]}"
by_hand 5
check "the leaves lead to the root" is "${said[0]}" "${said[1]}"

say "one bit in a record, one letter in a checkpoint"
cp records records.whole
jq -c 'if .index == 0 then .record |= (.[:-4] + "AAA=") else . end' records.whole >records
by_hand 4
check "the leaf is another" is_not "${said[0]%% *}" "${said[1]}"
by_hand 5
check "the root is another" is_not "${said[0]}" "${said[1]}"
sed -i '2s/$/0/' checkpoint
by_hand 2
check "openssl refuses the signature" is_not "$rc" 0

say "the house log of a stopped node, by the same commands"
stop ngo
step 1 | sed 's/--log exchange/--log house/; s/audit list/audit list --log house/' >"$dir/house"
run bash -u "$dir/house"
check "the lists are taken" is "$rc" 0
by_hand 2
check "openssl verifies the signature" is "$rc ${said[0]}" "0 Signature Verified Successfully"
by_hand 5
check "the leaves lead to the root" is "${said[0]}" "${said[1]}"
cd "$dir" || exit 1

end_scenario
