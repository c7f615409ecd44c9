#ifndef REFEXD_FINDINGS_H
#define REFEXD_FINDINGS_H
/* What somebody has to act on now: made from facts about the node by the rows of findings.def, which explains them.
 *
 * Floor: refexd. No clock, no store: all comes with the facts.
 */

#include "codec/control_codec.h"
#include "exchange/cases/case_deletion.h"
#include "exchange/cases/date_reminders.h"
#include "exchange/exchange.h"
#include "exchange/exchange_status.h"
#include "exchange/logs/audit_calls.h"
#include "exchange/referrals/referral_calls.h"
#include "exchange/traffic/link_calls.h"
#include "exchange/traffic/owed_list.h"
#include "refexd/config.h"
#include "refexd/seam_door.h"

enum found {
#define FINDING_ROW(id, code, who, unsaid, function, sentence, clears) FOUND_##id,
#include "refexd/findings/findings.def"
#undef FINDING_ROW
    FOUND_COUNT
};

/* What is remembered of backups (exchange/backup/backup_notes.h). */
struct backup_facts {
    struct control_backup_part data;
    struct control_backup_part keys;
    struct control_backup_places places;
    struct control_backup_rehearsal rehearsal;
    bool has_words;
};

/* All borrowed. */
struct finding_facts {
    bool is_stopped;
    const struct node_status *node;
    const struct config *config;      /* in force; NULL: not known */
    const struct error *conf;         /* why node.conf cannot be used as it is now; E_NONE: it can; NULL: not known */
    const struct seam_state *network; /* NULL: there is no network process */
    const struct owed_summary *owed;
    size_t owed_count;
    const struct owed_summary *untold;
    size_t untold_count;
    const struct held_summary *held;
    size_t held_count;
    const struct finding_summary *logs; /* of other agencies */
    size_t log_count;
    const struct due_summary *due;
    size_t due_count;
    const struct ending_case *ending;
    size_t ending_count;
    const struct near_date *past;
    size_t past_count;
    const struct ident *given_on; /* members of the staff whose Unix user is another account's by now */
    size_t given_on_count;
    const struct backup_facts *backup;      /* NULL: not known */
    const struct dial_back_said *dial_back; /* NULL: not known */
    const char *hook;                       /* the first of those that fail */
    size_t hooks_failing;
    size_t hooks_stopped; /* of which none is run: the process for that does not run */
};

struct finding_list {
    struct arena *arena;           /* of what follows */
    struct control_finding *items; /* BOUND_FINDINGS */
    enum found *rows;              /* of each */
    size_t count;
    size_t named;  /* private: of the row that is being made … */
    uint64_t more; /* … and as many that are not */
    enum found row;
};

/* Fills *OUT, in the order of the rows. Its texts are in ARENA or constants. */
void findings_make(const struct finding_facts *f, struct arena *arena, struct finding_list *out);
/* Who acts on what row F finds, and whether a stopped node can say it. */
enum control_who finding_who(enum found f);
bool finding_is_known_stopped(enum found f);
/* Appends what a stopped node cannot say, in words, in the order of the rows: of those on which a caseworker acts, or
 * of the others. */
void findings_write_unsaid(bool of_caseworker, struct bytes *out);

#endif
