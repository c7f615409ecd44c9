#ifndef AUDITLOG_NOTE_H
#define AUDITLOG_NOTE_H
/* Signed notes: a text and one signature line for each key that signed it.
 *
 * Floor: auditlog. C2SP signed-note v1.0.0, read strictly (docs/PROTOCOL.md 2): one spelling of every note that
 * verifies. The first line names the kind of note, and a reader of one kind refuses every other.
 *
 *   text            lines, each ended by a line feed; what is signed
 *   an empty line   the last one of the note: the text may hold others
 *   — NAME BASE64   1 to 16 of them: key name; 4 bytes of key id and the signature
 */

#include "base/bounds.h"
#include "base/bytes.h"
#include "base/error.h"

struct sign_key;
struct verify_key;

#define NOTE_KEY_ID 4 /* bytes */

/* What kind of signature a line holds. Lines of other kinds are ignored. */
enum note_type {
    NOTE_ED25519 = 0x01,
    NOTE_COSIGNATURE = 0x04, /* Ed25519 with a time: see checkpoint.h */
};

struct note_line {
    struct view name;
    uint8_t key_id[NOTE_KEY_ID];
    struct view base64; /* canonical: key id and signature */
};

/* A parsed note. Borrows from the bytes it was read from. */
struct note {
    struct view whole;
    struct view text; /* with its last line feed */
    struct note_line lines[BOUND_NOTE_SIGNATURES];
    size_t line_count;
};

/* SHA-256(name ‖ 0x0A ‖ type ‖ public key), first four bytes. */
void note_key_id(struct view name, enum note_type type, const uint8_t public_key[static 32],
                 uint8_t out[static NOTE_KEY_ID]);

/* Whether NAME may stand in a signature line: not empty, no white space, no '+'. */
bool note_name_ok(struct view name);

/* Signs TEXT as NAME (NUL-terminated). Appends the note, or, where *NOTE holds TEXT as a note already, one more line to
 * it. */
MUST_USE bool note_sign(struct bytes *note, struct view text, const char *name, const struct sign_key *key,
                        struct error *err);

/* Parses a note, whose first line must be FIRST_LINE; verifies nothing. E-LOG-03. */
MUST_USE bool note_read(struct view note, const char *first_line, struct note *out, struct error *err);
/* The same for a note whose first line the caller checks: it must. */
MUST_USE bool note_read_any(struct view note, struct note *out, struct error *err);

/* Whether one key signed a note. */
enum note_verdict {
    NOTE_UNSIGNED, /* no line of that name and key id */
    NOTE_SIGNED,
    NOTE_FORGED, /* there is one and it does not verify: the note is to be refused */
};
enum note_verdict note_check_key(const struct note *n, struct view name, const struct verify_key *key);

/* The same as a requirement. E-LOG-05. */
MUST_USE bool note_verify(const struct note *n, struct view name, const struct verify_key *key, struct error *err);

/* For checkpoint.h: the signature of a line (the bytes behind the key id) into OUT[SIZE]; false where it has another
 * size. */
bool note_line_signature(const struct note_line *line, uint8_t *out, size_t size);
/* For checkpoint.h: appends "— NAME BASE64(key id ‖ signature)\n". */
void note_append_line(struct bytes *note, const char *name, enum note_type type, const uint8_t public_key[static 32],
                      struct view signature);

#endif
