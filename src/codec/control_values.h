#ifndef CODEC_CONTROL_VALUES_H
#define CODEC_CONTROL_VALUES_H
/* What fields of the control socket's messages may hold, where that is nobody else's to say.
 *
 * Floor: codec.
 */

#include "base/error.h"

#define CONTROL_CODE_MAX        16   /* bytes of the written code of an error */
#define CONTROL_FINGERPRINT_MAX 128  /* bytes of a fingerprint as people write it */
#define CONTROL_NOTES_MAX       16   /* notes in a status */
#define CONTROL_NOTE_MAX        2048 /* bytes of one */
#define CONTROL_SENTENCE_MAX    ERROR_TEXT_MAX
#define CONTROL_VERSION_MAX     64 /* bytes */

/* Who has to act on a finding. */
enum control_who { CONTROL_CASEWORKER = 1, CONTROL_OPERATOR, CONTROL_COORDINATOR, CONTROL_WHO_END };
const char *control_who_name(enum control_who who); /* "caseworker" …; "?" of another number */

/* 1 and 2 of the field `log`: "exchange", "house". */
const char *control_log_name(uint32_t log);

#endif
