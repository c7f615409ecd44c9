#ifndef EXCHANGE_STATE_H
#define EXCHANGE_STATE_H
/* The state of a node: what a tick shares, and a pointer a part.
 *
 * Floor: exchange; private to this room, and to simulations that inject faults. Every part gets struct exchange. What
 * a part keeps is in a struct of its own, which its own files alone know (a part of several files has it in
 * NAME_inside.h); the others ask its functions. Each group below names who writes it: tests/house/parts.sh.
 */

#include "base/arena.h"
#include "base/secret.h"
#include "exchange/exchange.h"
#include "exchange/members/membership.h"
#include "exchange/trusted_time.h"

struct acting;
struct announcing;
struct asked_segments;
struct audit;
struct backup_places;
struct case_deletion;
struct case_erasing;
struct referral_erasing;
struct case_staging;
struct clock_doubt;
struct consent_book;
struct consent_comparison;
struct consent_log;
struct consent_refusals;
struct consent_snapshot;
struct date_reminders;
struct dialling;
struct drafts;
struct elsewhere;
struct due_times;
struct entries;
struct exclusions;
struct holds;
struct importing;
struct kept_answers;
struct kept_notes;
struct known_keys;
struct contradictions;
struct link;
struct meter;
struct opened_case;
struct opening;
struct opening_again;
struct outbox;
struct obligations;
struct own_keys;
struct own_note;
struct peers;
struct pending_consent;
struct pending_frame;
struct pending_hang_up;
struct plain;
struct proofs;
struct receipting;
struct restored_asks;
struct sealing;
struct narrow_link;
struct renewal_ask;
struct renewal_waits;
struct dial_back;
struct seeking;
struct rewrapping;
struct search;
struct serving;
struct shown_asks;
struct staff;
struct standing_notes;
struct suspensions_refused;
struct vault;
struct withdrawal_work;
struct witness;

struct exchange {
    /* As given to exchange_open; not changed. Written by: exchange.c */
    char home[1024];
    struct random_source *random;
    struct post *post;
    void (*on_committed)(void *cookie); /* see exchange_options */
    void (*on_undone)(void *cookie, const struct error *why);
    bool (*copy_wal)(void *cookie);
    void *on_committed_cookie;
    bool read_only;
    uint32_t keep_closed_days; /* for which a case that was closed is kept */

    /* PKCS#8 DER, for exchange_link_setup. Written by: exchange.c renewal/renewal.c */
    struct secret transport_key;

    /* The time, whose purposes are functions of tick.h; as of the last commit, for an undone tick accepted no clock.
     * Written by: exchange.c exchange_tick.c */
    struct trusted_time time;
    struct trusted_time time_committed;

    /* What stands when a tick is undone. Written by: exchange.c */
    struct db *db;
    struct vault *vault; /* read only: none */
    struct meter *meter;
    struct acting *acting;
    struct announcing *announcing;
    struct backup_places *backup_places;
    struct outbox *outbox;
    struct obligations *obligations;
    struct receipting *receipting;
    struct seeking *seeking;
    struct serving *serving;
    struct standing_notes *standing;
    struct renewal_ask *renewal;
    struct renewal_waits *renewal_waits;
    struct suspensions_refused *refused_suspensions;
    struct dial_back *dial_back;
    /* The first narrow link. Written by: traffic/narrow_links.c */
    struct narrow_link *narrow;
    /* The first link. Written by: traffic/links.c */
    struct link *links;
    /* The import at work, until it is decided; its asker's. NULL: none. Written by: cases/case_import.c */
    struct importing *importing;

    /* Buffers: what lives until the tick ends; for the frame being made. Written by: exchange.c tick.c */
    struct arena tick_arena;
    struct bytes frame;

    /* The commit cycle, and why it waits; this stands, too. Written by: tick.c exchange_tick.c */
    bool durable;              /* the tick has committed, and nobody was answered yet */
    bool stopping;             /* in exchange_stop */
    bool wal_asked;            /* another process copies the WAL */
    bool people_wait;          /* a step of what they asked was made since the last tick */
    enum error_code paused_by; /* E-STO-03 or E-KEY-21: why a tick was undone last */
    uint64_t undone;           /* ticks that were */
    int64_t full_until_ms;     /* nothing is written until then, for there is no room; 0: it is */
    int64_t full_pause_ms;     /* how long that was */
    int64_t unread_ms;         /* when the disk did not give a key last (tick_read_again); steady; 0: never */
    int64_t read_again_ms;     /* when what waits for one is looked at again; steady; 0: nothing waits */

    /* Made anew after an undone tick, as at a start: each is a row of parts.def. Written by: exchange.c */
    struct asked_segments *asked;
    struct audit *audit;
    struct case_deletion *case_deletion;
    struct case_erasing *case_erasing;
    struct referral_erasing *referral_erasing;
    struct case_staging *staging;
    struct clock_doubt *doubt;
    struct shown_asks *shown_asks;
    struct consent_book *consents;
    struct consent_refusals *refusals;
    struct consent_snapshot *snapshot;
    struct date_reminders *date_reminders;
    struct desks *desks;
    struct dialling *dialling;
    struct drafts *drafts;
    struct due_times *due_times;
    struct entries *entries;
    struct exclusions *exclusions;
    struct going_on *going_on;
    struct holds *holds;
    struct kept_answers *kept_answers;
    struct kept_notes *kept_notes;
    struct opening *opening;
    struct opening_again *opening_again;
    struct peers *peers;
    struct proofs *proofs;
    struct rewrapping *rewrapping;
    struct search *search;
    struct sealing *sealing;
    struct staff *staff;
    struct withdrawal_work *withdrawals;
    struct witness *witness;
    /* Written by: members/federation.c */
    struct membership *membership;
    struct own_keys *own_keys;
    /* Written by: succession/known_keys.c */
    struct known_keys *known_keys;
    /* Written by: succession/contradictions.c */
    struct contradictions *contradictions;
    /* Written by: restored/own_note.c */
    struct own_note *own_note;
    /* Written by: restored/elsewhere.c */
    struct elsewhere *elsewhere;
    /* Written by: restored/restored_asks.c */
    struct restored_asks *restored_asks;
    /* Written by: consent/consent_snapshot.c */
    struct consent_log *consent_log;
    /* NULL: nobody asked. Written by: consent/consent_agreement.c */
    struct consent_comparison *consent_comparison;

    /* From here on all is zero after an undone tick. */
    /* Of this tick, in its arena; newest first. Written by: consent/consent_taken.c */
    struct pending_consent *pending_consents;
    /* Of this tick, in its arena; NULL: none. Written by: cases/casebook.c */
    struct opened_case *opened_case;

    /* When the first ends of those of whom refex-link was told as cut off; 0: none. Written by: traffic/links.c */
    int64_t recalls_end_ms;

    /* The transaction and what ends with it. Written by: exchange.c tick.c exchange_tick.c */
    bool in_transaction;
    bool tick_wanted;                /* run another tick at once */
    bool undo_due;                   /* something found no room: the tick is to be undone */
    bool follow_due;                 /* a tick was undone: exchange_follow comes before anything is written */
    bool committed;                  /* in the third step: the transaction is durable, frames may leave */
    bool membership_changed;         /* refex-link is to be told after the commit */
    struct error failed_after_write; /* set: half was done, or the store failed; this tick must not commit */
    struct plain *plains;            /* opened values, wiped when the tick ends */
    struct pending_frame *pending_frames;
    struct pending_frame **pending_frames_end;
    struct pending_hang_up *pending_hang_ups;

    /* The disk, and what is done by the day, by the hour, when nothing else is. Written by: tick.c exchange_tick.c */
    int64_t disk_checked_ms; /* when disk_full was last determined; steady; 0: never */
    uint64_t disk_room;      /* what was free then */
    bool disk_full;
    bool wal_copied;           /* another process has copied the WAL: what was written since is to be */
    int64_t wal_idle_since_ms; /* the last commit, or since then the last try at a WAL checkpoint; steady */
    int64_t house_due_ms;      /* when the next record HOUSE may be due; steady */
    uint32_t today;            /* unix day of the last daily work */
    int64_t ends_said_ms;      /* when peer_ends_new_day spoke last; 0: not since the start */
    uint32_t destroyed_on;     /* unix day by which it destroyed what was past its day; 0: the clock was in doubt */
};

#endif
