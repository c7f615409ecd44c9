#ifndef CODEC_CONTRACT_H
#define CODEC_CONTRACT_H
/* The one path between bytes and structs: tables that tools/contract_tables makes from the options of proto.
 *
 * Floor: codec, for generated code and the codecs; others only hand a table on, by its name. Decoding: a strict walk
 * over the bytes by the tables before anything is allocated (docs/PROTOCOL.md 3: one meaning, one spelling), then
 * protobuf-c unpacks into the arena, the table fills the struct, and the rules between fields are asked
 * (codec/rules.h). Encoding is the same back, and what was made must pass the walk (REQUIREd). A section of a case has
 * no struct: case_codec.c takes its values from the walk, and packs them.
 *
 * The walk refuses what a message's maker would not have written in just these bytes: fields ascend, singular ones come
 * once, known ones only, wire types 0 and 2 only, minimal varints no wider than their field, repeated numbers packed,
 * no default value (zero, empty bytes, text, list, message), UTF-8 without NUL; and what is out of the bounds that the
 * options give. protobuf-c itself takes the last of two fields, cuts numbers that are too wide, accepts any bytes as
 * text, and has no limit of depth.
 */

#include "base/arena.h"
#include "base/bounds.h"
#include "base/error.h"

#include <stddef.h>

struct ProtobufCMessageDescriptor; /* of protobuf-c, which this room alone includes */

/* What a member of a struct is. */
enum contract_type {
    CONTRACT_NUMBER,  /* of `width` bytes, never negative, or an enum */
    CONTRACT_CODE,    /* an enum of the contract: walked alone, of cases */
    CONTRACT_BOOL,    /* bool */
    CONTRACT_FIXED,   /* `width` bytes: struct ident, struct hash, an array */
    CONTRACT_BYTES,   /* struct view; `max` bytes */
    CONTRACT_PATH,    /* struct view; `max` hashes */
    CONTRACT_ITEMS,   /* const pointer to `items` structs of `width` bytes, and their number */
    CONTRACT_TEXT,    /* struct view; UTF-8, `max` bytes */
    CONTRACT_LINE,    /* the same without control characters */
    CONTRACT_LINES,   /* the same with line feeds and tabs */
    CONTRACT_AGENCY,  /* struct view; full name of an agency */
    CONTRACT_ADDRESS, /* struct address */
    CONTRACT_LABEL,   /* struct label */
    CONTRACT_SET,     /* uint32_t, bit n stands for the number n, 1 to `max` */
    CONTRACT_MESSAGE, /* the struct of `sub` */
};

/* What a field means to who is told it. */
enum contract_meaning {
    CONTRACT_AS_IT_IS,
    CONTRACT_AS_TIME,
    CONTRACT_AS_DAY,
    CONTRACT_AS_FINGERPRINT,
    CONTRACT_AS_BASE64,
    CONTRACT_AS_WORDS,   /* of the bits of a number */
    CONTRACT_AS_NUMBER,  /* although a rule tells it */
    CONTRACT_AS_MEMBERS, /* of a message: they stand among its parent's */
    CONTRACT_AS_NOTE,
};

struct told_field;

/* What the walk, filling and packing read of each field stands first, in one line of the cache. */
struct contract_field {
    _Alignas(64) uint32_t number;
    enum contract_type type;
    bool must, ascending, has, flat, in_place;
    bool always; /* a number that is `min` and has no member */
    bool omit_empty;
    size_t items; /* lists: the most elements; else 0 */
    uint64_t min; /* of a number that is there */
    uint64_t max;
    size_t width;                       /* size of the member; of a list's, that of an element */
    size_t at;                          /* offset of the member */
    const struct contract_message *sub; /* of bytes: the message in them, whose struct is at `beside` */
    size_t beside;    /* offset of the one member that belongs to it: a list's length; with `has`, the bool that says
                         whether it is there; of bytes that hold a message, the struct of that. The generator refuses
                         a field that has two of them */
    const char *name; /* of the .proto */
    /* How it is told (codec/told.h), with `omit_empty`. */
    const char *json; /* under this name; NULL: not at all */
    uint32_t place;   /* in the .proto */
    enum contract_meaning meaning;
    const char *(*word)(uint64_t n);                     /* a number's name; NULL: it has none */
    bool (*when)(const void *in);                        /* NULL: always */
    void (*by)(const void *in, struct told_field *told); /* NULL: it is told as it stands */
    const struct contract_message *object;               /* that `by` fills; NULL: it fills none */
};

enum contract_boundary {
#define BOUNDARY(name, code, title) BOUNDARY_##name,
#include "codec/boundaries.def"
#undef BOUNDARY
};

/* What the walk reads of each message stands first. */
struct contract_message {
    const struct contract_field *fields; /* one each of the descriptor's, in its order: ascending */
    unsigned count;                      /* of them */
    uint64_t musts;                      /* bit n: fields[n] may not be absent */
    uint32_t kinds_from; /* the field of this number + n is there if and only if the kind is n; 0: no such */
    bool later_fields;   /* fields of a later version are skipped */
    bool secret;         /* it, or one within, has a secret field */
    enum contract_boundary boundary;
    size_t kind; /* which of `fields` is the kind */
    size_t max_bytes;
    size_t size; /* of the struct */
    const struct ProtobufCMessageDescriptor *descriptor;
    bool (*rule)(const void *in, struct error *err); /* NULL: any fields may stand together */
};

/* Appends IN's bytes to *OUT. What contract_decode would refuse is REQUIREd not to come. */
void contract_encode(const struct contract_message *m, const void *in, struct bytes *out);
/* The same, also of what contract_decode refuses: for who asks the walk and the rules then, and for tests. */
void contract_encode_unchecked(const struct contract_message *m, const void *in, struct bytes *out);

/* Whether IN, whose bytes the walk has passed, keeps M's rule and that of the message of its kind: of a record that is
 * all that contract_decode asks beyond the walk (unit_codec_test_record_codec). */
MUST_USE bool contract_rules_hold(const struct contract_message *m, const void *in, struct error *err);

/* The same for what a person asked for: false, with the error of contract_decode, where that would refuse it; *OUT is
 * as before then. */
MUST_USE bool contract_try_encode(const struct contract_message *m, const void *in, struct bytes *out,
                                  struct error *err);

/* Fills *OUT, which borrows from ARENA; that of a secret message must be wiping (REQUIREd). The error is that of the
 * boundary: E_BYT_01 (not the one spelling), E_BYT_02 (over a limit, or more than the arena may give), E_BYT_03 (a
 * value that may not stand), or the boundary's own code. *OUT is written when all is well. */
MUST_USE bool contract_decode(const struct contract_message *m, struct view wire, struct arena *arena, void *out,
                              struct error *err);

/* The walk alone: E_BYT_01 to E_BYT_03. */
MUST_USE bool contract_walk(const struct contract_message *m, struct view wire, struct error *err);

/* One value that the walk has passed; of a list, one element. */
struct contract_item {
    const struct contract_field *field;
    size_t depth;      /* of its message, from 0 */
    struct view whole; /* the field with its tag; of packed numbers, all of them */
    struct view value; /* bytes, text, a message: its own fields come next, one deeper */
    uint64_t number;
};

/* The same, and hands each value to EACH as soon as it has passed, until EACH returns false and sets ERR: that stands
 * unless what comes behind is not spelled right. */
MUST_USE bool contract_visit(const struct contract_message *m, struct view wire,
                             bool (*each)(void *cookie, const struct contract_item *item), void *cookie,
                             struct error *err);

/* The number at P, a member that F describes. */
uint64_t contract_number(const struct contract_field *f, const void *p);

/* --- for generated tables --- */

/* The offset of MEMBER of struct S, which must be of TYPE, and its parts. */
#define CONTRACT_AT(S, member, TYPE)                                                                                   \
    (offsetof(struct S, member) + 0 * sizeof(*(1 ? &((struct S *)0)->member : (TYPE *)0)))
#define CONTRACT_WIDTH(S, member)   sizeof(((struct S *)0)->member)
#define CONTRACT_ELEMENT(S, member) sizeof(*((struct S *)0)->member)

/* Where a field is: a member of TYPE; a number of any type, or an array of bytes; a list and its length COUNT, in an
 * array or somewhere else; a message whose members are those of S. Beside it: the bool that says whether it is there;
 * what the message in it says. */
#define CONTRACT_MEMBER(S, member, TYPE) .at = CONTRACT_AT(S, member, TYPE), .width = CONTRACT_WIDTH(S, member)
#define CONTRACT_ANY(S, member)          .at = offsetof(struct S, member), .width = CONTRACT_WIDTH(S, member)
#define CONTRACT_LIST(S, member, TYPE, count)                                                                          \
    .at = CONTRACT_AT(S, member, const TYPE *), .width = CONTRACT_ELEMENT(S, member),                                  \
    .beside = offsetof(struct S, count)
#define CONTRACT_ARRAY(S, member, TYPE, count)                                                                         \
    .at = CONTRACT_AT(S, member[0], TYPE), .width = CONTRACT_ELEMENT(S, member), .beside = offsetof(struct S, count),  \
    .in_place = true
#define CONTRACT_HAS(S, member)           .has = true, .beside = offsetof(struct S, member)
#define CONTRACT_HELD(S, member, element) .beside = CONTRACT_AT(S, member, struct element)
#define CONTRACT_FLAT(S)                  .at = 0, .width = sizeof(struct S), .flat = true

/* A function that an option names, as NAME, which takes any struct: one of another struct than S does not compile. WORD
 * names the values of an enum or a number. */
#define CONTRACT_WORD(name, S, function)                                                                               \
    static const char *name(uint64_t n)                                                                                \
    {                                                                                                                  \
        return function((unsigned)n);                                                                                  \
    }
#define CONTRACT_WHEN(name, S, function)                                                                               \
    static bool name(const void *in)                                                                                   \
    {                                                                                                                  \
        return function((const struct S *)in);                                                                         \
    }
#define CONTRACT_BY(name, S, function)                                                                                 \
    static void name(const void *in, struct told_field *told)                                                          \
    {                                                                                                                  \
        function((const struct S *)in, told);                                                                          \
    }
#define CONTRACT_RULE(name, S, function)                                                                               \
    static bool name(const void *in, struct error *err)                                                                \
    {                                                                                                                  \
        return function((const struct S *)in, err);                                                                    \
    }
#define CONTRACT_FUNCTIONS(name, S)                                                                                    \
    void S##_encode(const struct S *in, struct bytes *out)                                                             \
    {                                                                                                                  \
        contract_encode(&name##_contract, in, out);                                                                    \
    }                                                                                                                  \
    bool S##_decode(struct view wire, struct arena *arena, struct S *out, struct error *err)                           \
    {                                                                                                                  \
        return contract_decode(&name##_contract, wire, arena, out, err);                                               \
    }

#endif
