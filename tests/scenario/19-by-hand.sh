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
check "the key exchange of the link is told" is "$(value "$(refex agency show mission --home "${home[ngo]}" --json | grep -F '"agency":"mission@')" tls_group)" \
    "$(value "$shown" tls_group)"
check "it is one of those that there are" has " X25519MLKEM768 X25519 " " $(value "$shown" tls_group) "
check "so is the key" is "$(value "$shown" identity_key)" "$(jq -r .identity_key agency)"
by_hand 4
check "the leaf is the record's" is "${said[0]%% *}" "${said[1]}"
by_hand 5
check "the leaves lead to the root" is "${said[0]}" "${said[1]}"

say "a fork at one index, as another agency's node records it"
# fork: the lines of two logs of SIZES records that differ at INDEX.
fork() {
    python3 - "$@" <<'END'
import base64, hashlib, json, sys

def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()

def split(n):
    return 1 << (n - 1).bit_length() - 1

def root(leaves):
    k = split(len(leaves)) if len(leaves) > 1 else 0
    return node(root(leaves[:k]), root(leaves[k:])) if k else leaves[0]

def path(index, leaves):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return path(index, leaves[:k]) + [root(leaves[k:])]
    return path(index - k, leaves[k:]) + [root(leaves[:k])]

index, sizes = int(sys.argv[1]), [int(a) for a in sys.argv[2:]]
logs = [[hashlib.sha256(b"%d" % (1000 + which if i == index else i)).digest() for i in range(size)]
        for which, size in enumerate(sizes)]
notes = ["nrm.example/0123456789abcdef/mission/1\n%d\n%s\n\n- x\n" % (len(log), base64.b64encode(root(log)).decode())
         for log in logs]
print(json.dumps({"kind": "FORK", "first": notes[0], "second": notes[1]}))
for log in logs:
    print(json.dumps({"kind": "FORK_LEAF", "at_index": index, "other_leaf": log[index].hex(),
                      "path": [h.hex() for h in path(index, log)]}))
END
}
cp records records.whole
for of in "4 7 5" "0 1 9" "6 7 8" "3 6 13"; do
    # shellcheck disable=SC2086 # three numbers
    fork $of >>records
    by_hand 6
    check "each path leads to its root" is "${said[1]% *} ${said[3]% *}" "${said[1]#* } ${said[3]#* }"
    check "it is one index" is "$(cut -d' ' -f2 <<<"${said[0]}")" "$(cut -d' ' -f2 <<<"${said[2]}")"
    check "there are two leaves" is_not "${said[0]}" "${said[2]}"
    jq -c 'if .kind == "FORK_LEAF" then .at_index += 1 else . end' records >records.wrong
    mv records.wrong records
    by_hand 6
    check "another index leads to another root" is_not "${said[3]% *}" "${said[3]#* }"
    cp records.whole records
done

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
