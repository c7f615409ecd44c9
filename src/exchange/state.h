#ifndef EXCHANGE_STATE_H
#define EXCHANGE_STATE_H
/* The state of a node, which its parts share: struct exchange and the structs it lists.
 *
 * Floor: exchange; private to this room, and to simulations that inject faults. Every part gets struct exchange. Each
 * group below names the file that owns it; a flag that asks for work, and a list of what is to be sent, are also set
 * by those who ask.
 */

#include "base/arena.h"
#include "base/secret.h"
#include "exchange/exchange.h"
#include "exchange/members/membership.h"
#include "exchange/trusted_time.h"
#include "store/case_store.h"

struct announcing;
struct audit;
struct clock_doubt;
struct consent_book;
struct consent_comparison;
struct consent_log;
struct consent_refusals;
struct due_times;
struct holds;
struct importing;
struct kept_notes;
struct meter;
struct opening;
struct owed_tries;
struct peers;
struct pending_consent;
struct proofs;
struct sealing;
struct vault;
struct link;
struct withdrawal_task;
struct witness;

/* A message made in this tick: released after the commit without reading it back from the store. */
struct new_message {
    struct new_message *next;
    int64_t number; /* in message_store */
    int64_t peer;   /* in peer_store */
    struct disclosure *disclosure;
    uint64_t record_index;
    bool may_leave; /* its row says so */
};

/* A receipt to be sent after the commit. */
struct pending_receipt {
    struct pending_receipt *next;
    uint64_t link;
    uint64_t record_index; /* of the RECEIVED or REFUSED record, in the exchange log */
};

/* A link to be closed after the commit. WHY is a constant. */
struct pending_hang_up {
    struct pending_hang_up *next;
    uint64_t link;
    const char *why;
};

/* Any other frame to be sent after the commit. PAYLOAD is in the tick's arena. */
struct pending_frame {
    struct pending_frame *next;
    uint64_t link;
    uint16_t kind;
    struct view payload;
};

/* A peer to dial. Owned by exchange.dialling; made and freed by dialling.c. */
struct dialling {
    struct dialling *next;
    int64_t peer;
    struct address agency;
    uint32_t attempts; /* dials so far: the pause between them grows */
    int64_t next_ms;   /* of the next dial; steady */
};

/* An opened value; see tick_plain. */
struct plain {
    struct plain *next;
    struct bytes bytes;
};

struct exchange {
    /* As given to exchange_open; not changed. */
    char home[1024];
    struct db *db;
    struct random_source *random;
    struct post *post;
    void (*on_committed)(void *cookie); /* see exchange_options */
    void (*on_undone)(void *cookie, const struct error *why);
    bool (*copy_wal)(void *cookie);
    void *on_committed_cookie;
    bool read_only;

    /* The time; its purposes are functions of tick.h. */
    struct trusted_time time;
    struct trusted_time time_committed; /* as of the last commit: an undone tick accepted no clock */

    /* The parts, owned; made and freed by exchange.c, membership by members/federation.c. Read only: no vault. */
    struct vault *vault;
    struct audit *audit;
    struct membership *membership;
    struct consent_book *consents;
    struct consent_refusals *refusals;
    struct due_times *due_times;
    struct sealing *sealing;
    struct opening *opening;
    struct meter *meter;
    struct proofs *proofs;
    struct peers *peers;
    struct holds *holds;
    struct witness *witness;
    struct kept_notes *kept_notes;
    struct clock_doubt *doubt;
    struct secret transport_key; /* PKCS#8 DER, for exchange_link_setup */

    /* The transaction and what ends with it: tick.c. */
    struct arena tick_arena;         /* what lives until the tick ends */
    struct plain *plains;            /* opened values, wiped when the tick ends */
    struct opened_case *opened_case; /* among them, the case opened last; NULL: none in this tick */
    bool in_transaction;
    bool tick_wanted;                /* run another tick at once */
    struct error failed_after_write; /* set: half was done, or the store failed; this tick must not commit */
    struct pending_frame *pending_frames;
    struct pending_frame **pending_frames_end;
    struct pending_hang_up *pending_hang_ups;
    size_t noted_bytes;      /* of frames of this tick: traffic/standing.c */
    bool membership_changed; /* refex-link is to be told after the commit */
    int64_t disk_checked_ms; /* when disk_full was last determined; steady; 0: never */
    uint64_t disk_room;      /* what was free then */
    bool disk_full;

    /* This node is a copy, or was put back: logs/own_note.c. Nothing is signed any more. */
    uint64_t signed_beyond; /* size of a checkpoint of ours that our log does not hold; 0: none is known */
    struct address signed_beyond_seen_by;

    /* A key that the disk did not give: tick_read_again. Both steady. */
    int64_t unread_ms;     /* when it last happened; 0: never */
    int64_t read_again_ms; /* 0: nothing waits for it */

    /* Sequence of the last bundle in our name that this node did not make: members/federation.c; 0: none came. */
    uint64_t other_keys;

    /* Whether a person asks, and as which Unix user: logs/acting.c. */
    bool is_asked;
    uint32_t asked_by;

    /* The commit cycle: exchange_tick.c. */
    bool committed;            /* in the third step: the transaction is durable, frames may leave */
    bool durable;              /* the tick has committed, and nobody was answered yet */
    bool undo_due;             /* something found no room: the tick is to be undone */
    bool follow_due;           /* a tick was undone: exchange_follow comes before anything is written */
    enum error_code paused_by; /* E-STO-03 or E-KEY-21: why a tick was undone last */
    int64_t full_until_ms;     /* nothing is written until then, for there is no room; 0: it is */
    int64_t full_pause_ms;     /* how long that was */
    bool stopping;             /* in exchange_stop */
    bool wal_asked;            /* another process copies the WAL */
    bool wal_copied;           /* it has: what was written since is to be */
    int64_t wal_idle_since_ms; /* the last commit, or since then the last try at a WAL checkpoint; steady */
    int64_t house_due_ms;      /* when the next record HOUSE may be due; steady */
    uint32_t today;            /* unix day of the last daily work */
    uint32_t destroyed_on;     /* unix day by which it destroyed what was past its day; 0: the clock was in doubt */

    /* Links: traffic/links.c. */
    struct link *links;
    struct announcing *announcing;

    /* Members are dialled although nothing waits: members/seeking.c. */
    int64_t seek_due_ms;    /* of the next dial; steady; 0: before the first tick */
    size_t seek_step;       /* how many members behind us this sweep is */
    bool seeks_ended;       /* the directory had ended when it began */
    int64_t alone_since_ms; /* no member is linked since then; steady; 0: one is */

    /* Messages out: traffic/outbox.c, releasing.c. */
    struct new_message *new_messages; /* of this tick, in its arena */
    struct new_message **new_messages_end;
    struct dialling *dialling; /* peers to dial: messages wait for them and there is no link */
    bool waiting_scan_due;     /* the store is to be searched for peers with waiting messages */
    struct bytes frame;        /* buffer for the frame being made; the inbox uses it too */

    /* What is owed: traffic/obligations.c, owed_messages.c, owed_log.c, owed_note.c. */
    bool obligations_due;        /* messages may have to be made */
    int64_t obligations_wake_ms; /* when the next may, by the steady clock; 0: no time is set */
    uint64_t owed_mended;        /* rows that were not as the log says when the node started */
    uint64_t owed_noted;         /* size of the log at the newest note of what is owed */
    bool owed_note_due;          /* before its time: a withdrawal is owed, or is not any more */

    /* Messages in: traffic/inbox.c. */
    struct pending_receipt *pending_receipts; /* of this tick, in its arena */
    struct pending_receipt **pending_receipts_end;

    /* Frames that wait for their turn: traffic/serving.c. */
    size_t queued;      /* on all links */
    size_t serve_first; /* who is first in a round that does not reach all */

    /* A referral tried out: kinds/kind_referral.c. */
    bool dry_run; /* exchange_refer with dry_run: nothing is written */

    /* Imports: cases/case_import.c, case_staging.c. */
    struct importing *importing;    /* the one at work, until it is decided; its asker's. NULL: none */
    struct case_import_row staging; /* the one that is stored, in part or whole; count 0: none */
    bool staging_stands;            /* it is decided, and that is on the disk */

    /* Consents recorded in this tick, in its arena; newest first: consent/consent_taken.c. */
    struct pending_consent *pending_consents;

    /* Withdrawals and erasure: consent/withdrawal_work.c. */
    struct withdrawal_task *withdrawal_tasks; /* of this tick, in its arena */
    bool slots_to_erase;                      /* slots were marked: overwrite them after the commit */
    bool slots_unsure;                        /* since the start none was overwritten: what is read may not be synced */
    uint32_t consents_looked;                 /* unix day on which all were compared with the log */
    bool consent_work_due;                    /* consents may need a message sent or a slot erased */

    /* What the log says of the consents: consent/consent_snapshot.c. */
    struct consent_log *consent_log;
    uint64_t consents_size;                        /* records up to the newest CONSENTS; 0: none */
    uint64_t consent_changes;                      /* of rows of consents, by this program */
    struct consent_comparison *consent_comparison; /* see consent_agreement_status */
    bool consents_differ;                          /* see node_status */
    bool consents_read_again;                      /* the same */
};

#endif
