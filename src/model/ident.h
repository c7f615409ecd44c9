#ifndef MODEL_IDENT_H
#define MODEL_IDENT_H
/* What things are called: ids, hashes, agencies, federations, logs.
 *
 * Floor: model; pki and auditlog may include this header too. No I/O. Names: docs/PROTOCOL.md 1 and 2.
 */

#include "base/bounds.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"

#define IDENT_SIZE 16
#define HASH_SIZE  32
#define KEY_SIZE   32 /* Ed25519 and X25519 public keys */

/* A random or time-ordered id: message, referral, consent, case, staff. */
struct ident {
    uint8_t at[IDENT_SIZE];
};

/* A SHA-256 value: leaf, root, commitment, federation id. */
struct hash {
    uint8_t at[HASH_SIZE];
};

_Static_assert(sizeof(struct ident) == IDENT_SIZE && sizeof(struct hash) == HASH_SIZE,
               "bytes are read as lists of them");

/* 32 hex digits and a NUL. */
#define IDENT_TEXT 33

/* `agency@federation`, NUL-terminated, valid by construction (address_read) or empty. */
struct address {
    char text[BOUND_ADDRESS + 1];
};

/* Of `desk.agency@federation`, bytes. */
#define DESK_ADDRESS_MAX (BOUND_AGENCY + 1 + BOUND_ADDRESS)

#define LABEL_SIZE 26

/* The random name under which a federation's transport certificates stand: base32 letters, NUL-terminated, or empty. It
 * is made at founding and derived from nothing, so that who reads it learns no name (docs/PROTOCOL.md 1). */
struct label {
    char text[LABEL_SIZE + 1];
};

/* A federation: its name and its id for ever (hash of the first root's SubjectPublicKeyInfo). */
struct federation {
    char name[BOUND_FEDERATION + 1];
    struct hash fid;
};

bool ident_equal(const struct ident *a, const struct ident *b);
bool ident_is_zero(const struct ident *a);
/* For tsearch and its like: the order of items that begin with an id. */
int ident_order(const void *a, const void *b);
bool hash_equal(const struct hash *a, const struct hash *b);
void ident_write(const struct ident *id, char out[static IDENT_TEXT]);
bool ident_read(struct view text, struct ident *out); /* 32 hex digits */
/* The first and the last id that begin with TEXT, at most 32 hex digits; false: it is something else. */
bool ident_read_range(struct view text, struct ident *first, struct ident *last);
struct view ident_view(const struct ident *id);
struct view hash_view(const struct hash *h);

/* A new random id (consent, referral, case, staff): 128 bits. */
void ident_random(struct random_source *random, struct ident *out);
/* A new message id: 48 bits of milliseconds, 80 random bits (docs/PROTOCOL.md 6). */
void ident_for_message(struct random_source *random, int64_t now_ms, struct ident *out);
/* When message ID was made, unix milliseconds. */
int64_t ident_message_ms(const struct ident *id);

/* Whether TEXT is exactly a full address (docs/PROTOCOL.md 1). The second reads it; false otherwise. */
bool address_ok(struct view text);
bool address_read(struct view text, struct address *out);
/* Reads a full address, or the short form that exists on the command line only: `agency` means agency@FEDERATION. */
MUST_USE bool address_read_short(struct view text, const char *federation, struct address *out, struct error *err);
bool address_equal(const struct address *a, const struct address *b);
struct view address_view(const struct address *a);
/* The parts: agency is not NUL-terminated, federation is. */
struct view address_agency(const struct address *a);
const char *address_federation(const struct address *a);
/* Reads `desk.agency@federation`: *DESK is the part before the first dot, empty where TEXT names none, and *AGENCY what
 * stands behind it. False: what stands there is no desk's name. */
bool desk_address_split(struct view text, struct view *desk, struct view *agency);
bool federation_name_ok(struct view name);            /* what has the form of a label is none */
bool label_read(struct view text, struct label *out); /* exactly 26 letters of a-z2-7 */
void label_random(struct random_source *random, struct label *out);
bool agency_name_ok(struct view name);

/* `<federation>/<fid16>/<agency>/<n>`, and `/house` behind it for the house log (docs/PROTOCOL.md 2). */
#define ORIGIN_MAX (BOUND_FEDERATION + 1 + 16 + 1 + BOUND_AGENCY + 1 + 10 + 6 + 1)
void origin_write(const struct federation *f, const struct address *agency, uint32_t incarnation, bool house,
                  char out[static ORIGIN_MAX]);
/* `<federation>/<fid16>/<agency>`: the key name of cosignatures and notes. */
void note_key_name(const struct federation *f, const struct address *agency, char out[static ORIGIN_MAX]);
/* Reads an origin that must belong to AGENCY in F: sets *incarnation (from 1) and *house. */
bool origin_read(struct view origin, const struct federation *f, const struct address *agency, uint32_t *incarnation,
                 bool *house);

/* The fingerprint that people compare: 56 characters in 14 groups of 4 (docs/PROTOCOL.md 11). */
#define FINGERPRINT_TEXT 70
void fingerprint_write(const struct hash *fid, char out[static FINGERPRINT_TEXT]);
/* Reads without regard to case, spaces and '-'; checks the four check characters and the unused bits. */
bool fingerprint_read(struct view text, struct hash *out);

#endif
