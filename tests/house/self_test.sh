#!/bin/bash
# A rule that cannot go red is no rule: breaks each once in a copy of the tree, and sees the house test name it.
set -u
here=$(cd "$(dirname "$0")" && pwd)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
wrong=0 broken=0

cd "$here/../.." || exit 1
tar cf - --exclude=./build --exclude=./.git . | tar xf - -C "$copy"
cd "$copy" || exit 1

# The copy as it is must hold, or its red would mean nothing.
clean() {
    local part
    for part in $(cat tests/house/list.txt) packages; do
        tests/house/$part.sh "$copy" >before 2>&1 || { cat before; wrong=1; }
    done
    rm -f before
}

# Appends TEXT to FILE, expects PART to go red and to name FILE, and takes the text away again.
breaks() { # PART FILE TEXT
    local part=$1 file=$2 text=$3 kept
    kept=$(mktemp -p "$copy")
    mkdir -p "$(dirname "$file")"
    if [ -e "$file" ]; then cp "$file" "$kept"; else rm -f "$kept"; fi
    printf '%s\n' "$text" >>"$file"
    red "$part" "$file" "$text"
    if [ -e "$kept" ]; then mv "$kept" "$file"; else rm -f "$file"; fi
}

red() { # PART FILE WHAT
    local said
    broken=$((broken + 1))
    if said=$("tests/house/$1.sh" "$copy" 2>&1) || ! grep -qF "$2" <<<"$said"; then
        echo "$1 did not see in $2: $3"
        wrong=1
    fi
}

# Appends each TEXT to its FILE, each another one, runs PART once, and expects it to name each FILE; those that are
# marked with "!" are right as they are, and are not named.
sees() { # PART [!]FILE TEXT…
    local part=$1 said i
    local -a pairs=("${@:2}")
    mkdir kept
    for ((i = 0; i < ${#pairs[@]}; i += 2)); do
        [ ! -e "${pairs[i]#!}" ] || cp "${pairs[i]#!}" kept/$i
        printf '%s\n' "${pairs[i + 1]}" >>"${pairs[i]#!}"
    done
    said=$("tests/house/$part.sh" "$copy" 2>&1) && wrong=1
    for ((i = 0; i < ${#pairs[@]}; i += 2)); do
        broken=$((broken + 1))
        if [[ ${pairs[i]} != !* ]] && ! grep -q "^${pairs[i]}:" <<<"$said"; then
            echo "$part did not see in ${pairs[i]}: ${pairs[i + 1]}"
            wrong=1
        elif [[ ${pairs[i]} == !* ]] && grep "^${pairs[i]#!}:" <<<"$said"; then
            echo "$part takes for wrong in ${pairs[i]#!}: ${pairs[i + 1]}"
            wrong=1
        fi
        if [ -e kept/$i ]; then mv kept/$i "${pairs[i]#!}"; else rm "${pairs[i]#!}"; fi
    done
    rmdir kept
}

clean

breaks floors src/base/odd.c '#include "model/ident.h"'
breaks floors src/store/odd.c '#include "exchange/exchange.h"'
breaks floors src/store/odd.c '#include "codec/frame.h"'
breaks floors src/io/odd.c '#include "exchange/exchange.h"'
breaks floors src/auditlog/odd.c '#include "crypto/seal.h"'
breaks floors src/link/odd.c '#include "crypto/digest.h"'
breaks floors src/cli/odd.c '#include "store/db.h"'
breaks floors src/output/odd.c '#include "client/start.h"'
breaks floors src/odd/odd.c '#include "base/error.h"'
breaks floors src/model/CMakeLists.txt 'room_library(odd SOURCES a.c USES base store)'
breaks floors src/link/CMakeLists.txt 'target(x SOURCES a.c
    USES io
    crypto)'

breaks rooms src/exchange/odd.c '#include <sqlite3.h>'
breaks rooms src/exchange/odd.c '#include "case.pb-c.h"'
breaks rooms src/exchange/odd.c 'int64_t odd(struct exchange *x) { return clock_now_ms(x->clock); }'
breaks rooms src/exchange/odd.c '#include <protobuf-c/protobuf-c.h>'
breaks rooms src/exchange/odd.c '#include <openssl/evp.h>'
breaks rooms src/link/session.c '#include <openssl/ssl.h>'
breaks rooms src/exchange/odd.c '# include <uv.h>'
breaks rooms src/cli/odd.c '#include <jansson.h>'
breaks rooms src/store/odd.c '#include <utf8proc.h>'
breaks rooms src/cli/odd.c '#include <ini.h>'
breaks rooms src/link/tls.c '#include <seccomp.h>'
breaks rooms src/link/tls.c '#include <linux/landlock.h>'
breaks rooms src/exchange/odd.c '#include "crypto/seal_test.h"'
breaks rooms src/exchange/odd.c '#include "store/db_fault.h"'

breaks gate src/exchange/traffic/outbox.c 'bool odd(void) { return seal_sender_seal(s, 1, a, p, o, e); }'
breaks gate src/exchange/traffic/sealing.c 'bool odd(void) { return seal_sender_seal(s, 1, a, p, o, e); }'
breaks gate src/exchange/traffic/outbox.c 'struct disclosure { int x; };'
breaks gate src/exchange/traffic/outbox.c '    struct disclosure *d = xnew(sizeof(struct disclosure));'
breaks gate src/exchange/traffic/outbox.c '    d = (const struct disclosure *)pretend;'
breaks gate src/exchange/traffic/inbox.c '    x->post->send(x->post, link->id, PEER_BUSY, nothing);'
for room in refexd link ca cli; do
    [ -f src/$room/main.c ] || continue
    cp src/$room/main.c kept.c
    sed -i 's/\bsecret_harden_process *(/secret_nothing(/' src/$room/main.c
    red gate src/$room/main.c 'secret_harden_process left out'
    mv kept.c src/$room/main.c
done

breaks words src/base/util.c '/* anything */'
breaks words src/cli/case_helpers.h '/* anything */'
breaks words src/base/bytes.c '/* TO''DO: later */'
breaks words src/base/bytes.c '/* FIX''ME */'
breaks words docs/odd.md 'see /ho''me/somebody'
breaks words src/base/bytes.c '/* XX''X */'
breaks words src/base/bytes.h 'typedef struct bytes bytes_t;'
mv tests/unit/codec/test_contracts.c kept.c
red words tests/unit/codec/test_contracts.c 'gone'
mv kept.c tests/unit/codec/test_contracts.c

sees parts src/exchange/traffic/outbox.c 'void odd(struct exchange *x) { x->tick_wanted = true; }' \
    src/exchange/traffic/inbox.c 'void odd(struct odd *w) { w->x->today++; }' \
    src/exchange/traffic/answers.c 'void odd(struct exchange *x) { x->failed_after_write.code = 0; }' \
    src/exchange/traffic/meter.c 'void odd(struct exchange *x) { ++x->full_pause_ms; }' \
    src/exchange/traffic/growth.c 'void odd(struct exchange *x) { bytes_clear(&x->frame); }' \
    src/exchange/traffic/releasing.c 'void odd(struct exchange *x) { x->serving = NULL; }' \
    src/exchange/traffic/settling.c 'void odd(struct exchange *x) { x->links->attempts = 0; }' \
    src/exchange/traffic/standing.c 'void odd(struct exchange *node) { node->committed = true; }' \
    src/exchange/traffic/dialling.c 'void odd(struct link *l) { l->peer = 0; }' \
    src/exchange/traffic/serving.c '#include "exchange/traffic/meter_inside.h"' \
    src/exchange/traffic/frames.c '#include "exchange/traffic/releasing_inside.h"' \
    src/exchange/traffic/waiting.c '#include "exchange/traffic/obligations_inside.h"' \
    src/exchange/kinds/kind.c '#include "exchange/logs/audit_inside.h"' \
    src/codec/odd.c '#include "exchange/vault_inside.h"' \
    src/exchange/logs/audit.c '#include "exchange/state.h"' \
    !src/exchange/traffic/links.c 'void odd(struct link *l) { l->peer = 0; }' \
    !src/exchange/tick.c 'void odd(struct exchange *x) { x->tick_wanted = x->today == 0; }' \
    !src/exchange/traffic/sealing.c 'bool odd(struct exchange *x) { return x->committed == true && !x->durable; }' \
    !src/exchange/traffic/owed_wait.c '#include "exchange/traffic/obligations_inside.h"'

breaks packages tools/packages.txt 'build  libodd-dev  odd'
breaks packages debian/refex-node.postrm '# OPERATING.md, "Nowhere"'
breaks packages NOTICE '    In src/odd.def, as rows of a table.'
breaks packages CMakeLists.txt 'project(refex VERSION 0.2.0 LANGUAGES C)'
kept=$(<debian/control)
sed -i 's/^ libuv1-dev,/&\n libodd-dev,/' debian/control
red packages debian/control 'built with what no row names'
sed -i 's/^ debhelper-compat (= 13)/ debhelper-compat (= 14)/' debian/control
red packages debian/rules 'a purge that deletes'
printf '%s\n' "$kept" >debian/control

sees sizes src/base/odd.c "$(printf '/* odd */%.0s\n' {1..451})" \
    src/base/bytes.c "$(echo 'static void odd(void)'; echo '{'; printf '    odd();\n%.0s' {1..58}; echo '}')" \
    tools/contract_tables/odd.c "$(printf '/* odd */%.0s\n' {1..451})" \
    !src/base/even.c "$(echo 'static void odd(void)'; echo '{'; printf '    odd();\n%.0s' {1..57}; echo '}')"

printf 'int odd; /* %s */\n\n' {1..200} >tools/contract_tables/odd.c
red sizes 'tools/contract_tables: ' 'too many lines of code in all'
rm tools/contract_tables/odd.c

sees names src/base/bytes.c 'static int roster_size;' \
    src/base/bytes.h '#define PATIENCE_MS 5' \
    include/refex/fault.h 'bool exchange_turn(void);' \
    tests/sim/world/world.c '/* one */ static void on_turn_beside(void) { /* two' \
    tests/unit/base/test_text.c 'static void test_the_dice_are_fair(void **state)' \
    src/store/shelf.c 'int shown;' \
    !src/base/text.c '/* the patience of a roster */ static const char *word = "a dice \" shelf";
static int order, lantern;' \
    !tests/unit/base/test_file.c 'static void test_what_they_say_learn_and_forget(void **state)'

sees citations src/base/bytes.c '/* see old.md */' \
    src/base/bytes.h '/* two lines:
 * base/nothing.h */' \
    src/base/arena.h '/* as house 3 has it */' \
    src/base/arena.c '/* field 4.2 */' \
    src/base/clock.c '/* docs/PROTOCOL.md 99 */' \
    src/base/errors.def '/* bytes.sql */' \
    src/store/queries.sql '-- see src/store/bytes.c' \
    proto/case.proto '// design 3' \
    docs/STATUS.md 'see [this](../src/base/nothing.c)' \
    tools/build.sh 'true # see tools/nothing.sh' \
    tests/scenario/peer.py '# see nothing.py' \
    tests/unit/CMakeLists.txt '# see cmake/nothing.cmake' \
    !src/base/text.c '/* base/bytes.h, queries.sql, <sys/old.h>, proto/NAME.proto, docs/PROTOCOL.md 3 */
/* src/store/*.sql, field 5 */' \
    !src/base/file.c 'const char *word = "nothing.md";' \
    !docs/AUDITOR.md 'see [this](../src/base/file.c), [that](STATUS.md), https://refex.example/nothing.md'

sees exports src/base/bytes.h 'MUST_USE bool odd_uncalled(int x, struct odd *o);' \
    src/base/arena.h 'const struct odd *
odd_far(int x);' \
    src/base/text.h 'bool odd_recursive(int x);' \
    !src/base/text.c 'bool odd_recursive(int x)
{
    return odd_recursive(x) || o->odd_uncalled;
}' \
    !src/base/clock.h 'bool odd_called(int x);
bool odd_in_table(int x);
bool odd_in_macro(int x);
typedef bool odd_fn(int x);' \
    !src/base/file.c 'static bool (*odd[])(int x) = {odd_in_table};
#define ODD(x) \
    odd_in_macro(x)
static bool odd_user(void)
{
    return odd_called(1); /* odd_uncalled(1) */
}' \
    !src/crypto/seal_test.h 'bool odd_for_tests(int x);' \
    tests/house/uncalled.txt 'clock_now_ms	It is called'
breaks exports tests/house/uncalled.txt 'odd_gone	Something that is not there'
breaks exports tests/house/uncalled.txt 'seam_hello_decode'

sees banned src/base/bytes.c 'void odd(void) { strcpy(a, b); }' \
    src/base/text.c 'int n = isdigit(*c);' \
    src/io/loop.c '    signal(SIGTERM, on_term);' \
    src/link/tls.c '    sleep (1);' \
    src/model/case.c '    x = malloc(size);' \
    src/exchange/tick.c '    (void)clock_gettime(CLOCK_REALTIME, &t);' \
    !src/base/file.c '/* strcpy(a, b) */ x->random(1); y.time(2); signal(SIGPIPE, SIG_IGN);
const char *word = "system(1)";' \
    !src/base/step.c 'int n = isdigit((unsigned char)*c), index = 1, strcpy_count(2);'
mv src/base/clock.c kept.c
red banned src/base/clock 'a row for a file that is gone'
mv kept.c src/base/clock.c

breaks pages src/cli/verbs/cmd_status.c 'static void print_more_json(void)
{
    json_line_u64(&j, "odd", 1);
}'
sed -i 's/json: "well"/json: "fine"/' proto/control.proto
red pages '"fine"' 'another name of a member'
sed -i 's/json: "fine"/json: "well"/' proto/control.proto
breaks pages docs/JSON.md '| `odd` | text | nobody prints it |'
breaks pages docs/AUDITOR.md 'the rule stands in src/base/bounds.h'
sed -i 's/^| case_link, /| case_linked, /' docs/ARCHITECTURE.md
red pages 'docs/ARCHITECTURE.md: case_link' 'a table that the page does not name'
sed -i 's/^| case_linked, /| case_link, /' docs/ARCHITECTURE.md
breaks pages docs/AUDITOR.md 'see [there](OPERATING.md#no-such-heading)'
breaks commands docs/OPERATING.md '```
refex odd --home node
```'
breaks commands tests/house/commands_not_run.txt 'refex odd'
sed -i 's/_CERTIFICATE_DAYS    7300/_CERTIFICATE_DAYS    3650/' src/ca/federation_home.h
red pages certs/README.md 'other days'
sed -i 's/_CERTIFICATE_DAYS    3650/_CERTIFICATE_DAYS    7300/' src/ca/federation_home.h

wide=$(printf 'é%.0s' $(seq 116))
sees files src/base/odd.c '#include <stdio.h>
#include "base/odd.h"' \
    src/cli/verbs/cmd_odd.c '#include "cli/verb.h"' \
    !src/cli/verbs/cmd_odder.c '/* why */
#include "cli/verbs/cmd.h"' \
    !src/client/odd.c '#include "refex/odd.h"' \
    src/base/text.h "/* $wide */" \
    !src/base/bytes.h "/*$wide*/" \
    proto/case.proto "// .$wide." \
    tests/scenario/99-odd.sh '#!/bin/bash' \
    tests/house/lib.sh "# ..$wide." \
    !src/base/errors.def "ERROR_ROW(E_ODD_01, \"$wide\")" \
    tests/unit/base/bounds.def "/* $wide */"

breaks lists src/cli/list_options.def 'LIST_OPTION(1, 0, 0, nationality, VALUE, "of", "CODE", "who come from there")'
sed -i 's/^message CaseListAsk {$/&\n  uint32 gender = 9;/' proto/control.proto
red lists proto/control.proto 'a field by which cases would be chosen'
sed -i '/^  uint32 gender = 9;$/d' proto/control.proto
breaks enums proto/peer.proto '  uint32 odd = 9 [(is) = {table: "admission_step"}];'
breaks enums src/model/referral.c 'static const char *const odd[] = {[URGENCY_URGENT] = "urgent"};'
breaks coverage tests/coverage/files.txt src/model/odd.c
breaks coverage tests/coverage/unreached.txt 'why: nothing
    consent_covers | true | odd_text'
breaks coverage tests/coverage/unreached.txt 'consent_covers'
breaks errors docs/errors.md 'one line more'
sed -i.kept 's/^| 17 | withdrawal /| 17 | withdrawals /' docs/PROTOCOL.md
red errors docs/PROTOCOL.md 'a cell changed by hand'
mv docs/PROTOCOL.md.kept docs/PROTOCOL.md
breaks errors src/base/errors.def 'ERROR_ROW(E_BUG_01, "E-BUG-01", FAULT_BUG, 70, "Twice.", "Nothing.")'
breaks errors src/base/errors.def 'ERROR_ROW(E_ODD_01, "E-ODD-01", FAULT_BUG, 70, "No test makes it.", "Nothing.")'
breaks errors tests/house/codes_not_made.txt 'E-USE-01 a test makes it'
breaks errors src/base/errors.def 'ERROR_ROW(E_ODD_01, "E-ODD-02", FAULT_BUG, 70, "Another.", "Nothing.")'

# The programs: small ones that hold what they must not, or are built without their armour.
program() { # NAME CODE FLAG…
    printf '%s\n' "$2" "$many" >odd.c
    cc -o "build/release/bin/$1" "${@:3}" odd.c
}
many=$(for i in $(seq 60); do echo "int odd_$i;"; done; echo '#include <string.h>
int main(int argc, char **argv) { char b[64]; strcpy(b, argv[argc - 1]); return b[0] + b[argc]; }')
armour=(-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE -pie
    -Wl,-z,relro,-z,now,-z,noexecstack)
mkdir -p build/release/bin
program refex-link '' "${armour[@]}"
tests/house/programs.sh "$copy" >before || { cat before; wrong=1; }
for symbol in sqlite3_open seal_sender_seal secretbox_open data_keys_put keyfile_open sign_key_new; do
    program refex-link "void $symbol(void) {}" "${armour[@]}"
    red programs refex-link $symbol
done
for without in -fno-stack-protector -D_FORTIFY_SOURCE=0 -no-pie -Wl,-z,norelro -Wl,-z,lazy -Wl,-z,execstack; do
    program refex-link '' -U_FORTIFY_SOURCE "${armour[@]}" -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 \
        ${without/-D_/-U_FORTIFY_SOURCE -D_}
    red programs refex-link "$without"
done
program refex-link '' "${armour[@]}" -s
red programs refex-link 'stripped'

echo "$broken rules broken, $([ $wrong = 0 ] && echo "each seen" || echo "not all seen")"
exit $wrong
