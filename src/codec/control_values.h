#ifndef CODEC_CONTROL_VALUES_H
#define CODEC_CONTROL_VALUES_H
/* What fields of the control socket's messages may hold, where that is nobody else's to say.
 *
 * Floor: codec.
 */

#include "base/error.h"

#define CONTROL_BACKUP_FILE_MAX 64   /* bytes of the name of a part of a backup */
#define CONTROL_CHECK_MAX       1024 /* bytes of what the demo says of one check */
#define CONTROL_CODE_MAX        16   /* bytes of the written code of an error */
#define CONTROL_CURSOR_MAX      80   /* bytes of a place in the logs as people write it */
#define CONTROL_EVENT_MAX       32   /* bytes of the word of an event */
#define CONTROL_FINGERPRINT_MAX 128  /* bytes of a fingerprint as people write it */
#define CONTROL_URGENT_MAX      64   /* referrals that are named before an agency is revoked */
#define CONTROL_SETTING_MAX     32   /* bytes of the name of a setting */
#define CONTROL_HOOK_MAX        64   /* bytes of the name of a hook, and of its folder */
#define CONTROL_NOTES_MAX       24   /* notes in a status */
#define CONTROL_NOTE_MAX        2048 /* bytes of one */
#define CONTROL_SENTENCE_MAX    ERROR_TEXT_MAX
#define CONTROL_WORDS_MAX       512 /* bytes of recovery words as people type them: 24 of 8 letters, each numbered */
#define CONTROL_VERSION_MAX     64  /* bytes */

#endif
