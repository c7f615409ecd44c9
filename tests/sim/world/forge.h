#ifndef TESTS_FORGE_H
#define TESTS_FORGE_H
/* A modified sender: envelopes that the code would not make, with the real keys of a node. */

#include "model/envelope.h"
#include "model/record.h"
#include "world.h"

struct forgery {
    struct record_disclosed record; /* message, recipient and commitment are set where they are empty */
    struct view body;
    struct view consent; /* receipt; empty: none */
    uint64_t known_size; /* with CONSISTENCY; 0: neither */
    struct view consistency;
    uint32_t incarnation; /* 0: the record is in the node's log; else in another log of that number … */
    uint64_t other_size;  /* … of so many records, invented but for this one; 0: 1 */
    uint64_t other_index; /* where in it */
    struct ident message; /* in the header; zeros: that of the record */
    uint32_t expiry;      /* unix day; 0: tomorrow */
    /* What else is a lie, before it is padded and sealed; NULL: nothing. The envelope is sealed to who is its recipient
     * then. */
    void (*change)(struct world *w, struct envelope_header *h, struct content *c);
    void (*change_plain)(struct bytes *plain); /* after it was padded */
};

/* Appends an envelope of node FROM for node TO, sealed to today's key. Where incarnation is 0, FROM runs a tick. */
void forge_envelope(struct world *w, size_t from, size_t to, const struct forgery *f, struct bytes *out);

/* The same COUNT times, to OUT[0] and on: their records lie in one other log (incarnation, other_size: of F[0]), under
 * one checkpoint. */
void forge_envelopes(struct world *w, size_t from, size_t to, const struct forgery *f, size_t count, struct bytes *out);

struct audit_proof;
/* An exchange log of node FROM that is stored nowhere: F[0].incarnation, F[0].other_size leaves, invented but for the
 * COUNT records at R, which are put at F[i].other_index. OUT[i] proves R[i] and lives in ARENA. */
void forge_other_log(struct world *w, size_t from, struct record *r, const struct forgery *f, size_t count,
                     struct arena *arena, struct audit_proof *out);

/* Appends R to the exchange log of node I and commits it; *OUT proves it and lives in ARENA. */
void forge_record(struct world *w, size_t i, struct record *r, struct arena *arena, struct audit_proof *out);

#endif
