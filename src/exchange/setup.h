#ifndef EXCHANGE_SETUP_H
#define EXCHANGE_SETUP_H
/* A node is made and joins its federation: what refexd --tool does (setup.c, exchange_enrol.c).
 *
 * Floor: exchange.
 */

#include "base/arena.h"
#include "base/secret.h"
#include "codec/control_messages.h"
#include "exchange/exchange.h"

/* Makes keys, database, node.conf and request.refex in HOME; appends the latter's bytes to REQUEST_FILE. When it fails
 * HOME is as it was before, but for the folder itself. E-NOD-04 the home has a node, E-KEY-04 it has keys, E-FIL-02,
 * E-USE-02, E-USE-04. */
MUST_USE bool exchange_init(const struct exchange_options *options, const struct control_init_ask *ask,
                            struct bytes *request_file, struct error *err);
/* Appends the bytes of a request file: WANTED, with two new CSRs of the keys in HOME. E-KEY-*, E-FED-04. */
struct db;
struct request;
MUST_USE bool exchange_request_make(const char *home, const struct request *wanted, struct bytes *file,
                                    struct error *err);
/* The fingerprint (docs/PROTOCOL.md 11) of the identity key in a request file. E-FED-04, E-FED-06. */
MUST_USE bool exchange_request_fingerprint(struct view request_file, struct hash *out, struct error *err);
/* Writes request.refex in HOME anew with ENDPOINT (host:port) and nothing else changed, and appends its bytes to
 * REQUEST_FILE: keys, node id, name and kind stay. Also while the node runs. E-NOD-01, E-USE-04, E-ENR-07 the agency is
 * unlisted, E-ENR-08 the request there is another node's, E-FED-04, E-FIL-*. */
MUST_USE bool exchange_request_endpoint(const char *home, struct view endpoint, struct bytes *request_file,
                                        struct error *err);
/* The same, bound to the invitation in the file INVITE by the words TYPED; *F is the federation that they prove.
 * E-ENR-21, E-ENR-22 it has ended, E-ENR-23 the words are others, E-ENR-26 it is another agency's, E-WRD-*. */
MUST_USE bool exchange_request_bind(const char *home, struct view invite, struct view typed, int64_t now_ms,
                                    struct bytes *request_file, struct federation *f, struct error *err);
/* Writes request.refex anew where it is of another transport key than HOME has: that changes with each renewal. What
 * hinders it is logged. */
void exchange_request_follow(const char *home);
/* Writes rekey.refex in HOME: its request, of the identity key NEXT, which SUCCESSION (note) says takes the place of
 * its own. E-NOD-01, E-ENR-08, E-FED-04, E-FIL-*. */
#define SETUP_REKEY "rekey.refex"
struct sign_key;
MUST_USE bool exchange_request_rekey(const char *home, const struct sign_key *next, struct view succession,
                                     struct error *err);
/* The key in HOME has taken the place of another: request.refex is written anew, and rekey.refex is gone. What hinders
 * it is logged. */
void exchange_request_rekeyed(const char *home);
/* That of the identity key in HOME, also before it is enrolled: not of a file that somebody may have exchanged.
 * E-NOD-01, E-KEY-*. */
MUST_USE bool exchange_own_fingerprint(const char *home, struct hash *out, struct error *err);
/* Wraps the storage key in HOME, which OLD opens (empty: it is plain), under NEW: whole or not at all. The node does
 * not run. E-NOD-01, and as keyfile_change_passphrase. */
MUST_USE bool exchange_change_passphrase(const char *home, struct view old_passphrase, struct view new_passphrase,
                                         struct error *err);
/* Opens the storage key in HOME with PASSPHRASE, which a plain one does not look at, and closes it. E-NOD-01, and as
 * keyfile_open. */
MUST_USE bool exchange_try_passphrase(const char *home, struct view passphrase, struct error *err);
/* Whether each key file of HOME can be read, and holds what a start needs of it, as far as that shows without a
 * passphrase. E-NOD-01, E-KEY-01, -02, -03, -06, -07, -23. */
MUST_USE bool exchange_look_at_keys(const char *home, struct error *err);
/* Sets *OUT to whether opening the node in HOME takes a passphrase. E-NOD-01, E-KEY-06. */
MUST_USE bool exchange_needs_passphrase(const char *home, bool *out, struct error *err);

/* Checks the membership file in ASK and stores its certificates. The newest directory is kept: the one in use, that of
 * the file, or the one in ASK. ASK's fingerprint (may be empty) must be the federation's. Logs own certificate, and the
 * directory if it is new. Views in *OUT lie in ARENA. E-NOD-01, E-ENR-*, E-FED-2x. */
MUST_USE bool exchange_enrol(const struct exchange_options *options, const struct control_enrol_ask *ask,
                             struct arena *arena, struct control_enrol_result *out, struct error *err);

/* Tells of the node in HOME, which does not run, how long its log is and who showed more of it; MARK: from now on it is
 * known as put back from a copy, signs nothing (E-RST-01) and, once the directory says so, begins its logs anew when it
 * is enrolled. Fills all of *OUT but who it is and its request; views lie in ARENA. E-NOD-01, E-NOD-02, E-STO-*. */
MUST_USE bool exchange_mark_restored(const struct exchange_options *options, bool mark, struct arena *arena,
                                     struct control_node_restored *out, struct error *err);

/* Sets *WAITS to whether HOME, whose database is DB, has new keys (exchange_replace_keys) for which it has no
 * membership yet, and *KEY to their fingerprint. A key that cannot be read is none. */
MUST_USE bool exchange_keys_wait(struct db *db, const char *home, bool *waits, struct hash *key, struct error *err);
#define EXCHANGE_REPLACED_KEY "replaced-key" /* in note_store: fingerprint of the identity key that was made so */

/* What may be in other hands of a home that is put back. */
struct exchange_old_keys {
    uint8_t identity[KEY_SIZE]; /* public */
    struct secret storage;      /* under which its slots lie … */
    uint64_t generation;        /* … and of which generation that is */
};
/* Gives HOME, which is put back from a backup and has database and slots, but neither identity, transport and storage
 * key nor a machine's id, new ones, under OPTIONS' passphrase: the id is that of a machine which goes on from the
 * identity key that others know. OLD is written nowhere. On failure HOME is to be removed. E-NOD-02 it was never
 * enrolled, E-KEY-*, E-FIL-*, E-STO-*. */
MUST_USE bool exchange_replace_keys(const struct exchange_options *options, const struct exchange_old_keys *old,
                                    struct error *err);

#endif
