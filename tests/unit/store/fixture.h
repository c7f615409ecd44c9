#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H
/* What the tests of the store share: a database in memory or in a folder of its own, rows with plausible values. */

#include "store/case_store.h"
#include "store/consent_store.h"
#include "store/db.h"
#include "store/db_fault.h"
#include "store/log_store.h"
#include "store/message_store.h"
#include "store/peer_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct error err;

/* Fails the test with the error's sentence where X is false. */
#define assert_done(x)                                                                                                 \
    do {                                                                                                               \
        error_clear(&err);                                                                                             \
        if (!(x))                                                                                                      \
            fail_msg("%s: %s", #x, err.text);                                                                          \
    } while (0)

#define assert_refused(code_wanted, x)                                                                                 \
    do {                                                                                                               \
        error_clear(&err);                                                                                             \
        assert_false(x);                                                                                               \
        assert_int_equal(err.code, code_wanted);                                                                       \
    } while (0)

#define assert_bytes(b, text)                                                                                          \
    do {                                                                                                               \
        assert_int_equal((b)->size, strlen(text));                                                                     \
        assert_memory_equal((b)->at, text, strlen(text));                                                              \
    } while (0)

__attribute__((unused)) static struct db *in_memory(void)
{
    struct db *db = NULL;

    assert_done(db_open(":memory:", DB_WRITE, &db, &err));
    return db;
}

__attribute__((unused)) static void make_folder(char *folder)
{
    strcpy(folder, "/tmp/refex-store-XXXXXX");
    assert_non_null(mkdtemp(folder));
}

__attribute__((unused)) static void drop_folder(const char *folder)
{
    char command[200];

    (void)snprintf(command, sizeof command, "rm -r '%s'", folder);
    assert_int_equal(system(command), 0);
}

__attribute__((unused)) static struct ident ident_of(uint8_t n)
{
    struct ident id = {{0}};

    id.at[5] = n; /* the last of the 48 bits of time: n milliseconds */
    id.at[15] = (uint8_t)(n ^ 0xFF);
    return id;
}

__attribute__((unused)) static struct address address_of(const char *text)
{
    struct address a = {{0}};

    (void)snprintf(a.text, sizeof a.text, "%s", text);
    return a;
}

__attribute__((unused)) static void make_logs(struct db *db)
{
    struct log_row exchange = {.origin = "nrm.example/0123456789abcdef/haven/1"};
    struct log_row house = {.origin = "nrm.example/0123456789abcdef/haven/1/house"};

    assert_done(log_store_create(db, LOG_EXCHANGE, &exchange, &err));
    assert_done(log_store_create(db, LOG_HOUSE, &house, &err));
}

__attribute__((unused)) static int64_t make_peer(struct db *db, const char *agency)
{
    struct address a = address_of(agency);
    struct hash fid = {{7}};
    struct peer_row peer;

    assert_done(peer_store_find_or_add(db, &a, &fid, &peer, &err));
    return peer.number;
}

/* A waiting message out, number N milliseconds old. */
__attribute__((unused)) static struct message_row message_of(struct db *db, int64_t peer, uint8_t n)
{
    struct message_row row = {
        .direction = DIRECTION_OUT,
        .id = ident_of(n),
        .peer = peer,
        .kind = MESSAGE_REFERRAL,
        .record_index = n,
        .leaf = {{n}},
        .state = MESSAGE_WAITING,
        .expiry = 20700,
    };

    row.number = message_store_next_number(db);
    return row;
}

#endif
