#!/bin/bash
# There is one way out: what is sealed was let through by consent_gate, which alone can make a disclosure.
. "$(dirname "$0")/lib.sh"

# A backup's keys part holds no message.
lines '\bseal_sender_seal *\(' src |
    outside src/crypto/seal 'src/exchange/traffic/sealing\.c:' 'src/crypto/keys_part\.c:' |
    report_lines "only exchange/traffic/sealing.c seals messages, and it takes what only the gate can make"
[ "$(lines '\bseal_sender_seal *\(' src/exchange/traffic/sealing.c | grep -c .)" = 1 ] ||
    echo "src/exchange/traffic/sealing.c: seals in another number of places than one" |
    report_lines "one call can be read; two drift apart"
made='struct disclosure *\{|sizeof *\(?struct disclosure\b|\(struct disclosure\) *\{'
lines "$made"'|^\s*struct disclosure [a-z_]+( *=|;|\[)' src |
    outside 'src/exchange/consent/consent_gate\.c:' 'src/exchange/[a-z_/]*\.h:[0-9]+:struct disclosure;' |
    report_lines "struct disclosure is made in consent_gate.c alone"
lines '= *(xnew|x?malloc|x?calloc|arena_[a-z]+) *\(.*disclosure\b' src |
    outside 'src/exchange/consent/consent_gate\.c:' |
    report_lines "struct disclosure is made in consent_gate.c alone"
lines '\( *(const )?struct disclosure \*+ *\) *[^,;)]' src | outside 'src/exchange/consent/consent_gate\.c:' |
    report_lines "nothing is cast to a disclosure"

# Nothing leaves before the commit: tick_send and tick_hang_up keep it until then; dialling is in the committed step.
lines 'post->(send|hang_up|membership_changed) *\(' src/exchange | outside 'src/exchange/tick\.c:' |
    report_lines "what leaves goes by tick_send and tick_hang_up, in the committed step or kept for it"

# The process that holds keys or personal data is not looked at or dumped: each program says so first.
for room in refexd link ca cli; do
    [ -f src/$room/main.c ] || { echo "there is no src/$room/main.c yet"; continue; }
    grep -qE '\bsecret_harden_process *\(' src/$room/main.c ||
        echo "src/$room/main.c: does not call secret_harden_process" |
        report_lines "no core dumps, no tracer: each program asks for it in main"
done
finish
