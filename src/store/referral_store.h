#ifndef STORE_REFERRAL_STORE_H
#define STORE_REFERRAL_STORE_H
/* Referrals as a caseworker sees them, and the request ids of those who made them.
 *
 * Floor: store.
 */

#include "model/referral_enums.h"
#include "store/list_rows.h"
#include "store/message_store.h"

#define REFERRAL_SEALED_MAX 256 /* bytes */

struct referral_row {
    int64_t number;  /* out */
    struct ident id; /* differs for each recipient */
    enum direction direction;
    int64_t peer;
    int64_t case_number; /* the case; 0: one that came in and was not accepted */
    int64_t consent;     /* consent_store number */
    int64_t made_ms;
    /* SAVED until it is answered; till then a list shows waiting, delivered … from the message's state */
    enum referral_state state;
    int64_t message;  /* number of its first message */
    int64_t holder;   /* number of the member of the staff who holds its case, or who accepted it; 0: nobody */
    int64_t desk;     /* number of the desk that it, or its case, belongs to; 0: none */
    uint32_t answers; /* number of the newest answer, that was taken or given; 0: none was */
    uint8_t sealed[REFERRAL_SEALED_MAX];
    size_t sealed_size; /* 0: erased */

    /* What was asked: in no column. exchange/referrals/referrals.h seals it into SEALED and opens it. */
    bool readable; /* else the rest is 0 */
    bool not_read; /* the disk did not give its key */
    enum urgency urgency;
    int64_t due_ms;
    enum purpose purpose;
    section_set shared;   /* what left or came so far */
    section_set offered;  /* what follows on acceptance */
    bool released;        /* nothing does: it was all in the first message */
    uint32_t services;    /* bit n: enum service n */
    int64_t time_ms;      /* that goes with the newest answer; 0: none does */
    int64_t opened_ms;    /* when a person at the agency that was asked first opened it, or its day; 0: not known */
    int64_t phoned_ms;    /* out: when a person here wrote down that they accepted it by phone; 0: nobody did */
    int64_t left_ms;      /* in, while the clock stands: how long there is to answer when it goes on */
    bool asked_before;    /* in: it stood once */
    int64_t doubted_ms;   /* out: when an answer newer than ANSWERS was refused, for no steps lead to it; 0: none was */
    uint32_t said;        /* number of the newest update with a state that was sent, or came; 0: none */
    uint32_t acted;       /* in: number of the newest answer that people here gave; 0: none */
    struct ident case_id; /* in: of the case; zeros: none */
    /* out: of the newest answer that was taken; NONE: none was */
    enum referral_state told;
    char for_desk[BOUND_AGENCY + 1]; /* the desk of the agency that is asked for which it was sent; empty: none */
};

/* One of a case is whose that is, and of its desk. */
MUST_USE bool referral_store_add(struct db *db, const struct referral_row *row, int64_t *number, struct error *err);
MUST_USE bool referral_store_find(struct db *db, const struct ident *id, bool *found, struct referral_row *out,
                                  struct error *err);
MUST_USE bool referral_store_get(struct db *db, int64_t number, bool *found, struct referral_row *out,
                                 struct error *err);
/* Writes state, answers and sealed. */
MUST_USE bool referral_store_update(struct db *db, const struct referral_row *row, struct error *err);

MUST_USE bool referral_store_hold(struct db *db, int64_t number, int64_t holder, struct error *err);
MUST_USE bool referral_store_move_desk(struct db *db, int64_t number, int64_t desk, struct error *err);
/* Of one that came in. */
MUST_USE bool referral_store_set_case(struct db *db, int64_t number, int64_t case_number, struct error *err);
/* HOLDER holds all that went out of a case or came into it, and it is of DESK. */
MUST_USE bool referral_store_hold_of_case(struct db *db, int64_t case_number, int64_t holder, int64_t desk,
                                          struct error *err);

/* The highest number; 0: there is none. */
MUST_USE bool referral_store_last(struct db *db, int64_t *number, struct error *err);
struct referral_listing {
    struct referral_row row;
    enum message_state first_message; /* of the referral's own message; 0: it is gone */
};
/* Those of ROWS. *MORE, true before the call, ends the walk when the callback sets it to false. */
typedef bool referral_store_row_fn(void *cookie, const struct referral_listing *row, bool *more, struct error *err);
MUST_USE bool referral_store_list(struct db *db, const struct list_rows *rows, referral_store_row_fn *on_row,
                                  void *cookie, struct error *err);

typedef bool referral_store_one_fn(void *cookie, const struct referral_row *row, struct error *err);
/* All, oldest first. */
MUST_USE bool referral_store_walk(struct db *db, referral_store_one_fn *on_row, void *cookie, struct error *err);
/* Those that came in of a case, oldest first. */
MUST_USE bool referral_store_walk_came(struct db *db, int64_t case_number, referral_store_one_fn *on_row, void *cookie,
                                       struct error *err);
/* At most LIMIT that came in, were declined and hold what was asked, with numbers above AFTER. */
MUST_USE bool referral_store_walk_declined(struct db *db, int64_t after, uint32_t limit, referral_store_one_fn *on_row,
                                           void *cookie, struct error *err);
/* What came with a referral was erased, by record INDEX of our exchange log. */
MUST_USE bool referral_erased_store_add(struct db *db, int64_t referral, uint64_t index, struct error *err);
MUST_USE bool referral_erased_store_find(struct db *db, int64_t referral, bool *found, uint64_t *index,
                                         struct error *err);
/* The numbers of at most LIMIT of which no message says so. */
MUST_USE bool referral_erased_store_walk(struct db *db, uint32_t limit, db_slot_fn *on_row, void *cookie,
                                         struct error *err);
MUST_USE bool referral_erased_store_stated(struct db *db, int64_t referral, struct error *err);
/* At most LIMIT that this person holds and that are of no case, oldest first. */
MUST_USE bool referral_store_walk_held(struct db *db, int64_t holder, uint32_t limit, referral_store_one_fn *on_row,
                                       void *cookie, struct error *err);
/* Those out that were accepted, under a consent that stands on unix day DAY, by agencies whose log began anew after
 * they were sent. */
MUST_USE bool referral_store_walk_lost(struct db *db, uint32_t day, referral_store_one_fn *on_row, void *cookie,
                                       struct error *err);

/* The mark of a caller's request id and the referral it made, so that a retry is the same referral. Appends to *ASKED,
 * sealed as it was put. */
MUST_USE bool request_store_find(struct db *db, const struct hash *mark, bool *found, int64_t *referral,
                                 struct bytes *asked, struct error *err);
/* DAY: unix day on which it was asked. */
MUST_USE bool request_store_add(struct db *db, const struct hash *mark, int64_t referral, struct view asked,
                                uint32_t day, struct error *err);

/* Forgets those that made a referral: what was asked is erased. */
MUST_USE bool request_store_drop_of(struct db *db, int64_t referral, struct error *err);

#endif
