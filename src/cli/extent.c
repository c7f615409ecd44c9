#include "cli/extent.h"

#include <stdlib.h>
#include <string.h>

#include "base/sorted.h"

void extent_init(struct extent *e, int64_t since_ms)
{
    *e = (struct extent){.since_ms = since_ms, .total.since_ms = since_ms};
}

void extent_fini(struct extent *e)
{
    free(e->subjects);
    free(e->links);
    *e = (struct extent){0};
}

static const struct ident *id_of(const struct control_extent_subject *s)
{
    return ident_is_zero(&s->case_id) ? &s->referral : &s->case_id;
}

static int by_id(const void *key, const void *row)
{
    return memcmp(key, id_of(row), sizeof(struct ident));
}

static int compare_subjects(const void *a, const void *b)
{
    return by_id(id_of(a), b);
}

static int compare_links(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct ident)); /* the id comes first */
}

_Static_assert(offsetof(struct extent_link, id) == 0, "links are compared by their first bytes");

/* --- what there is --- */

static struct control_extent_subject *next_row(struct extent *e)
{
    if (e->count == e->room) {
        e->room = e->room == 0 ? 256 : 2 * e->room;
        e->subjects = xrealloc(e->subjects, e->room * sizeof *e->subjects);
    }
    return &e->subjects[e->count++];
}

static struct control_extent_subject subject_of(const struct ident *id, bool is_referral)
{
    struct control_extent_subject s = {.withheld = true}; /* until a list has it, or a record says that it was erased */

    *(is_referral ? &s.referral : &s.case_id) = *id;
    return s;
}

static void add_link(struct extent *e, const struct extent_link *link)
{
    if (e->link_count == e->link_room) {
        e->link_room = e->link_room == 0 ? 256 : 2 * e->link_room;
        e->links = xrealloc(e->links, e->link_room * sizeof *e->links);
    }
    e->links[e->link_count++] = *link;
}

void extent_add_case(struct extent *e, const struct ident *id)
{
    struct control_extent_subject *s = next_row(e);

    *s = subject_of(id, false);
    s->withheld = false;
    e->total.cases++;
}

void extent_add_referral(struct extent *e, const struct control_referral *r)
{
    bool alone = ident_is_zero(&r->case_id);
    struct control_extent_subject *s;

    if (alone && r->direction == DIRECTION_OUT)
        return; /* its case was deleted */
    add_link(e, &(struct extent_link){r->referral, alone ? r->referral : r->case_id, alone});
    if (!alone || (r->erased_ms != 0 && r->erased_ms < e->since_ms))
        return;
    s = next_row(e);
    *s = subject_of(&r->referral, true);
    s->withheld = false;
    s->erased = r->erased_ms != 0;
    e->total.referrals += !s->erased;
}

void extent_add_consent(struct extent *e, const struct control_consent *c)
{
    if (c->erased_ms == 0 || c->erased_ms >= e->since_ms)
        e->total.consents++;
    if (!ident_is_zero(&c->case_id))
        add_link(e, &(struct extent_link){c->consent, c->case_id, false});
}

void extent_add_draft(struct extent *e, const struct control_draft *d)
{
    e->total.drafts++;
    if (!ident_is_zero(&d->case_id))
        add_link(e, &(struct extent_link){d->draft, d->case_id, false});
}

void extent_seal(struct extent *e)
{
    if (e->count > 0)
        qsort(e->subjects, e->count, sizeof *e->subjects, compare_subjects);
    if (e->link_count > 0)
        qsort(e->links, e->link_count, sizeof *e->links, compare_links);
}

/* --- what was done --- */

static struct control_extent_subject *find_or_add(struct extent *e, const struct ident *id, bool is_referral)
{
    size_t place = sorted_place(id, e->subjects, e->count, sizeof *e->subjects, by_id);

    if (place < e->count && ident_equal(id_of(&e->subjects[place]), id))
        return &e->subjects[place];
    (void)next_row(e);
    memmove(&e->subjects[place + 1], &e->subjects[place], (e->count - 1 - place) * sizeof *e->subjects);
    e->subjects[place] = subject_of(id, is_referral);
    return &e->subjects[place];
}

/* What an id of a referral, a consent or a draft is counted with; NULL: no list has it. */
static struct control_extent_subject *find_linked(struct extent *e, const struct ident *id)
{
    const struct extent_link *link = sorted_find(id, e->links, e->link_count, sizeof *e->links, compare_links);

    return link == NULL ? NULL : find_or_add(e, &link->subject, link->is_referral);
}

static void count_opened(struct extent *e, const struct record_house *h)
{
    struct control_extent_subject *s = NULL;

    if (h->what == HOUSE_AUDIT_LOG)
        e->total.logs_read++;
    if (!h->has_object)
        return;
    if (h->what == HOUSE_CASE || h->what == HOUSE_SAFETY_PAGE)
        s = find_or_add(e, &h->object, false);
    else if (h->what == HOUSE_REFERRAL || h->what == HOUSE_DRAFT)
        s = find_linked(e, &h->object);
    else
        return;
    e->total.opened++;
    if (s != NULL)
        s->opened++;
    else
        e->total.of_no_line++;
}

static void count_taken_out(struct extent *e, const struct record_house *h)
{
    struct control_extent_subject *s = h->has_object ? find_linked(e, &h->object) : NULL;

    e->total.taken_out++;
    if (s != NULL)
        s->taken_out++;
    else
        e->total.of_no_line++;
}

static void count_disclosed(struct extent *e, const struct record_disclosed *d)
{
    struct control_extent_subject *s;

    if (!d->has_consent)
        return; /* about nobody, or what calls data back */
    e->total.sent++;
    s = find_linked(e, &d->consent);
    if (s != NULL)
        s->sent++;
    else
        e->total.of_no_line++;
}

static void note_erased(struct extent *e, const struct ident *case_id)
{
    struct control_extent_subject *s = find_or_add(e, case_id, false);

    s->erased = true;
    s->withheld = false;
}

void extent_take(struct extent *e, const struct record *r)
{
    switch (r->kind) {
    case RECORD_OPENED:
        count_opened(e, &r->house);
        break;
    case RECORD_EXPORTED:
        count_taken_out(e, &r->house);
        break;
    case RECORD_DISCLOSED:
        count_disclosed(e, &r->disclosed);
        break;
    case RECORD_SEARCHED:
        e->total.searches++;
        break;
    case RECORD_NOT_ALLOWED:
        e->total.refused++;
        break;
    case RECORD_CASE_END:
        if (r->case_end.what == CASE_DELETED)
            note_erased(e, &r->case_end.case_id);
        break;
    default:
        break;
    }
}

void extent_end(struct extent *e)
{
    for (size_t i = 0; i < e->count; i++) {
        e->total.opened_subjects += e->subjects[i].opened != 0;
        e->total.erased += e->subjects[i].erased;
        e->total.withheld += e->subjects[i].withheld;
    }
}
