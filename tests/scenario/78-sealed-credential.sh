#!/bin/bash
# Goal: a credential that systemd-creds sealed, and opens for the service, opens the storage key.
. "$(dirname "$0")/lib.sh"

printf 'сім кленів\n' >"$dir/pass"
chmod 600 "$dir/pass"
run systemd-creds encrypt --with-key=host --name=passphrase "$dir/pass" "$dir/sealed"
[ "$rc" = 0 ] || skip_scenario "systemd-creds does not work here (${err%%$'\n'*})"
start_federation ngo:SupportNGO
ask_well ngo passphrase --new-passphrase-file "$dir/pass"
mkdir -m 700 "$dir/credentials"
must systemd-creds decrypt --name=passphrase "$dir/sealed" "$dir/credentials/passphrase"
CREDENTIALS_DIRECTORY=$dir/credentials refexd --home "${home[ngo]}" 2>>"$dir/ngo.log" &
pid[ngo]=$!
until_true 20 "the node starts" eval "refex node hooks --home '${home[ngo]}' >/dev/null 2>&1"
stop ngo
end_scenario
