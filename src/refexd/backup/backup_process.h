#ifndef REFEXD_BACKUP_PROCESS_H
#define REFEXD_BACKUP_PROCESS_H
/* The process that writes backups: refexd --backup. It has the database and the folders of the backup, and no key: the
 * keys part comes from the node sealed. In a rehearsal it is given the recovery words, and ends behind it.
 *
 * Floor: refexd. A slow or hung disk of the backup holds this process, never the node. It does one thing at a time, as
 * frames over descriptor 3 ask (io/child_serve.h), and ends with the node.
 */

#include "refexd/backup/backup_parts.h"

/* Kinds of frame. Payloads are messages of control.proto, but for BACKUP_PIECE, which is bytes of the keys part, and
 * BACKUP_PROGRESS, u64 done ‖ u64 total. */
enum backup_frame {
    /* from the node */
    BACKUP_MAKE_DATA = 1, /* BackupTask; answered by PROGRESS …, then PART */
    BACKUP_BEGIN_KEYS,    /* BackupTask; answered by NEXT or PART */
    BACKUP_PIECE,         /* answered as BEGIN_KEYS */
    BACKUP_END_KEYS,      /* SHA-256 of all pieces; answered by PART */
    BACKUP_REHEARSE,      /* BackupTask; answered by REHEARSAL */
    /* to the node */
    BACKUP_PROGRESS = 17,
    BACKUP_NEXT,      /* the next piece, or the end, may come */
    BACKUP_PART,      /* BackupPart: what came of it */
    BACKUP_REHEARSAL, /* BackupRehearsal: the same */
};

/* Serves the node until that ends. E-BAK-28: it said what was not understood. */
MUST_USE bool backup_process_serve(const char *home, struct error *err);
/* OUT says of what failed why: also of a process that ended. */
void backup_part_failed(struct control_backup_part *out, const struct error *why);

/* --- within the process --- */

struct backup_work {
    const char *home;
    struct arena arena; /* of the task */
    struct control_backup_task task;
    struct backup_writing *writing; /* of the keys part; NULL: none is under way */
    int64_t other_ms;               /* what lay there is not what this node wrote, as was seen then; 0: it is … */
    bool other_gone;                /* … or there was none */
};

/* Whether FOLDER may be written: E-BAK-19 it is APART by what was made last, and on the node's own disk now. */
MUST_USE bool backup_check_mounted(const struct backup_work *w, struct view folder, bool apart, struct error *err);
void backup_send_progress(uint64_t done, uint64_t total);

/* Makes the data part, restores it in trial, and removes older ones: backup_data.c. */
MUST_USE bool backup_make_data(struct backup_work *w, struct control_backup_part *out, struct error *err);
/* The keys part: backup_keys.c. End frees what begin made, as does drop. */
MUST_USE bool backup_begin_keys(struct backup_work *w, struct error *err);
MUST_USE bool backup_write_keys(struct backup_work *w, struct view piece, struct error *err);
MUST_USE bool backup_end_keys(struct backup_work *w, struct view hash, struct control_backup_part *out,
                              struct error *err);
void backup_drop_keys(struct backup_work *w);
/* Whether FD is the keys part that this node wrote last, by its hash; where it knows of none at that place, any is. */
bool backup_is_own(const struct backup_work *w, int fd);
/* Opens both parts with the words: backup_rehearsal.c. */
MUST_USE bool backup_rehearse(struct backup_work *w, struct control_backup_rehearsal *out, struct error *err);

#endif
