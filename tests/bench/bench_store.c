/* How many messages per second the store takes, in batches as the node makes them.
 *
 *   bench_store FILE [MESSAGES [BATCH]]
 *
 * Sending side: message, referral, body and record DISCLOSED, one checkpoint per batch; then for each message its
 * settling, its receipt and record RECEIPTED, with one note and one checkpoint per batch; tiles as they become full.
 * Receiving side: message, referral, body, record RECEIVED, a checkpoint. Prints rates and CPU; FILE must not exist.
 */

#include "store/evidence_store.h"
#include "store/log_store.h"
#include "store/message_store.h"
#include "store/peer_store.h"
#include "store/referral_store.h"
#include "store/wal_checkpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#ifndef CONSENTS
#define CONSENTS 8
#endif
#define BODY_SIZE   2200
#define RECORD_SIZE 220
#define NOTE_SIZE   330
#define PATH_SIZE   (20 * 32)

static uint64_t seed = 1;
static uint8_t filler[8192];

static uint64_t next_random(void)
{
    uint64_t z = seed += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static double seconds(clockid_t which)
{
    struct timespec t;

    (void)clock_gettime(which, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void assert_ok(bool ok, const struct error *err)
{
    if (!ok) {
        (void)fprintf(stderr, "%s\n", err->text);
        exit(1);
    }
}

static struct view fill(size_t size)
{
    write_u64(filler, next_random());
    return view_of(filler, size);
}

/* 48 bits of time and 80 random bits. */
static void make_ident(int64_t now_ms, struct ident *id)
{
    write_u64(id->at, (uint64_t)now_ms << 16 | (next_random() & 0xFFFF));
    write_u64(id->at + 8, next_random());
}

static void append(struct db *db, uint64_t *size, enum record_kind kind, int64_t now_ms, struct error *err)
{
    assert_ok(log_store_append(db, LOG_EXCHANGE, (*size)++, kind, now_ms, fill(RECORD_SIZE), err), err);
    if (*size % 256 == 0)
        assert_ok(log_store_put_tile(db, LOG_EXCHANGE, 0, *size / 256 - 1, fill(8192), err), err);
}

static void add_message(struct db *db, enum direction direction, uint64_t *size, int64_t now_ms, struct error *err)
{
    struct message_row message = {
        .direction = direction, .peer = 1 + (int64_t)(next_random() % 8), .kind = MESSAGE_REFERRAL};
    struct referral_row referral = {.direction = direction, .sealed_size = 76};

    message.number = message_store_next_number(db);
    make_ident(now_ms, &referral.id);
    referral.peer = message.peer;
    referral.case_number = 1;
    referral.consent = message.consent = 1 + (int64_t)(next_random() % CONSENTS);
    referral.made_ms = now_ms;
    referral.state = REFERRAL_SAVED;
    referral.message = message.number;
    assert_ok(referral_store_add(db, &referral, &message.referral, err), err);
    make_ident(now_ms, &message.id);
    message.record_index = *size;
    write_u64(message.leaf.at, next_random());
    message.state = direction == DIRECTION_OUT ? MESSAGE_WAITING : MESSAGE_STORED;
    message.expiry = 20000;
    assert_ok(message_store_add(db, &message, err), err);
    assert_ok(message_store_put_body(db, message.number, 1, fill(BODY_SIZE), err), err);
    append(db, size, direction == DIRECTION_OUT ? RECORD_DISCLOSED : RECORD_RECEIVED, now_ms, err);
}

static void commit(struct db *db, uint64_t size, struct error *err)
{
    assert_ok(log_store_put_checkpoint(db, LOG_EXCHANGE, size, fill(NOTE_SIZE), err), err);
    assert_ok(db_commit(db, err), err);
    if (db_wal_pages(db) > 4000)
        assert_ok(db_checkpoint_wal(db, err), err);
}

static void settle(struct db *db, int64_t number, int64_t note, uint64_t *size, int64_t now_ms, struct error *err)
{
    assert_ok(message_store_set_state(db, number, MESSAGE_RECEIPTED, OUTCOME_STORED, err), err);
    assert_ok(message_store_put_receipt(db, number, note, fill(RECORD_SIZE), fill(PATH_SIZE), err), err);
    append(db, size, RECORD_RECEIPTED, now_ms, err);
}

static void report(const char *what, uint64_t messages, double wall, double cpu)
{
    (void)printf("%-10s %8.0f messages/s, %5.1f us CPU each\n", what, (double)messages / wall,
                 cpu * 1e6 / (double)messages);
}

static void run(struct db *db, const char *what, enum direction direction, uint64_t messages, uint64_t batch,
                struct error *err)
{
    double wall = seconds(CLOCK_MONOTONIC);
    double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    int64_t now_ms = 1800000000000;
    int64_t last_ms;
    int64_t first;
    int64_t note;
    uint64_t size;

    assert_ok(log_store_size(db, LOG_EXCHANGE, &size, &last_ms, err), err);
    for (uint64_t i = 0; i < messages; i += batch) {
        assert_ok(db_begin(db, err), err);
        first = message_store_next_number(db);
        first++;
        for (uint64_t k = 0; k < batch; k++)
            add_message(db, direction, &size, now_ms++, err);
        commit(db, size, err);
        if (direction == DIRECTION_IN)
            continue;
        assert_ok(db_begin(db, err), err);
        assert_ok(evidence_store_add(db,
                                     &(struct peer_note){.peer = 1,
                                                         .incarnation = 1,
                                                         .size = i + batch,
                                                         .state = NOTE_LINKED,
                                                         .note = fill(NOTE_SIZE),
                                                         .index = (int64_t)i,
                                                         .path = fill(PATH_SIZE)},
                                     &note, err),
                  err);
        for (uint64_t k = 0; k < batch; k++)
            settle(db, first + (int64_t)k, note, &size, now_ms, err);
        commit(db, size, err);
    }
    report(what, messages, seconds(CLOCK_MONOTONIC) - wall, seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
}

int main(int argc, char **argv)
{
    uint64_t messages = argc > 2 ? strtoull(argv[2], NULL, 10) : 64000;
    uint64_t batch = argc > 3 ? strtoull(argv[3], NULL, 10) : 64;
    struct log_row log = {.origin = "nrm.example/0123456789abcdef/bench/1"};
    struct error err = {0};
    struct peer_row peer;
    struct hash fid = {{1}};
    struct db *db;

    if (argc < 2)
        return 64;
    for (size_t i = 0; i < sizeof filler; i++)
        filler[i] = (uint8_t)next_random();
    assert_ok(db_open(argv[1], DB_WRITE, &db, &err), &err);
    assert_ok(db_begin(db, &err) && log_store_create(db, LOG_EXCHANGE, &log, &err), &err);
    for (int i = 0; i < 8; i++) {
        struct address agency;

        (void)snprintf(agency.text, sizeof agency.text, "a%d@nrm.example", i);
        assert_ok(peer_store_find_or_add(db, &agency, &fid, &peer, &err), &err);
    }
    assert_ok(db_commit(db, &err), &err);
    run(db, "sending", DIRECTION_OUT, messages, batch, &err);
    run(db, "receiving", DIRECTION_IN, messages, batch, &err);
    db_close(db);
    return 0;
}
