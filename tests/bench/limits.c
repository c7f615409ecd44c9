/* What this machine can do with the primitives that a referral needs: a baseline beside the node's figures.
 *
 *   limits [--dir DIR] [--json]
 *
 * One core each: sealing and opening 2 KiB (HPKE, a new encapsulation each time), Ed25519, SHA-256 of tree nodes,
 * fdatasync of 4 KiB appended, rows of 2.2 KB in SQLite (WAL, synchronous FULL, 64 a commit). F2 is the baseline that
 * bench is compared with: one signature for 64 messages, one encapsulation for each, nothing else, on two cores.
 */
#include <fcntl.h>
#include <getopt.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/secret.h"
#include "crypto/digest.h"
#include "crypto/random.h"
#include "crypto/seal.h"
#include "crypto/sign.h"

#define SECONDS 0.5 /* for each measurement */

static void check(bool ok, const char *what)
{
    if (ok)
        return;
    (void)fprintf(stderr, "limits: %s failed\n", what);
    exit(1);
}

static double now_s(clockid_t which)
{
    struct timespec t;

    (void)clock_gettime(which, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Microseconds of CPU time and of wall time that one call of STEP takes. */
struct cost {
    double cpu_us;
    double wall_us;
};

static struct cost cost_of(void (*step)(void))
{
    double wall = now_s(CLOCK_MONOTONIC);
    double cpu = now_s(CLOCK_PROCESS_CPUTIME_ID);
    double took;
    long n = 0;

    do {
        for (int i = 0; i < 8; i++)
            step();
        n += 8;
        took = now_s(CLOCK_MONOTONIC) - wall;
    } while (took < SECONDS);
    return (struct cost){(now_s(CLOCK_PROCESS_CPUTIME_ID) - cpu) * 1e6 / (double)n, took * 1e6 / (double)n};
}

static struct seal_key *sealing;
static struct sign_key *signing;
static struct verify_key *verifying;
static uint8_t public_key[32];
static uint8_t enc[32];
static uint8_t plain[2048];
static uint8_t signature[64];
static struct bytes sealed;
static struct bytes opened;
static const struct view info = {(const uint8_t *)"limits", 6};
static int file;
static sqlite3 *db;
static sqlite3_stmt *insert;

static void step_seal(void)
{
    struct seal_sender *s;
    struct error err;

    bytes_clear(&sealed);
    check(seal_sender_new(public_key, info, enc, &s, &err) &&
              seal_sender_seal(s, 0, info, view_of(plain, sizeof plain), &sealed, &err),
          "seal");
    seal_sender_free(s);
}

static void step_open(void)
{
    struct seal_recipient *o;
    struct error err;

    bytes_clear(&opened);
    check(seal_recipient_new(sealing, enc, info, &o, &err) &&
              seal_recipient_open(o, 0, info, bytes_view(&sealed), &opened, &err),
          "open");
    seal_recipient_free(o);
}

static void step_sign(void)
{
    struct error err;

    check(sign_text(signing, view_of(plain, 32), signature, &err), "sign");
}

static void step_verify(void)
{
    check(verify_text(verifying, view_of(plain, 32), signature), "verify");
}

static void step_node(void)
{
    static struct hash h;

    digest_node(&h, &h, &h);
}

static void step_sync(void)
{
    check(write(file, plain, sizeof plain) > 0 && write(file, plain, sizeof plain) > 0 && fdatasync(file) == 0,
          "fdatasync");
}

static void step_rows(void)
{
    check(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK, "begin");
    for (int i = 0; i < 64; i++) {
        (void)sqlite3_bind_blob(insert, 1, plain, sizeof plain, SQLITE_STATIC);
        check(sqlite3_step(insert) == SQLITE_DONE && sqlite3_reset(insert) == SQLITE_OK, "insert");
    }
    check(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK, "commit");
}

static void set_up(const char *dir)
{
    char path[512];
    struct error err;

    random_fill(&random_real, plain, sizeof plain);
    sealing = seal_key_new();
    seal_key_public(sealing, public_key);
    signing = sign_key_new();
    sign_key_public(signing, signature);
    check(verify_key_new(signature, &verifying, &err), "key");
    (void)snprintf(path, sizeof path, "%s/limits.file", dir);
    file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    check(file >= 0, path);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/limits.db", dir);
    check(sqlite3_open(path, &db) == SQLITE_OK &&
              sqlite3_exec(db,
                           "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; DROP TABLE IF EXISTS m; "
                           "CREATE TABLE m (id INTEGER PRIMARY KEY, body BLOB)",
                           NULL, NULL, NULL) == SQLITE_OK &&
              sqlite3_prepare_v2(db, "INSERT INTO m (body) VALUES (?)", -1, &insert, NULL) == SQLITE_OK,
          "sqlite");
}

static void clean_up(const char *dir)
{
    static const char *const names[] = {"limits.db", "limits.db-wal", "limits.db-shm"};
    char path[512];

    (void)sqlite3_finalize(insert);
    (void)sqlite3_close(db);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        (void)unlink(path);
    }
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"dir", required_argument, NULL, 'd'}, {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
    static const struct {
        const char *name;
        const char *text;
        void (*step)(void);
    } parts[] = {{"seal", "HPKE seal 2 KiB", step_seal},
                 {"open", "HPKE open 2 KiB", step_open},
                 {"sign", "Ed25519 sign", step_sign},
                 {"verify", "Ed25519 verify", step_verify},
                 {"node", "SHA-256 tree node", step_node},
                 {"sync", "fdatasync, 4 KiB appended", step_sync},
                 {"rows", "SQLite FULL, 64 rows a commit", step_rows}};
    struct cost costs[sizeof parts / sizeof *parts];
    const char *dir = "/tmp";
    bool json = false;
    double f2;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'd')
            dir = optarg;
        else if (c == 'j')
            json = true;
        else
            return 64;
    }
    set_up(dir);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        costs[i] = cost_of(parts[i].step);
    clean_up(dir);
    f2 = 2e6 / (costs[0].cpu_us + costs[1].cpu_us + (costs[2].cpu_us + costs[3].cpu_us) / 64);
    if (json)
        (void)printf("{");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (json)
            (void)printf("\"%s_us\":%.2f,", parts[i].name, i < 5 ? costs[i].cpu_us : costs[i].wall_us);
        else
            (void)printf("%-32s %10.2f us %s\n", parts[i].text, i < 5 ? costs[i].cpu_us : costs[i].wall_us,
                         i < 5 ? "CPU" : "");
    }
    (void)printf(json ? "\"f2_per_second\":%.0f}\n" : "floor F2 on two cores            %10.0f messages/s\n", f2);
    return 0;
}
