/* Making a node: all of it or nothing, and nothing that was there before is touched. */
#include "base/folder.h"
#include "base/secret.h"
#include "base/text.h"
#include "codec/membership_codec.h"
#include "crypto/invite_words.h"
#include "crypto/random.h"
#include "crypto/secret_words.h"
#include "exchange/exchange.h"
#include "exchange/members/invite.h"
#include "exchange/setup.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char home[FILE_PATH_MAX];

static int set_up(void **state)
{
    struct error err;

    (void)state;
    return folder_make_fresh("/tmp/refex-test-setup", home, &err) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    folder_remove_made(home);
    return 0;
}

static const char *in_home(const char *name)
{
    static char path[FILE_PATH_MAX];
    struct error err;

    assert_true(file_join_path(path, home, name, &err));
    return path;
}

static void put(const char *name)
{
    struct error err;

    assert_true(file_create(in_home(name), view_of_text("theirs"), 0600, &err));
}

static bool is_theirs(const char *name)
{
    struct bytes content = {0};
    struct error err;
    bool yes =
        file_read(in_home(name), 4096, &content, &err) && view_equal(bytes_view(&content), view_of_text("theirs"));

    bytes_fini(&content);
    return yes;
}

static unsigned entries(void)
{
    DIR *d = opendir(home);
    struct dirent *e;
    unsigned count = 0;

    assert_non_null(d);
    while ((e = readdir(d)) != NULL)
        count += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    (void)closedir(d);
    return count;
}

static bool init(struct error *err)
{
    const struct exchange_options options = {.home = home, .clock = &clock_real, .random = &random_real};
    struct control_init_ask ask = {.kind = KIND_SHELTER, .listen = view_of_text("127.0.0.1:7411")};
    struct bytes request = {0};
    bool ok =
        address_read(view_of_text("shelter@nrm.example"), &ask.agency) && exchange_init(&options, &ask, &request, err);

    bytes_fini(&request);
    return ok;
}

static void test_a_home_holds_its_pieces_and_no_draft(void **state)
{
    static const char *const pieces[] = {"node.conf", "refex.db", "storage.key",   "keys",
                                         "keys.d",    "reserve",  "request.refex", "node.id"};
    bool plain = false;
    struct error err;

    (void)state;
    assert_true(init(&err));
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        assert_true(file_exists(in_home(pieces[i])));
    assert_int_equal(entries(), sizeof pieces / sizeof *pieces);
    assert_true(exchange_needs_passphrase(home, &plain, &err) && !plain);
    assert_false(init(&err));
    assert_int_equal(err.code, E_NOD_04);
}

static void test_the_fingerprint_of_a_node_that_is_not_enrolled_is_its_own_keys(void **state)
{
    struct bytes request = {0};
    struct hash asked;
    struct hash own;
    struct error err;

    (void)state;
    assert_false(exchange_own_fingerprint(home, &own, &err));
    assert_int_equal(err.code, E_NOD_01);
    assert_true(init(&err));
    assert_true(file_read(in_home("request.refex"), BOUND_REQUEST_FILE, &request, &err));
    assert_true(exchange_request_fingerprint(bytes_view(&request), &asked, &err));
    assert_true(exchange_own_fingerprint(home, &own, &err));
    assert_true(hash_equal(&own, &asked));
    assert_true(file_write(in_home("request.refex"), view_of_text("exchanged"), 0644, &err));
    assert_true(exchange_own_fingerprint(home, &own, &err)); /* of the key, whatever lies there */
    assert_true(hash_equal(&own, &asked));
    bytes_fini(&request);
}

static void read_request(struct bytes *file, struct arena *arena, struct request *out)
{
    struct error err;

    bytes_clear(file);
    assert_true(file_read(in_home("request.refex"), BOUND_REQUEST_FILE, file, &err));
    assert_true(request_decode(bytes_view(file), arena, out, &err));
}

static void test_a_request_for_another_endpoint_changes_nothing_else(void **state)
{
    struct arena arena = {.max = BOUND_REQUEST_FILE};
    struct bytes request = {0};
    struct bytes again = {0};
    struct request before;
    struct request after;
    struct hash key;
    struct hash own;
    struct error err;

    (void)state;
    assert_false(exchange_request_endpoint(home, view_of_text("haven.example.org:7411"), &again, &err));
    assert_int_equal(err.code, E_NOD_01);
    assert_true(init(&err));
    read_request(&request, &arena, &before);
    assert_false(exchange_request_endpoint(home, view_of_text("haven.example.org"), &again, &err));
    assert_int_equal(err.code, E_USE_04);
    assert_true(exchange_request_endpoint(home, view_of_text("haven.example.org:7411"), &again, &err));
    read_request(&request, &arena, &after);
    assert_true(view_equal(bytes_view(&request), bytes_view(&again)));
    assert_true(view_equal(after.endpoint, view_of_text("haven.example.org:7411")));
    assert_true(address_equal(&after.agency, &before.agency) && after.kind == before.kind && !after.unlisted &&
                after.relay.size == 0 && ident_equal(&after.node, &before.node));
    assert_true(exchange_request_fingerprint(bytes_view(&request), &key, &err));
    assert_true(exchange_own_fingerprint(home, &own, &err));
    assert_true(hash_equal(&key, &own));
    arena_fini(&arena);
    bytes_fini(&request);
    bytes_fini(&again);
}

/* What is taken from the request that lies there is what this node asked for before: nothing of another's. */
static void test_a_request_that_was_exchanged_is_not_taken_for_ours(void **state)
{
    struct arena arena = {.max = BOUND_REQUEST_FILE};
    struct bytes request = {0};
    struct bytes file = {0};
    struct request r;
    struct error err;

    (void)state;
    assert_true(init(&err));
    read_request(&request, &arena, &r);
    r.node.at[0] ^= 1;
    assert_true(request_encode(&r, &file, &err));
    assert_true(file_write(in_home("request.refex"), bytes_view(&file), 0644, &err));
    bytes_clear(&file);
    assert_false(exchange_request_endpoint(home, view_of_text("haven.example.org:7411"), &file, &err));
    assert_int_equal(err.code, E_ENR_08);
    arena_fini(&arena);
    bytes_fini(&request);
    bytes_fini(&file);
}

/* By docs/PROTOCOL.md 10, made without refex, by Python 3: ENTROPY, the id, and
 *   K = hashlib.scrypt(ENTROPY, salt=ID, n=2**17, r=8, p=1, maxmem=2**28, dklen=32)
 *   hmac.new(K, b"refex-invite/v1 mac\n" + the lines before `mac`, hashlib.sha256).hexdigest() */
static const uint8_t invited_by[8] = {0, 1, 2, 3, 4, 5, 6, 7};
static const char invitation[] = "refex-invite/v1\n"
                                 "nrm.example\n"
                                 "fid 202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f\n"
                                 "agency shelter@nrm.example\n"
                                 "invite 101112131415161718191a1b1c1d1e1f\n"
                                 "until 1796000000\n"
                                 "mac 91b1298a1460d2d2cd7ba1205beaa363103a8e29ad4a98e6c663655df44ea440\n";
static const char stretched[] = "20f201bab90eb62f97217e253d83806ba6bcf5bf8b6918ed5972843b0dd1bf2a";

static void test_the_words_of_an_invitation_are_stretched_as_the_protocol_says(void **state)
{
    char hex[2 * HASH_SIZE + 1];
    struct secret words = {0};
    struct secret key = {0};
    struct invite i;
    struct error err;

    (void)state;
    secret_words_write(view_of(invited_by, sizeof invited_by), &words);
    assert_true(invite_read(view_of_text(invitation), &i, &err));
    assert_true(invite_words_key(secret_view(&words), &i.id, &key, &err));
    assert_int_equal(key.size, HASH_SIZE);
    text_write_hex(key.at, key.size, hex);
    assert_string_equal(hex, stretched);
    assert_true(invite_check(&i, &key, &err));
    secret_fini(&words);
    secret_fini(&key);
}

static void test_an_invitation_binds_until_its_last_second_and_not_after(void **state)
{
    const int64_t end_ms = INT64_C(1796000000) * 1000;
    struct bytes request = {0};
    struct secret words = {0};
    struct federation f;
    struct error err;

    (void)state;
    assert_true(init(&err));
    secret_words_write(view_of(invited_by, sizeof invited_by), &words);
    assert_false(
        exchange_request_bind(home, view_of_text(invitation), secret_view(&words), end_ms, &request, &f, &err));
    assert_int_equal(err.code, E_ENR_22);
    assert_int_equal(request.size, 0);
    assert_true(
        exchange_request_bind(home, view_of_text(invitation), secret_view(&words), end_ms - 1, &request, &f, &err));
    assert_string_equal(f.name, "nrm.example");
    secret_fini(&words);
    bytes_fini(&request);
}

static void test_who_is_unlisted_asks_for_no_endpoint(void **state)
{
    struct arena arena = {.max = BOUND_REQUEST_FILE};
    struct bytes request = {0};
    struct bytes file = {0};
    struct request r;
    struct error err;

    (void)state;
    assert_true(init(&err));
    read_request(&request, &arena, &r);
    r.unlisted = true;
    r.endpoint = view_of(NULL, 0);
    r.relay = view_of_text("ngo@nrm.example");
    assert_true(request_encode(&r, &file, &err));
    assert_true(file_write(in_home("request.refex"), bytes_view(&file), 0644, &err));
    bytes_clear(&file);
    assert_false(exchange_request_endpoint(home, view_of_text("haven.example.org:7411"), &file, &err));
    assert_int_equal(err.code, E_ENR_07);
    arena_fini(&arena);
    bytes_fini(&request);
    bytes_fini(&file);
}

static void test_keys_that_are_there_stay(void **state)
{
    static const char *const names[] = {"keys.d", "storage.key", "keys"};
    struct error err;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        put(names[i]);
        assert_false(init(&err));
        assert_int_equal(err.code, E_KEY_04);
        assert_int_equal(entries(), i + 1);
    }
    for (size_t i = 0; i < 3; i++)
        assert_true(is_theirs(names[i]));
}

static void test_what_stops_init_late_stays_and_nothing_of_init_does(void **state)
{
    struct error err;

    (void)state;
    put("request.refex");
    put("mine");
    assert_false(init(&err));
    assert_int_equal(err.code, E_FIL_02);
    assert_int_equal(entries(), 2);
    assert_true(is_theirs("request.refex") && is_theirs("mine"));
}

static void test_keys_without_node_conf_are_no_node(void **state)
{
    bool asks;
    struct error err;

    (void)state;
    put("storage.key");
    assert_false(exchange_needs_passphrase(home, &asks, &err));
    assert_int_equal(err.code, E_NOD_01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_home_holds_its_pieces_and_no_draft, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_fingerprint_of_a_node_that_is_not_enrolled_is_its_own_keys, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_request_for_another_endpoint_changes_nothing_else, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_request_that_was_exchanged_is_not_taken_for_ours, set_up, tear_down),
        cmocka_unit_test(test_the_words_of_an_invitation_are_stretched_as_the_protocol_says),
        cmocka_unit_test_setup_teardown(test_an_invitation_binds_until_its_last_second_and_not_after, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_who_is_unlisted_asks_for_no_endpoint, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_keys_that_are_there_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_stops_init_late_stays_and_nothing_of_init_does, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_keys_without_node_conf_are_no_node, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
