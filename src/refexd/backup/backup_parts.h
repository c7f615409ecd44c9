#ifndef REFEXD_BACKUP_PARTS_H
#define REFEXD_BACKUP_PARTS_H
/* The two parts of a backup at their places: where they lie, and what the data part says. backup_opened.h opens the
 * other one.
 *
 * Floor: refexd. For the process that writes and rehearses them (backup_process.h), and for who puts them back
 * (backup_restore.h). It knows no frames, and writes nothing at a place.
 */

#include "base/bytes.h"
#include "codec/control_messages.h"
#include "model/agency.h"
#include "model/ident.h"
#include "store/db_backup.h"

/* --- places --- */

/* The path FOLDER/NAME as a C string. E-BAK-04: there is no such folder. */
MUST_USE bool backup_place_path(struct view folder, const char *name, char *out, struct error *err);
/* Whether both are on one file system; false where one cannot be asked. */
bool backup_same_file_system(const char *a, const char *b);
/* Says in OUT, a part that was made in FOLDER, on which disks that lies beside HOME and beside OTHER, the folder of the
 * other part, where there is one. */
void backup_fill_disks(const char *home, struct view folder, struct view other, struct control_backup_part *out);

#define BACKUP_KEYS_FILE "refex-keys"
/* Opens the keys part in FOLDER for reading: -1 with E-BAK-04, E-BAK-13. */
int backup_open_keys(struct view folder, struct error *err);
/* The newest data part in FOLDER: *FOUND, its name in OUT, CONTROL_BACKUP_FILE_MAX bytes and a NUL. E-BAK-04.
 * backup_data.c. */
MUST_USE bool backup_newest_data(struct view folder, bool *found, char *out, struct error *err);

/* --- the data part --- */

/* What it says when it is read as a stopped node's database. */
struct backup_facts {
    bool is_good;    /* both audit logs hold */
    int64_t last_ms; /* of the newest record: the day of the part, which neither its name nor its file says */
    struct address agency;
    bool is_listed; /* the directory in it has an entry of the agency, which says: */
    enum agency_kind kind;
    bool unlisted;
    char endpoint[BOUND_ENDPOINT + 1];
    struct address relay; /* empty: none */
};
/* DATABASE NULL: that of HOME. E-STO-*, E-NOD-02, … */
MUST_USE bool backup_read_facts(const char *home, const char *database, struct backup_facts *out, struct error *err);
/* ERR, with which the database of the data part NAME was refused, becomes CODE and says so of that file, except what is
 * of this machine or program (a full disk, an older refex). Always false. */
bool backup_data_refused(const char *name, enum error_code code, struct error *err);
void backup_fill_counts(const struct db_counts *c, struct control_backup_counts *out);

#endif
