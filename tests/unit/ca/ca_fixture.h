#ifndef TESTS_CA_FIXTURE_H
#define TESTS_CA_FIXTURE_H
/* refex-ca as people run it: the built program, in a folder of its own for each test. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/file.h"
#include "crypto/sign.h"
#include "exchange/members/membership.h"
#include "exchange/members/membership_admits.h"

struct invite;
struct secret;

struct fixture {
    char root[64];
    char output[16384];      /* standard output of the last run */
    char error_output[8192]; /* standard error */
    bool as_nobody;          /* the program runs as a user who owns nothing, where the test runs as root */
};

/* A path in the test's folder; the last four stay valid. */
const char *path_in(const struct fixture *s, const char *name);

void read_text(const char *path, char *out, size_t size);

/* Runs the program without a terminal; returns its exit status. */
int run(struct fixture *s, const char *const *args);

#define RUN(s, ...) run(s, (const char *const[]){__VA_ARGS__, NULL})

int set_up(void **state);

int tear_down(void **state);

#define SCENE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

void assert_output_has(const struct fixture *s, const char *text);

/* --- requests --- */

struct keys {
    struct sign_key *transport;
    struct sign_key *identity;
    struct ident node; /* of the machine that has them */
};

struct keys new_keys(void);
void free_keys(struct keys *k);

/* The request to write, and the names its parts are made with. */
struct request_draft {
    const char *agency;
    const char *certificate_agency; /* NULL: the same */
    const char *relay;              /* unlisted */
    const char *endpoint;           /* NULL: 127.0.0.1:7411 */
    enum agency_kind kind;          /* 0: an NGO */
    const struct bytes *bundle;
    bool transport_names; /* the request for the transport key holds a name */
    const struct invite *invite;
    const struct secret *invite_key; /* it is bound to the invitation by this */
    const struct bytes *succeeds;    /* note by which the key before signs for the request's */
};

void write_request(const char *path, const struct request_draft *p, const struct keys *k);

void create_federation(struct fixture *s);

/* What an agency reads to the coordinator. */
void fingerprint_of(const struct sign_key *key, char out[static FINGERPRINT_TEXT]);

int issue_membership(struct fixture *s, const struct request_draft *p, const struct keys *k, bool replace);

/* The folder's record of comparisons has COUNT lines; the last one says that it was FINGERPRINT of ngo, and HOW. */
void assert_compared(const struct fixture *s, size_t count, const char *fingerprint, const char *how);

/* Opens the membership file as a node would. */
struct membership *open_membership(struct fixture *s, const struct keys *k);

uint64_t sequence_of(struct fixture *s);

const char *passphrase_file(const struct fixture *s, const char *name, const char *words);

/* The passphrase of the file, or none, opens every key that is needed. */
int publish_with(struct fixture *s, const char *passphrase);

/* Three founders, each with a key of his own, two of whom must sign; the federation's fingerprint. */
void found_by_three(struct fixture *s, char fingerprint[static FINGERPRINT_TEXT]);

/* The directory that waits, into FILE. */
void hand_out(struct fixture *s, const char *file);

int sign_as(struct fixture *s, const char *founder, const char *file, const char *number, const char *fingerprint);

int take_back(struct fixture *s, const char *file, const char *more);

/* The newest directory of the folder, taken by M. */
void take_newest(struct fixture *s, struct membership *m);

bool admits(struct membership *m, const char *agency);

size_t authorities(const struct membership *m, bool issuing);

/* Has the directory that waits, in FILE, signed by two of three. */
void sign_waiting(struct fixture *s, const char *file, const char *number, const char *fingerprint);

#endif
