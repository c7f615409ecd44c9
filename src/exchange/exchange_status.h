#ifndef EXCHANGE_EXCHANGE_STATUS_H
#define EXCHANGE_EXCHANGE_STATUS_H
/* What a node says of itself, and the facts about it for which somebody may have to act.
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "codec/referral_messages.h"
#include "exchange/exchange.h"
#include "exchange/members/authorities_end.h"
#include "exchange/renewal/renewal_waits.h"
#include "exchange/restored/gaps.h"
#include "exchange/restored/own_note.h"
#include "exchange/restored/short_logs.h"
#include "model/directory.h"
#include "model/resource.h"
#include "store/db.h"

/* In what the table of consents differs from the audit log. */
enum consent_difference {
    CONSENT_AGREES = 0,
    CONSENT_DIFFERS_STATE,   /* it stands, was withdrawn or was erased: the log says otherwise */
    CONSENT_DIFFERS_UNTIL,   /* its last day, or the day from which it is erased */
    CONSENT_DIFFERS_CASE,    /* it lies with another case than it was recorded for */
    CONSENT_DIFFERS_CONTENT, /* its content is not the one that was recorded, or cannot be opened */
    CONSENT_HAS_NO_ROW,      /* the log has it, the table does not */
    CONSENT_HAS_NO_KEY,      /* withdrawn and not destroyed: which key opens it is not known any more */
    CONSENT_NOT_IN_LOG,      /* the table has it, the log does not */
    CONSENT_REFUSAL_LOST, /* a refusal whose row is gone or changed: of consents before it that stand one may be hers */
    CONSENT_DIFFERENCE_END
};

/* In short, and cheap enough to be asked each minute. */
struct node_outline {
    uint64_t links;
    uint64_t waiting; /* messages out */
    int64_t oldest_waiting_ms;
    int64_t transport_until_ms; /* the last moment of the certificate */
};
MUST_USE bool exchange_outline(struct exchange *x, struct node_outline *out, struct error *err);

/* This agency's entry of the directory in use, until another is taken; NULL: it has none. */
const struct member *exchange_own_entry(struct exchange *x);

/* The tables that grow, and about how many rows each has: by its power of ten, none below a hundred, so that it says
 * nothing of a person. Items are valid during the call. */
typedef bool exchange_on_size_fn(void *cookie, const struct control_doctor_size *one, struct error *err);
MUST_USE bool exchange_size_list(struct exchange *x, exchange_on_size_fn *on_item, void *cookie, struct error *err);

struct node_status {
    int64_t transport_due_ms; /* when each of its certificates is asked for anew … */
    int64_t identity_due_ms;
    struct authorities_end authorities;
    /* What the exchange knows of it. Started, version, process and network, notes and findings are the program's. */
    struct control_status shown;
    struct ping_message pause;    /* what the others are told of it */
    int64_t left_ms;              /* when this agency said that it leaves; 0: it did not */
    uint64_t unlinked;            /* checkpoints of other agencies' logs that are asked for on the next link */
    uint64_t owed_mended;         /* rows of what is owed that were not as the log says when the node started */
    uint64_t held_there;          /* agencies whose narrow link says that they have this one for cut off … */
    struct address held_there_by; /* … and one of them */
    int64_t alone_ms;             /* for how long there was no link; 0: there is one, or nobody to link with */
    uint64_t other_directory;     /* the number in use, if two signed directories have it (in the home); 0: none came */
    const struct suspended *suspended; /* agencies, by an officer or by two members */
    size_t suspended_count;
    struct suspension_asked {
        struct address by;
        struct address agency;
        int64_t until_ms;
    } asked[BOUND_NAMED]; /* by one member, whose word alone suspends nobody; this one has not stated the same */
    size_t asked_count;
    struct suspension_unused {
        struct address member; /* who signed it … */
        uint32_t key;          /* … or, not 0, the directory key */
        enum error_code why;
        int64_t until_ms;
    } unused[BOUND_NAMED]; /* suspensions that members pass on, and that do not count here for good */
    size_t unused_count;
    uint64_t unsearched;    /* cases that are not indexed yet, so that nobody finds them by words */
    uint64_t accesses_late; /* cases that were opened by who does not hold them, and not reviewed in time */
    uint64_t inquiries;     /* of other agencies, that wait for an answer */
    uint64_t notifications; /* the same, that nobody here has acknowledged */
    struct agency_stops {
        struct address agency;
        uint64_t count;   /* consents that it stopped while it was suspended, and nobody here has looked after */
        int64_t since_ms; /* … the first */
    } stops[BOUND_NAMED];
    size_t stops_count;
    uint64_t incidents;       /* referrals that went to the wrong agency, and nobody has closed that */
    int64_t incidents_ms;     /* since when there is one */
    uint64_t notes_late;      /* for a supervisor, whose day is past … */
    uint32_t notes_late_from; /* … the first of them */
    uint64_t letters_late;    /* the same, that somebody outside has not answered */
    uint32_t letters_late_from;
    uint64_t staff_unread;  /* entries of the staff that do not open */
    int64_t staff_waits_ms; /* when the first ends of what is proposed and waits; 0: nothing, or not his to know */
    bool keys_open;         /* others can read a key file of the home */
    bool keys_unread;       /* the disk did not give a key, in the last minutes */
    int64_t rewrap_late_ms; /* of an erasure after which the keys should have been wrapped anew by now; 0: none */
    bool other_succession;  /* our identity key signed for another that was not made here */
    bool next_key_unopened; /* the next identity key is there, and does not open */
    bool other_keys;        /* keys of another machine were found in our name, since ours were last made */
    bool own_missing;       /* the directory has no entry in our name */
    bool own_differs;       /* it has one with a key or a machine that is not ours */
    bool own_revoked;
    enum revocation_reason own_reason;
    bool own_listed;          /* what follows is of our entry */
    struct view own_endpoint; /* as the directory shows it; empty: it shows none */
    bool own_unlisted;
    struct address own_relay; /* empty: none */
    struct agency_ending {
        struct address agency;
        int64_t until_ms;
        uint64_t waiting;            /* messages for it */
        char phone[BOUND_PHONE + 1]; /* empty: not known */
    } ending[BOUND_NAMED]; /* other agencies whose certificate ends soon (BOUND_CERTIFICATE_*), or ended so lately */
    size_t ending_count;
    uint64_t ending_more; /* as many again are not listed */
    struct key_contradicted {
        struct address agency;
        int64_t since_ms;
        char phone[BOUND_PHONE + 1]; /* empty: not known */
    } contradicted[BOUND_NAMED]; /* other agencies of which an identity key signed for two next keys, or two for one */
    size_t contradicted_count;
    uint64_t contradicted_more;                   /* as many again are not listed */
    struct renewal_waiting renewals[BOUND_NAMED]; /* of a coordinator's node: those that wait for a person */
    size_t renewals_count;
    uint64_t renewals_more;
    uint64_t signed_beyond; /* size of a checkpoint of ours that our log does not hold: nothing is signed; 0: none */
    struct address signed_beyond_seen_by;
    enum own_stop stopped;  /* why it signs nothing */
    int64_t restored_ms;    /* when the home was marked as put back, and has not begun anew; 0: it is not */
    struct gaps_count gaps; /* that were sent behind the copy of this home, as others say */
    uint64_t unshown;       /* agencies that have not shown yet what they hold of the log that is over */
    int64_t newer_ms;       /* from elsewhere_says: when what others hold of our log had grown, first; 0: it had not */
    int64_t same_ms;        /* the same: when it was looked last and had not grown; 0: it had, or was not looked */
    int64_t moved_ms;       /* when it was moved to another machine; 0: it was not */
    bool key_is_compared;   /* its key is of a stolen machine's successor: who is awaited compares it first */
    struct address awaited[BOUND_NAMED]; /* have not said what was withdrawn since this home was put back */
    size_t awaited_count;
    struct short_log short_logs[BOUND_NAMED]; /* homes of other agencies that have less than is known here */
    size_t short_count;
    struct control_clock clock;
    struct clock_differs {
        struct address agency;
        int64_t ahead_ms;  /* of ours; behind: negative */
    } clocks[BOUND_NAMED]; /* of other agencies: by more than BOUND_CLOCKS_MS, as they signed */
    size_t clock_count;
    uint64_t clock_more;                   /* as many again are not listed */
    int64_t own_ahead_ms;                  /* of all these; 0: it is not this machine's clock that is wrong */
    size_t own_ahead_of;                   /* how many they are */
    bool other_entry;                      /* another machine said something in this agency's name */
    bool entry_unopened;                   /* what was set of this agency does not open */
    struct address contested[BOUND_NAMED]; /* agencies of which two entries contradict each other */
    size_t contested_count;
    uint64_t contested_more; /* as many again are not listed */
    int64_t closing_ms;      /* the time by which sending and reading end */
    struct agency_over {
        struct address agency;
        enum resource what; /* of which its share is used up */
    } over[BOUND_NAMED];
    size_t over_count;
    uint64_t over_more;    /* as many again are not listed */
    int64_t over_until_ms; /* when all have a new share */
    struct consent_differing {
        struct ident consent;
        enum consent_difference what;
    } differing[BOUND_NAMED]; /* consents that are shut: table and audit log do not agree */
    size_t differing_count;
    uint64_t differing_more;
    uint64_t refusals_lost;   /* those whose row is gone or changed, where no consent before them stands any more */
    bool consents_differ;     /* a record CONSENTS states other consents than the records before it */
    bool consents_read_again; /* the stored entries were not those of their record: read from record 0 */
};
MUST_USE bool exchange_status(struct exchange *x, struct node_status *out, struct error *err);
/* What exchange_status would have to look through first, in steps: when STEP->more is false it answers at once, if it
 * is called next. */
MUST_USE bool exchange_status_prepare(struct exchange *x, struct walk_step *step, struct error *err);

struct held_summary {
    struct address agency;
    enum hold hold;
    int64_t until_ms; /* 0: no time is known */
    uint64_t waiting;
};
typedef bool exchange_on_held_fn(void *cookie, const struct held_summary *h, struct error *err);
/* The agencies for which messages wait, or whose key is held, for a reason about which somebody has to act
 * (hold_is_finding). Also works read only. */
MUST_USE bool exchange_held_list(struct exchange *x, exchange_on_held_fn *on_item, void *cookie, struct error *err);

#endif
