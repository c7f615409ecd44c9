#include "exchange/consent/consent_key.h"

#include "codec/audit_messages.h"
#include "exchange/consent/consent_content.h"
#include "exchange/state.h"
#include "exchange/traffic/stored_body.h"
#include "exchange/vault.h"
#include "store/case_store.h"
#include "store/log_store.h"
#include "store/message_store.h"

struct key_search {
    struct exchange *x;
    const struct consent_row *row;
    uint64_t slot;    /* by a message; VAULT_OWN_SLOT: none says it */
    bool is_anothers; /* what is another's opens with the key that the row names */
};

/* Whether the log says that BODY, of the message M, was sent under the consent. */
static bool was_sent_under(const struct key_search *s, const struct message_row *m, const struct stored_body *body,
                           bool *was, struct error *err)
{
    struct bytes bytes = {0};
    struct arena arena = {0};
    struct hash commitment;
    struct error why;
    struct record r;
    bool found;
    bool ok = log_store_record(s->x->db, LOG_EXCHANGE, m->record_index, &found, &bytes, err);

    commit_body(body->salt, body->bytes, &commitment);
    *was = ok && found && record_decode(bytes_view(&bytes), &arena, &r, &why) && r.kind == RECORD_DISCLOSED &&
           r.disclosed.has_consent && ident_equal(&r.disclosed.consent, &s->row->id) &&
           hash_equal(&r.disclosed.commitment, &commitment);
    arena_fini(&arena);
    bytes_fini(&bytes);
    return ok;
}

static bool take_from_message(void *cookie, const struct message_row *m, struct error *err)
{
    struct key_search *s = cookie;
    struct stored_body body;
    struct error why = {0};
    bool readable;
    bool was;

    if (s->slot != VAULT_OWN_SLOT || m->direction != DIRECTION_OUT)
        return true;
    if (!stored_body_open(s->x, m->number, &readable, &body, &why, err))
        return false;
    if (!readable)
        return true;
    if (!was_sent_under(s, m, &body, &was, err))
        return false;
    if (was)
        s->slot = body.slot;
    return true;
}

static bool try_other_consent(void *cookie, const struct consent_row *other, struct error *err)
{
    struct key_search *s = cookie;

    return s->is_anothers || other->number == s->row->number ||
           consent_content_opens(s->x, other, s->row->slot, &s->is_anothers, err);
}

static bool try_case(void *cookie, const struct case_row *c, struct error *err)
{
    struct key_search *s = cookie;

    (void)err;
    s->is_anothers = s->is_anothers || c->slot == s->row->slot;
    return true;
}

bool consent_key_find(struct exchange *x, struct consent_row *row, struct error *err)
{
    struct key_search s = {.x = x, .row = row, .slot = VAULT_OWN_SLOT};
    bool known;

    if (!consent_content_correct(x, row, &known, err))
        return false;
    if (known)
        return true;
    if (!message_store_walk_consent(x->db, row->number, take_from_message, &s, err))
        return false;
    if (s.slot == VAULT_OWN_SLOT) {
        if (!consent_store_walk(x->db, NULL, try_other_consent, &s, err) ||
            !case_store_walk(x->db, NULL, try_case, &s, err))
            return false;
        s.slot = s.is_anothers ? VAULT_OWN_SLOT : row->slot;
    }
    row->slot = s.slot;
    return true;
}

bool consent_key_is_known(struct exchange *x, const struct consent_row *row, bool *known, struct error *err)
{
    struct consent_row corrected = *row;

    *known = true;
    if (row->slot != VAULT_OWN_SLOT)
        return true;
    if (!consent_content_correct(x, &corrected, known, err) && err->code != E_STO_04)
        return false;
    *known = corrected.slot != VAULT_OWN_SLOT;
    return true;
}
