#ifndef CODEC_TOLD_H
#define CODEC_TOLD_H
/* What an audit record and an answer of a node tell people and programs: of a message each field that has the option
 * `json` in its .proto, in the order in which the fields stand there.
 *
 * Floor: codec. Who is shown it decides how a value looks.
 */

#include "model/record.h"

enum told_type {
    TOLD_NUMBER,
    TOLD_WORD, /* a number that has a name */
    TOLD_TIME, /* unix milliseconds */
    TOLD_DAY,
    TOLD_SECTIONS,
    TOLD_TEXT,
    TOLD_ID,
    TOLD_HASH,
    TOLD_FINGERPRINT,
    TOLD_HASHES, /* one behind the other */
    TOLD_LENGTH, /* of bytes that are not shown */
    TOLD_BOOL,
};

struct told_field {
    const char *name;  /* "link.process": process in link */
    const char *label; /* NULL: none */
    enum told_type type;
    bool must;         /* zero and empty are values */
    uint64_t number;   /* NUMBER, WORD, TIME, DAY, SECTIONS, LENGTH, BOOL */
    const char *word;  /* WORD; NULL where the number is 0 */
    struct view bytes; /* TEXT, ID, HASH, FINGERPRINT, HASHES: borrowed from the record */
};

/* Tells what R says. Text that is empty and an id that is not there are left out. */
void told_record(const struct record *r, void (*tell)(void *cookie, const struct told_field *t), void *cookie);
/* The checkpoint notes that R is; NULL where it is none. What they say is read off them: told_record tells nothing. */
const struct record_notes *told_notes(const struct record *r);
/* What field NAME of proto/audit.proto has, in a record of any kind: an agency, empty where there is none; an id, NULL
 * where there is none. `recipient` is whom something went to or was to go to, `sender` whom it came from. */
struct view told_agency(const struct record *r, const char *name);
const struct ident *told_ident(const struct record *r, const char *name);

struct contract_message;

/* Tells all that IN says, a struct of M (codec/control_messages.h). */
void told_message(const struct contract_message *m, const void *in,
                  void (*tell)(void *cookie, const struct told_field *t), void *cookie);

#endif
