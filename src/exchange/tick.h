#ifndef EXCHANGE_TICK_H
#define EXCHANGE_TICK_H
/* What the parts of a node share while a turn runs. Included by exchange/ only.
 *
 * Floor: exchange. One struct so that each part is handed one thing; each part changes its own members only.
 */

#include "base/arena.h"
#include "base/secret.h"
#include "exchange/exchange.h"
#include "exchange/members/membership.h"

struct audit;
struct consent_book;
struct inbox;
struct peers;
struct proofs;
struct sealing;
struct vault;
struct withdrawal_task;

/* A peer at the other end of a link, checked. */
struct link {
    struct link *next;
    uint64_t id;
    struct address agency;
    int64_t peer;             /* peer_store number */
    bool bundle_due;          /* our bundle, or … */
    bool directory_due;       /* … our directory is to be sent when the tick is committed */
    bool backlog;             /* messages wait in the store that were not released on this link */
    int64_t released_up_to;   /* message number: up to here they were */
    int64_t released_ms;      /* the oldest release since all that waits was looked at; 0: none */
    uint32_t attempts;        /* dials that led here; 0 once a frame came */
    uint32_t bad_directories; /* directories it brought that are none; after a few it is hung up */
    uint64_t grown_size;      /* size of the newest checkpoint that a consistency proof on this link led to … */
    int64_t growth_message;   /* … and the number of the message that carried it; 0: receipted or none */
};

/* A message of this turn, for release without reading it back. */
struct new_message {
    struct new_message *next;
    int64_t number;
    int64_t peer;
    struct disclosure *disclosure;
    uint64_t record_index;
};

/* A receipt that is sent when this tick is committed. */
struct pending_receipt {
    struct pending_receipt *next;
    uint64_t link;
    uint64_t record_index;
};

/* Any other frame that came up before the commit. */
struct pending_frame {
    struct pending_frame *next;
    uint64_t link;
    uint16_t kind;
    struct view payload;
};

struct exchange {
    char home[1024];
    struct db *db;
    struct clock *clock;
    struct random_source *random;
    struct post *post;
    bool read_only;

    struct vault *vault;
    struct audit *audit;
    struct membership *membership;
    struct consent_book *consents;
    struct sealing *sealing;
    struct inbox *inbox;

    struct arena tick_arena; /* everything that lives until the turn ends */
    struct plain *plains;    /* opened values of this turn: wiped at its end */
    bool in_transaction;
    bool dry_run;                       /* a dry run: nothing is written */
    bool committed;                     /* the third step: what is durable leaves */
    void (*on_committed)(void *cookie); /* the program's part of it */
    void *committed_cookie;
    bool tick_wanted;                /* another turn is wanted at once */
    struct error failed_after_write; /* set: a call failed after it had written; nothing of this turn is kept */
    bool rotate_due;                 /* sealing keys are to be looked at */
    int64_t committed_ms;            /* when the last commit was */
    int64_t house_due_ms;            /* when the house log's checkpoint is looked at again */
    uint32_t today;                  /* unix day of the last daily work */
    int64_t disk_checked_ms;
    bool disk_full;

    struct link *links;
    struct new_message *new_messages;
    struct new_message **new_messages_end;
    struct pending_receipt *pending_receipts;
    struct pending_receipt **pending_receipts_end;
    struct pending_frame *pending_frames;
    struct pending_frame **pending_frames_end;
    struct dialling *dialling; /* peers that messages wait for and no link stands to */
    bool waiting_scan_due;     /* the store is to be asked who waits */
    struct bytes frame;        /* the frame that is being made */
    struct proofs *proofs;
    struct peers *peers;
    uint64_t refusals_uncounted;
    uint64_t busy_uncounted;
    struct withdrawal_task *withdrawal_tasks; /* consents that are being looked at */
    bool slots_to_erase;                      /* a commit marked slots: they are overwritten behind it */
    bool consent_work_due;                    /* consents are to be looked at: withdrawals to tell, slots to erase */
    struct witnessed {                        /* the checkpoint that was compared last: a batch carries one */
        int64_t peer;
        uint64_t size;
        struct hash root;
    } seen_by_message, seen_by_receipt;
    struct secret transport_key; /* PKCS#8: see exchange_link_setup */
};

/* A peer to be reached, and when it is tried again. */
struct dialling {
    struct dialling *next;
    int64_t peer;
    struct address agency;
    uint32_t attempts;
    int64_t next_ms;
};

/* Opened text that is wiped when the turn ends. */
struct plain {
    struct plain *next;
    struct bytes bytes;
};

/* Begins the turn's transaction when it is not open yet. */
MUST_USE bool tick_begin(struct exchange *x, struct error *err);
uint32_t tick_today(const struct exchange *x);
/* A buffer that is wiped when the turn ends. */
struct bytes *tick_plain(struct exchange *x);
/* E-STO-03 when the disk is nearly full: said before anything is begun. */
MUST_USE bool tick_has_room(struct exchange *x, struct error *err);
struct link *tick_link(struct exchange *x, uint64_t id);
struct link *tick_link_to(struct exchange *x, int64_t peer);
/* Around every call that writes. One that failed after it had written something leaves a transaction that must not be
 * committed: the turn fails, the process ends and reads the truth. (A denial writes its record and fails on purpose.)
 */
uint64_t tick_mark(const struct exchange *x);
bool tick_ended(struct exchange *x, uint64_t mark, bool ok, const struct error *err);
/* Runs work in the next tick at once. */
void tick_again(struct exchange *x);
/* The only way out for a frame: at once in the committed step, else when that is reached (PAYLOAD is copied). */
void tick_send(struct exchange *x, uint64_t link, uint16_t kind, struct view payload);
/* Sends what was put off. */
void tick_send_pending(struct exchange *x);
/* Opened values are wiped, and everything in the arena ends. */
void tick_end(struct exchange *x);

#endif
