#ifndef CODEC_MESSAGES_H
#define CODEC_MESSAGES_H
/* What the generated header of each contract needs, codec/control_messages.h and the others: see tools/contract_tables.
 *
 * Floor: codec, for those headers alone.
 */

#include "base/arena.h"
#include "base/error.h"
#include "model/ident.h"

struct contract_message;

/* The functions of message NAME, whose struct is S: contract_encode and contract_decode (codec/contract.h) by its
 * table. */
#define CONTRACT_PROTOTYPES(name, S)                                                                                   \
    void S##_encode(const struct S *in, struct bytes *out);                                                            \
    MUST_USE bool S##_decode(struct view wire, struct arena *arena, struct S *out, struct error *err);
#define CONTRACT_NOTHING(name, S)

#endif
