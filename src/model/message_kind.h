#ifndef MODEL_MESSAGE_KIND_H
#define MODEL_MESSAGE_KIND_H
/* Kinds of messages between agencies: everything here is made from the rows of message_kinds.def, which explains it.
 *
 * Floor: model. No other room's headers.
 */

#include <stdbool.h>

enum message_kind {
#define KIND(number, id, name, acts, way, flags) MESSAGE_##id = (number),
#include "model/message_kinds.def"
#undef KIND
    MESSAGE_KIND_END
};
#define MESSAGE_KIND_ROOM 64 /* where the numbers end that the database has room for */
_Static_assert(MESSAGE_KIND_END <= MESSAGE_KIND_ROOM, "a message of each kind is a row");

enum message_flag {
    KIND_BEGINS = 1,
    KIND_PERMISSION = 2,
    KIND_SECTIONS = 4,
    KIND_OWED = 8,
    KIND_PASSES_TO_CUT_OFF = 16,
};

enum message_way { WAY_FORTH = 1, WAY_BACK, WAY_TO_HOLDER, WAY_TO_TAKER, WAY_ASKS, WAY_ANSWERS };

/* What a ping says of its sender (PingMessage.says). */
enum { PING_RUNS = 1, PING_PAUSED, PING_LEAVES };

/* All take any number. One that is no kind has the name "?", no flag and way 0. */
const char *message_kind_name(enum message_kind k); /* "referral" … */
bool message_kind_has(enum message_kind k, enum message_flag flag);
enum message_way message_kind_way(enum message_kind k); /* 0: none */
/* Whether a message of this kind names a permission: it begins or continues a referral, or has sections. */
bool message_kind_needs_permission(enum message_kind k, bool has_sections);
/* Whether it is about nobody: no referral, no consent, nothing of a case. */
bool message_kind_is_about_nobody(enum message_kind k);
/* Whether it belongs to a referral, so that it is stored, and ends, with the consent of that referral. */
bool message_kind_is_of_referral(enum message_kind k);

#endif
