#include "exchange/referrals/referral_bodies.h"

#include "exchange/consent/body_contents.h"
#include "exchange/consent/consent_agreement.h"
#include "exchange/consent/consent_book.h"
#include "exchange/members/membership.h"
#include "exchange/referrals/referral_summary.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/stored_body.h"

static bool open_body(struct exchange *x, const struct message_row *m, struct body *body, uint64_t *slot, bool *there,
                      struct error *err)
{
    struct stored_body stored;
    struct error why = {0};

    if (!stored_body_open(x, m->number, there, &stored, &why, err))
        return false;
    if (*there) {
        *slot = stored.slot;
        return stored_body_decode(x, &stored, m->kind, body, err);
    }
    if (why.code == E_NONE)
        return true; /* there is none */
    *err = why;
    return false;
}

static bool find_readable(struct exchange *x, const struct message_row *m, const struct peer_row *peer,
                          const struct consent_entry *entry, struct opened_body *b, struct error *err)
{
    struct body_contents holds;
    bool in = m->direction == DIRECTION_IN;
    const struct address *own = membership_own(x->membership);
    struct consent_question q = {.recipient = address_view(in ? own : &peer->agency),
                                 .sender = address_view(in ? &peer->agency : own),
                                 .purpose = consent_entry_purpose(entry),
                                 .today = tick_closing_day(x)};

    if (!body_contents_list(&b->body, &x->tick_arena, &holds, err))
        return false;
    q.sections = holds.sections;
    q.fields = holds.fields;
    q.field_count = holds.field_count;
    q.outcomes = holds.outcomes;
    b->may = consent_covers(&entry->receipt.header, entry->grants, entry->grant_count, &q, NULL);
    if (b->may != q.sections)
        b->held = E_CON_03;
    return true;
}

/* The consent of a message; *ENTRY is NULL where none is needed. HELD: nothing under it may be opened. */
static bool find_consent(struct exchange *x, const struct message_row *m, struct consent_entry **entry,
                         enum error_code *held, struct error *err)
{
    struct consent_row consent;
    enum denial denied;

    *entry = NULL;
    if (!message_kind_is_of_referral(m->kind) || (m->consent == 0 && !message_kind_has(m->kind, KIND_PERMISSION)))
        return true;
    if (!consent_agreement_ask(x, m->consent, &consent, &denied, err)) /* none: it was taken under one */
        return false;
    if (denied == 0 && !consent_book_get(x, m->consent, entry, err))
        return false;
    if (denied == 0 && !(*entry)->matches_log)
        denied = DENIAL_LOG_MISMATCH;
    if (denied != 0)
        *held = referral_summary_why_held(denied);
    return true;
}

/* Not where its row names another consent than the one that it was sealed under. */
bool referral_bodies_open(struct exchange *x, const struct peer_row *peer, const struct message_row *m,
                          struct opened_body *out, struct error *err)
{
    struct consent_entry *entry;
    uint64_t slot;

    *out = (struct opened_body){.may = SECTION_ALL};
    if (!find_consent(x, m, &entry, &out->held, err))
        return false;
    if (out->held != 0)
        return true;
    if (!open_body(x, m, &out->body, &slot, &out->there, err))
        return false;
    if (out->there && entry != NULL && slot != entry->row.slot) {
        out->held = E_CON_21;
        out->there = false;
    }
    return !out->there || entry == NULL || find_readable(x, m, peer, entry, out, err);
}

section_set referral_bodies_take(const struct opened_body *b, const struct message_row *m,
                                 struct newest_section sections[SECTION_END])
{
    section_set taken = 0;

    for (size_t i = 0; b->there && i < b->body.section_count; i++) {
        const struct body_section *s = &b->body.sections[i];

        if ((b->may & SECTION_BIT(s->section)) == 0 || ident_order(&m->id, &sections[s->section].message) < 0)
            continue;
        sections[s->section] = (struct newest_section){s->data, m->id};
        taken |= SECTION_BIT(s->section);
    }
    return taken;
}
