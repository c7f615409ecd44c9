#ifndef CODEC_CONTROL_VERBS_H
#define CODEC_CONTROL_VERBS_H
/* What a node can be asked on the control socket: the rows of verbs.def as the programs on both its ends read them.
 *
 * Floor: codec. The messages themselves: control_codec.h.
 */

#include <stdbool.h>

#include "model/staff.h"

#define CONTROL_REQUEST_MAX 1023 /* number of a request; 640 to 642 are answers */

/* The kinds of frame: a request each, and of the answers to it. */
enum control_kind {
#define VERB_ROW(number, kind, ...) CONTROL_##kind = (number),
#define CALL_ROW                    VERB_ROW
#include "codec/verbs.def"
    CONTROL_NAMED = 553, /* a request under a request id: NamedAsk */
    CONTROL_ITEM = 640,
    CONTROL_DONE,
    CONTROL_FAILURE,
};

/* How a refexd was started. Each request is answered in some modes only. */
enum control_mode {
    CONTROL_NODE = 1 << 0,
    CONTROL_READER = 1 << 1,
    CONTROL_TOOL = 1 << 2,
};

/* What is done where a request is made again, its answer not having come. */
enum control_again {
    CONTROL_READS, /* it changes nothing */
    CONTROL_NOTHING_MORE,
    CONTROL_NOTHING_MORE_BY_ID, /* with the same request id */
    CONTROL_ANEW,
};

/* How many items an answer has. */
enum control_items { CONTROL_NONE, CONTROL_ONE, CONTROL_MANY };

struct control_verb {
    const char *name;       /* "referral accept" */
    enum control_kind kind; /* of the request */
    unsigned modes;         /* bits of enum control_mode */
    staff_roles roles;      /* whose: one of them is enough */
    enum control_again again;
    enum control_items items;
};

/* The row of a request; NULL: there is none of that kind. */
const struct control_verb *control_verb_find(uint16_t kind);
const char *control_verb_name(unsigned kind); /* its words; "?": there is none */
/* Whether it is asked under a request id, too: what changes something at a running node and has none in its message.
 * Asked again so it does nothing, whatever it does else. */
bool control_verb_takes_id(const struct control_verb *verb);

#endif
