#include "exchange/traffic/owed_facts.h"

#include "exchange/logs/audit_verify.h"
#include "exchange/members/membership_admits.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "store/log_store.h"
#include "store/message_store.h"
#include "store/obligation_store.h"
#include "store/referral_store.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

struct stated {
    struct owed_fact fact;
    struct stated *next;
};

/* A consent taken here under which something was disclosed, and how many messages of it may have left. */
struct given {
    struct ident consent;
    struct address recipient;
    uint64_t left;
};

/* A message of it that has not come to an end. */
struct pending {
    struct ident message;
    struct given *given;
};

struct owed_facts {
    struct exchange *x;
    bool whole;
    bool unsure;
    bool failed;      /* a record could not be followed up … */
    struct error why; /* … because of this */
    void *facts;      /* struct stated, by what, subject and agency */
    struct stated *first;
    struct stated **end;
    void *givens;   /* whole: struct given, by consent */
    void *pendings; /* whole: struct pending, by message */
    struct arena kept;
    struct arena record; /* what one record is decoded into */
};

static int compare_stated(const void *a, const void *b)
{
    const struct owed_fact *p = &((const struct stated *)a)->fact;
    const struct owed_fact *q = &((const struct stated *)b)->fact;
    int by_id = memcmp(p->subject.at, q->subject.at, sizeof p->subject.at);

    if (by_id != 0)
        return by_id;
    if (p->what != q->what)
        return p->what < q->what ? -1 : 1;
    return strcmp(p->agency.text, q->agency.text);
}

struct owed_facts *owed_facts_new(struct exchange *x, bool whole)
{
    struct owed_facts *f = xnew(sizeof *f);

    f->x = x;
    f->whole = whole;
    f->end = &f->first;
    return f;
}

void owed_facts_free(struct owed_facts *f)
{
    if (f == NULL)
        return;
    tdestroy(f->facts, arena_keep);
    tdestroy(f->givens, arena_keep);
    tdestroy(f->pendings, arena_keep);
    arena_fini(&f->kept);
    arena_fini(&f->record);
    free(f);
}

/* The element that equals KEY; if there is none, a copy of its SIZE bytes. *IS_NEW tells. */
static void *find_or_add(struct owed_facts *f, void **tree, const void *key, size_t size,
                         int (*compare)(const void *, const void *), bool *is_new)
{
    void *const *there = tfind(key, tree, compare);
    void *made;

    *is_new = there == NULL;
    if (there != NULL)
        return *there;
    made = arena_new(&f->kept, size);
    memcpy(made, key, size);
    REQUIRE(tsearch(made, tree, compare) != NULL);
    return made;
}

static struct owed_fact *find_fact(struct owed_facts *f, enum owed what, const struct ident *subject,
                                   const struct address *agency)
{
    struct stated key = {.fact = {.what = what, .subject = *subject, .agency = *agency}};
    void *const *there = tfind(&key, &f->facts, compare_stated);

    return there != NULL ? &((struct stated *)*there)->fact : NULL;
}

void owed_facts_add(struct owed_facts *f, const struct owed_fact *fact)
{
    struct stated key = {.fact = *fact};
    bool is_new;
    struct stated *e = find_or_add(f, &f->facts, &key, sizeof key, compare_stated, &is_new);

    if (!is_new)
        return;
    *f->end = e;
    f->end = &e->next;
}

bool owed_facts_is_unsure(const struct owed_facts *f)
{
    return f->unsure;
}

bool owed_facts_walk(const struct owed_facts *f, owed_facts_fn *on_fact, void *cookie, struct error *err)
{
    for (const struct stated *e = f->first; e != NULL; e = e->next)
        if (!on_fact(cookie, &e->fact, err))
            return false;
    return true;
}

/* --- one record --- */

bool owed_facts_again(enum owed what, enum settled settled, enum erasure result, uint32_t step_before, uint32_t step)
{
    if (what != OWED_WITHDRAWAL)
        return true;
    return step > step_before && (settled != SETTLED_ANSWERED || result == ERASURE_KEPT);
}

/* As obligations_open and obligations_put do with their rows. */
static void begin(struct owed_facts *f, const struct owed_fact *fact)
{
    struct owed_fact *there = find_fact(f, fact->what, &fact->subject, &fact->agency);

    if (there == NULL) {
        owed_facts_add(f, fact);
    } else if (there->settled != 0) {
        if (owed_facts_again(fact->what, there->settled, there->result, there->step, fact->step))
            *there = *fact;
    } else if (fact->step > there->step) {
        there->step = fact->step;
        there->record_index = fact->record_index;
    }
}

static struct owed_fact fact_of(const struct record *r, enum owed what)
{
    return (struct owed_fact){.what = what,
                              .record_index = r->index,
                              .since_ms = r->time_ms,
                              .settled_by = OBLIGATION_NO_RECORD,
                              .answered_by = OBLIGATION_NO_RECORD,
                              .closed_by = OBLIGATION_NO_RECORD};
}

/* A message under a consent: until it is known that it never left, its recipient is told of a withdrawal. */
static void note_given(struct owed_facts *f, const struct record_disclosed *d)
{
    struct given key = {.consent = d->consent};
    struct pending m = {.message = d->message};
    struct pending *p;
    bool is_new;

    m.given = find_or_add(f, &f->givens, &key, sizeof key, ident_order, &is_new);
    if (is_new)
        (void)address_read(d->recipient, &m.given->recipient);
    p = find_or_add(f, &f->pendings, &m, sizeof m, ident_order, &is_new);
    if (is_new)
        p->given->left++;
}

static void end_message(struct owed_facts *f, const struct ident *message, enum left left)
{
    struct pending key = {.message = *message};
    void *const *there = tfind(&key, &f->pendings, ident_order);

    if (there == NULL)
        return;
    if (left == LEFT_NEVER)
        ((struct pending *)*there)->given->left--;
    (void)tdelete(&key, &f->pendings, ident_order);
}

/* A reply or cancellation: its referral is that of the message's row. Without that row its body is gone too. */
static bool read_answer(struct owed_facts *f, const struct record *r, enum owed what, struct error *err)
{
    struct owed_fact fact = fact_of(r, what);
    struct referral_row referral;
    struct message_row message;
    struct peer_row peer;
    bool found;

    (void)address_read(r->disclosed.recipient, &fact.agency);
    if (!peers_find(f->x, &fact.agency, &found, &peer, err))
        return false;
    if (!found)
        return true;
    if (!message_store_find(f->x->db, DIRECTION_OUT, peer.number, &r->disclosed.message, &found, &message, err))
        return false;
    if (!found || message.referral == 0)
        return true;
    if (!referral_store_get(f->x->db, message.referral, &found, &referral, err))
        return false;
    fact.subject = referral.id;
    if (found)
        begin(f, &fact);
    return true;
}

static bool read_disclosed(struct owed_facts *f, const struct record *r, struct error *err)
{
    if (r->disclosed.message_kind == MESSAGE_REPLY)
        return read_answer(f, r, OWED_REPLY, err);
    if (r->disclosed.message_kind == MESSAGE_CANCEL)
        return read_answer(f, r, OWED_CANCELLATION, err);
    if (f->whole && r->disclosed.has_consent)
        note_given(f, &r->disclosed);
    return true;
}

static void read_withdrawn(struct owed_facts *f, const struct record *r)
{
    struct owed_fact fact = fact_of(r, OWED_WITHDRAWAL);
    struct given key = {.consent = r->consent.consent};
    void *const *there = tfind(&key, &f->givens, ident_order);
    const struct given *given = there != NULL ? *there : NULL;

    if (!f->whole) {
        f->unsure = true; /* to whom something left stands in records before */
        return;
    }
    if (given == NULL || given->left == 0)
        return;
    fact.subject = r->consent.consent;
    fact.agency = given->recipient;
    fact.step = r->consent.state;
    begin(f, &fact);
}

static void read_erased(struct owed_facts *f, const struct record *r)
{
    struct owed_fact fact = fact_of(r, OWED_STATEMENT);

    if (r->erased.agency.size == 0)
        return;
    (void)address_read(r->erased.agency, &fact.agency);
    fact.subject = r->erased.consent;
    fact.step = CONSENT_ERASE;
    begin(f, &fact);
}

static void read_settled(struct owed_facts *f, const struct record *r)
{
    const struct record_settled *s = &r->settled;
    struct address agency;
    struct owed_fact *fact;

    (void)address_read(s->recipient, &agency);
    fact = find_fact(f, s->what, &s->subject, &agency);
    if (fact == NULL) {
        f->unsure = true;
        return;
    }
    if (s->how == SETTLED_REOPENED) {
        fact->settled = 0;
        fact->result = 0;
        fact->settled_by = fact->answered_by = fact->closed_by = OBLIGATION_NO_RECORD;
        return;
    }
    if (s->how == SETTLED_CLOSED && fact->settled != 0) { /* what its end left to do; it stays as it ended */
        fact->closed_by = (int64_t)r->index;
        return;
    }
    fact->settled = s->how;
    fact->result = s->result;
    fact->settled_by = (int64_t)r->index;
    fact->answered_by = s->has_leaf ? (int64_t)s->index : OBLIGATION_NO_RECORD;
}

static bool read_decoded(struct owed_facts *f, const struct record *r, struct error *err)
{
    switch (r->kind) {
    case RECORD_DISCLOSED:
        return read_disclosed(f, r, err);
    case RECORD_WITHHELD:
    case RECORD_EXPIRED:
        end_message(f, &r->withheld.message, r->withheld.left);
        return true;
    case RECORD_RECEIPTED:
        end_message(f, &r->receipted.message, LEFT_PERHAPS);
        return true;
    case RECORD_WITHDRAWN:
        read_withdrawn(f, r);
        return true;
    case RECORD_ERASED:
        read_erased(f, r);
        return true;
    case RECORD_SETTLED:
        read_settled(f, r);
        return true;
    default:
        return true;
    }
}

static bool read_record(void *cookie, const struct record_row *row, struct error *err)
{
    struct owed_facts *f = cookie;
    struct record r;

    arena_reset(&f->record);
    if (!audit_read_row(row, &f->record, &r, err))
        return false;
    r.index = row->index;
    return read_decoded(f, &r, err);
}

static void read_replayed(void *cookie, const struct record *r)
{
    struct owed_facts *f = cookie;

    f->failed = f->failed || !read_decoded(f, r, &f->why);
}

bool owed_facts_read_signed(struct owed_facts *f, uint64_t from, struct error *err)
{
    struct proof_signer own;

    membership_own_signer(f->x->membership, &own);
    if (!audit_replay(f->x->audit, from, &own, read_replayed, f, err))
        return false;
    if (f->failed)
        *err = f->why;
    return !f->failed;
}

bool owed_facts_read(struct owed_facts *f, uint64_t from, struct error *err)
{
    const struct record_filter filter = {.from = from};

    return log_store_walk(f->x->db, LOG_EXCHANGE, &filter, read_record, f, err);
}

struct settled_walk {
    owed_facts_fn *on_fact;
    void *cookie;
    struct arena arena;
};

static bool pass_settled(void *cookie, const struct record_row *row, struct error *err)
{
    struct settled_walk *w = cookie;
    struct owed_fact fact = {0};
    struct record r;

    arena_reset(&w->arena);
    if (!audit_read_row(row, &w->arena, &r, err))
        return false;
    if (r.kind != RECORD_SETTLED)
        return true;
    fact.what = r.settled.what;
    fact.subject = r.settled.subject;
    (void)address_read(r.settled.recipient, &fact.agency);
    return w->on_fact(w->cookie, &fact, err);
}

bool owed_facts_walk_settled(struct exchange *x, uint64_t from, owed_facts_fn *on_fact, void *cookie, struct error *err)
{
    const struct record_filter filter = {.from = from};
    struct settled_walk w = {.on_fact = on_fact, .cookie = cookie};
    bool ok = log_store_walk(x->db, LOG_EXCHANGE, &filter, pass_settled, &w, err);

    arena_fini(&w.arena);
    return ok;
}
