#!/bin/bash
# Goal: a founder signs the directory with a key that is on a token and never leaves it; what cannot be opened is said.
# Run in a Debian 13 by tools/tokens.sh.
set -euo pipefail

PATH=/src/build/release/bin:$PATH
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
mkdir tokens
printf 'directories.tokendir = %s\nobjectstore.backend = file\n' "$dir/tokens" >softhsm2.conf
export SOFTHSM2_CONF=$dir/softhsm2.conf
module=$(find /usr/lib -name libsofthsm2.so -print -quit)
cat >openssl.cnf <<END
openssl_conf = init
[init]
providers = providers
[providers]
default = with_default
pkcs11 = with_pkcs11
[with_default]
activate = 1
[with_pkcs11]
module = $(find /usr/lib -path '*/ossl-modules/pkcs11.so' -print -quit)
pkcs11-module-path = $module
pkcs11-module-quirks = no-deinit
activate = 1
END
(umask 077 && printf '1234\n' >pin && printf '4321\n' >wrong)
uri='pkcs11:token=founders;object=directory;type=private'

# check WHAT COMMAND…: the run ends where it does not hold.
check() {
    if "${@:2}" >out.new 2>&1; then
        echo "held: $1"
    else
        echo "did not hold: $1"
        cat out.new
        exit 1
    fi
    mv out.new out
}
# refused WHAT CODE COMMAND…: it ends with an error that has CODE.
refused() {
    if "${@:3}" >out 2>&1 || ! grep -qF "$2" out; then
        echo "did not hold: $1"
        cat out
        exit 1
    fi
    echo "held: $1"
}
with_token() { OPENSSL_CONF=$dir/openssl.cnf "$@"; }
value() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" out | head -n 1; }

check "a token" softhsm2-util --init-token --free --label founders --pin 1234 --so-pin 5678
check "a key that is made on it" pkcs11-tool --module "$module" --login --pin 1234 --keypairgen \
    --key-type EC:edwards25519 --label directory --id 01
refused "without the provider its address opens nothing" E-KEY-16 \
    refex federation founder --key "$uri" --passphrase-file pin --out a.founder
refused "nor does another PIN" E-KEY- with_token refex federation founder --key "$uri" --passphrase-file wrong --out a.founder
check "a founder's key on a token" with_token refex federation founder --key "$uri" --passphrase-file pin --out a.founder
for founder in b c; do
    check "one in a file" refex federation founder --key "$founder.key" --plain-key --out "$founder.founder"
done
mkdir stick
check "a federation of the three" refex federation init --home fed --name nrm.example --root-key stick/root.key --plain-key \
    --founders a.founder,b.founder,c.founder --threshold 2
check "its directory waits" refex federation publish --home fed --out directory.refex
check "what it is" refex federation show --home fed --json
federation=$(value fingerprint)
for key in "$uri" b.key; do
    refused "a script says what it read" E- with_token refex federation sign --key "$key" --passphrase-file pin --seen seen \
        --confirm=99 --federation "$federation" directory.refex
    check "a founder signs it" with_token refex federation sign --key "$key" --passphrase-file pin --seen "seen.${key%%[:.]*}" \
        --confirm=1 --federation "$federation" directory.refex
done
check "two have signed" refex federation publish --home fed --signed directory.refex --out directory.refex
check "so it is in use" grep -qF 'give it to any member' out
check "the key never left the token" pkcs11-tool --module "$module" --login --pin 1234 --list-objects --type privkey
check "and cannot" grep -qF 'never extractable' out
