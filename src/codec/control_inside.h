#ifndef CODEC_CONTROL_INSIDE_H
#define CODEC_CONTROL_INSIDE_H
/* How the files of the control socket's codec write their tables, one table a message.
 *
 * Floor: codec, private. OF is the struct that the rows describe.
 */

#include "codec/control_codec.h"

#include <stddef.h>

#include "codec/table_codec.h"

#define FIELD(number, type, member, min, max)                                                                          \
    {                                                                                                                  \
        number, type, offsetof(struct OF, member), 0, min, max, NULL                                                   \
    }
#define LIST(number, type, member, count, max, sub)                                                                    \
    {                                                                                                                  \
        number, type, offsetof(struct OF, member), offsetof(struct OF, count), 0, max, sub                             \
    }
#define PART(number, type, member, sub)                                                                                \
    {                                                                                                                  \
        number, type, offsetof(struct OF, member), 0, 1, 0, sub                                                        \
    }
#define MESSAGE(name, title)                                                                                           \
    const struct table_message control_##name##_table = {title, sizeof(struct control_##name), name##_fields,          \
                                                         sizeof name##_fields / sizeof name##_fields[0]}

#define CONTROL_MESSAGE(name) extern const struct table_message control_##name##_table;
#define CONTROL_PART(name)    CONTROL_MESSAGE(name)
#include "codec/control_messages.def"
#undef CONTROL_MESSAGE
#undef CONTROL_PART

#endif
