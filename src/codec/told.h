#ifndef CODEC_TOLD_H
#define CODEC_TOLD_H
/* What an audit record, an answer and what was asked tell people and programs: of a message each field that has the
 * option `json` in its .proto, in the order in which the fields stand there.
 *
 * Floor: codec. Who is shown it decides how a value looks.
 */

#include <stddef.h>

#include "model/record.h"

#define TOLD_MADE_MAX 512 /* of the struct of an object that a rule makes */

struct contract_field;
struct contract_message;

enum told_type {
    TOLD_NUMBER,
    TOLD_WORD,  /* a number that has a name */
    TOLD_WORDS, /* a number whose bits have names */
    TOLD_TIME,  /* unix milliseconds */
    TOLD_DAY,
    TOLD_TEXT,
    TOLD_ID,
    TOLD_HASH,
    TOLD_FINGERPRINT,
    TOLD_HASHES, /* one behind the other */
    TOLD_BASE64,
    TOLD_NOTE,   /* a checkpoint note: record_note_read */
    TOLD_LENGTH, /* of bytes that are not shown */
    TOLD_BOOL,
    TOLD_LIST,   /* told_element */
    TOLD_OBJECT, /* told by its own table */
    TOLD_NULL,   /* it has no value */
};

struct told_field {
    const char *name; /* "link.process": process in link */
    enum told_type type;
    bool must;         /* zero and empty are values */
    bool left_out;     /* here it is not told, what stands below notwithstanding */
    uint64_t number;   /* NUMBER, WORD, WORDS, TIME, DAY, LENGTH, BOOL */
    const char *word;  /* WORD; NULL where the number has none */
    struct view bytes; /* TEXT, ID, HASH, FINGERPRINT, HASHES, BASE64, NOTE: borrowed from the struct */
    size_t count;      /* LIST */
    const struct contract_message *sub;   /* OBJECT */
    const void *object;                   /* OBJECT: NULL where it is not there */
    const void *in;                       /* the struct that it is of */
    const char *(*word_of)(uint64_t bit); /* private, as what follows */
    const struct contract_field *list;
    _Alignas(max_align_t) uint8_t made[TOLD_MADE_MAX];
};

/* For src/codec/told_rules.h: T becomes an object, whose struct of SIZE bytes, zeros, is returned to be filled. */
void *told_make(struct told_field *t, size_t size);
/* The element I of the list T. */
void told_element(const struct told_field *t, size_t i, struct told_field *out);
/* It has no value: zero, false, nothing. */
bool told_is_empty(const struct told_field *t);
/* The name of the bit that is the first from *BIT on (1 to 31) that stands in T, of words, and *BIT is the next one;
 * NULL: there are no more. */
const char *told_next_word(const struct told_field *t, unsigned *bit);

/* Tells what R says by its kind, what is left out too. */
void told_record(const struct record *r, void (*tell)(void *cookie, const struct told_field *t), void *cookie);
/* What field NAME of proto/audit.proto has, in a record of any kind: an agency, empty where there is none; an id, NULL
 * where there is none. `recipient` is whom something went to or was to go to, `sender` whom it came from. */
struct view told_agency(const struct record *r, const char *name);
const struct ident *told_ident(const struct record *r, const char *name);

/* Tells what IN says, a struct of M, what is left out too; of an audit record also what it
 * says by its kind. */
void told_message(const struct contract_message *m, const void *in,
                  void (*tell)(void *cookie, const struct told_field *t), void *cookie);
/* The one field that is told under NAME; false: M has none. */
bool told_one(const struct contract_message *m, const void *in, struct view name, struct told_field *out);

#endif
