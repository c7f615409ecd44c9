#include "exchange/logs/witness.h"

#include "auditlog/merkle.h"
#include "base/sometimes.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/findings.h"
#include "exchange/logs/kept_notes.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"

#include <stdlib.h>

/* The checkpoint judged last, of messages and of receipts: a batch carries the same one. */
struct judged {
    int64_t peer;
    uint32_t incarnation;
    uint64_t size;
    struct hash root;
    enum witnessed_as as;
    int64_t number; /* of its row; 0: it has none */
    bool is_held;   /* a receipt came with it */
};

struct witness {
    struct judged by_message;
    struct judged by_receipt;
};

struct witness *witness_new(void)
{
    return xnew(sizeof(struct witness));
}

void witness_free(struct witness *w)
{
    free(w);
}

/* Whether the note of N is half of a fork that was not reported yet, and *OUT, what it proves. What contradicts the
 * size of a stored note was reported when the second of the two came. */
static bool is_new_fork(const struct kept_comparison *c, const struct witness_note *n, struct finding_proof *out)
{
    *out = (struct finding_proof){.first = c->other_root, .second = n->note};
    if (c->same.number == 0 && c->other_root.size != 0)
        return true;
    if (c->other_leaf.size == 0 || (c->same.number != 0 && c->same.state == NOTE_CONTRADICTS))
        return false;
    out->first = c->other_leaf;
    out->by_index = true;
    out->leaves[0] = c->other_proof;
    out->leaves[1] =
        (struct record_fork_leaf){.index = n->proof->record.index, .leaf = n->proof->leaf, .path = n->path};
    return true;
}

/* The compared note was half of a fork, or put aside with one, when it came before. */
static bool is_known_half(const struct kept_comparison *c)
{
    return c->same.state == NOTE_CONTRADICTS && (c->other_root.size != 0 || c->other_leaf.size != 0);
}

/* N becomes the newest linked note; KEPT is its row, or has number 0. */
static bool link_newest(struct exchange *x, struct peer_row *peer, const struct witness_note *n,
                        const struct peer_note *kept, int64_t *number, struct error *err)
{
    peer->incarnation = n->proof->incarnation;
    peer->linked_size = n->proof->size;
    peer->linked_root = n->proof->root;
    *number = kept->number;
    return tick_begin(x, err) &&
           (kept->number != 0 ? kept_notes_link(x, peer->number, kept, err)
                              : kept_notes_add(x, peer, n, NOTE_LINKED, number, err)) &&
           peers_update(x, peer, err) && kept_notes_drop_old(x, peer, err);
}

static bool grows_from_newest(const struct peer_row *peer, const struct witness_note *n)
{
    return n->proof->size > peer->linked_size && n->from_size == peer->linked_size &&
           merkle_verify_consistency(peer->linked_size, &peer->linked_root, n->proof->size, &n->proof->root, n->growth);
}

/* The first contradiction is stored with its proof; of later ones each note once, as many as are kept, and those that a
 * receipt needs. *NUMBER is the row of the note, in and out; 0: it has none. */
static bool report_fork(struct exchange *x, const struct peer_row *peer, const struct witness_note *n,
                        const struct finding_proof *f, bool must_store, int64_t *number, struct error *err)
{
    bool is_new;
    bool keep;

    return findings_raise(x, peer, n->proof->incarnation, FINDING_FORK, f, &is_new, &keep, err) &&
           (!(is_new || ((keep || must_store) && *number == 0)) ||
            kept_notes_add(x, peer, n, NOTE_CONTRADICTS, number, err));
}

/* The note, or, where that is kept already (J has its number), the record that came under it this time: each could be
 * half of a fork. Both count. */
static bool keep_unlinked(struct exchange *x, const struct peer_row *peer, const struct witness_note *n,
                          bool must_store, struct judged *j, struct error *err)
{
    uint64_t count;

    if (!kept_notes_count(x, peer->number, &count, err))
        return false;
    j->as = count < BOUND_UNLINKED ? WITNESSED_KEPT : WITNESSED_FULL;
    if (j->as == WITNESSED_FULL && !must_store)
        return true;
    SOMETIMES(a_checkpoint_was_kept_unlinked);
    tick_again(x); /* to ask for it */
    return kept_notes_add_unlinked(x, peer, n, &j->number, err);
}

static bool judge(struct exchange *x, struct peer_row *peer, const struct witness_note *n, bool must_store,
                  struct judged *j, struct error *err)
{
    bool grows = peer->linked_size == 0 || grows_from_newest(peer, n);
    uint64_t unlinked;
    struct kept_comparison c;
    struct finding_proof f;

    /* The linked log has one leaf for each index: only what is not linked, or was put aside, can contradict it. */
    if (!kept_notes_count(x, peer->number, &unlinked, err) ||
        !kept_notes_compare(x, peer, n, !grows || unlinked > 0 || peer->put_aside != 0, &c, err))
        return false;
    j->number = c.same.number;
    j->as = c.same.number != 0 && c.same.state == NOTE_LINKED ? WITNESSED_LINKED : WITNESSED_KEPT;
    if (is_new_fork(&c, n, &f))
        return report_fork(x, peer, n, &f, must_store, &j->number, err);
    if (j->as == WITNESSED_LINKED || is_known_half(&c) || kept_notes_is_put_aside(peer, &c.same))
        return true; /* a log that is followed anew does not begin where it was when the finding was closed */
    if (grows) {
        j->as = WITNESSED_LINKED;
        return link_newest(x, peer, n, &c.same, &j->number, err);
    }
    if (c.same.number == 0 || (kept_notes_is_unlinked(&c.same) && !n->has_no_record && !c.has_leaf))
        return keep_unlinked(x, peer, n, must_store, j, err);
    return true;
}

static bool is_just_judged(const struct judged *j, const struct peer_row *peer, const struct witness_note *n)
{
    return j->peer == peer->number && j->incarnation == n->proof->incarnation && j->size == n->proof->size &&
           hash_equal(&j->root, &n->proof->root);
}

static bool judge_once(struct exchange *x, struct peer_row *peer, const struct witness_note *n, bool must_store,
                       struct judged *last, struct error *err)
{
    struct judged j = {
        .peer = peer->number, .incarnation = n->proof->incarnation, .size = n->proof->size, .root = n->proof->root};

    /* While something is unlinked each record is compared: it may be half of a fork. */
    if (is_just_judged(last, peer, n) && last->as == WITNESSED_LINKED && kept_notes_unlinked(x, peer->number) == 0 &&
        (last->number != 0 || !must_store))
        return true;
    last->peer = 0;
    if (!judge(x, peer, n, must_store, &j, err))
        return false;
    *last = j;
    return true;
}

bool witness_take(struct exchange *x, struct peer_row *peer, const struct witness_note *n, enum witnessed_as *as,
                  struct error *err)
{
    struct judged *last = &x->witness->by_message;

    if (!judge_once(x, peer, n, false, last, err))
        return false;
    *as = last->as;
    return true;
}

/* The note with which a log ended that is over: it stands beside its receipt, and begins nothing. */
static bool keep_closed(struct exchange *x, const struct peer_row *peer, const struct witness_note *n, int64_t *number,
                        struct error *err)
{
    struct kept_comparison c;

    if (!kept_notes_compare(x, peer, n, false, &c, err))
        return false;
    *number = c.same.number;
    return (*number != 0 || kept_notes_add(x, peer, n, NOTE_LINKED, number, err)) && kept_notes_hold(x, *number, err);
}

bool witness_take_receipt(struct exchange *x, struct peer_row *peer, const struct witness_note *n, int64_t *number,
                          struct error *err)
{
    struct judged *last = &x->witness->by_receipt;

    if (n->proof->incarnation < peer->incarnation)
        return keep_closed(x, peer, n, number, err);
    if (!judge_once(x, peer, n, true, last, err))
        return false;
    *number = last->number;
    if (last->is_held)
        return true;
    last->is_held = true;
    return kept_notes_hold(x, last->number, err);
}

static bool compare_only(struct exchange *x, const struct peer_row *peer, const struct witness_note *n,
                         struct error *err)
{
    struct kept_comparison c;
    struct finding_proof f;

    if (!kept_notes_compare(x, peer, n, true, &c, err))
        return false;
    return !is_new_fork(&c, n, &f) || report_fork(x, peer, n, &f, false, &c.same.number, err);
}

bool witness_take_beside(struct exchange *x, int64_t peer, struct view agency, const struct witness_note *n,
                         struct error *err)
{
    enum witnessed_as as;
    struct address address;
    struct peer_row row;
    bool found;

    if (!address_read(agency, &address))
        return error_set(err, E_LOG_21, "a record of nobody's log");
    if (!peers_find(x, &address, &found, &row, err))
        return false;
    if (!found || row.incarnation != n->proof->incarnation)
        return true;
    return row.number == peer ? witness_take(x, &row, n, &as, err) : compare_only(x, &row, n, err);
}

/* --- asked --- */

bool witness_agrees(struct exchange *x, const struct peer_row *peer, uint64_t size, const struct hash *root,
                    struct view growth, uint64_t from_size, bool *agrees, struct error *err)
{
    if (peer->linked_size == 0) {
        *agrees = true;
        return true;
    }
    if (size > peer->linked_size) {
        *agrees = from_size == peer->linked_size &&
                  merkle_verify_consistency(from_size, &peer->linked_root, size, root, growth);
        return true;
    }
    return kept_notes_is_linked(x, peer, size, root, agrees, err);
}

/* --- how a log grew --- */

bool witness_take_growth(struct exchange *x, struct peer_row *peer, const struct witness_note *n, struct error *err)
{
    struct peer_note grown;
    struct judged j;
    bool linked;

    if (!kept_notes_is_linked(x, peer, n->proof->size, &n->proof->root, &linked, err))
        return false;
    if (!linked)
        return judge(x, peer, n, false, &j, err);
    if (n->from_size >= n->proof->size)
        return true;
    return kept_notes_find_grown(x, peer, n, &grown, err) &&
           (grown.number == 0 || kept_notes_link(x, peer->number, &grown, err));
}

/* --- after a person closed it --- */

/* *UP_TO: the newest note there is. The caller stores *PEER. */
static bool follow_anew(struct exchange *x, struct peer_row *peer, int64_t *up_to, struct error *err)
{
    if (!kept_notes_put_aside(x, peer->number, up_to, err))
        return false;
    x->witness->by_message.peer = 0;
    x->witness->by_receipt.peer = 0;
    peer->linked_size = 0;
    return true;
}

bool witness_begin_anew(struct exchange *x, struct peer_row *peer, struct error *err)
{
    return follow_anew(x, peer, &peer->put_aside, err) && peers_update(x, peer, err);
}

bool witness_begin_incarnation(struct exchange *x, struct peer_row *peer, uint32_t incarnation, struct error *err)
{
    int64_t up_to;

    if (peer->incarnation != 0)
        SOMETIMES(the_log_of_a_peer_began_anew);
    if (peer->incarnation != 0)
        peer->begun_index = audit_size(x->audit, LOG_EXCHANGE);
    peer->incarnation = incarnation; /* notes of another one are compared with nothing */
    peer->put_aside = 0;
    return tick_begin(x, err) && follow_anew(x, peer, &up_to, err) && peers_update(x, peer, err);
}
