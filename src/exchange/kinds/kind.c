#include "exchange/kinds/kind.h"

#include "exchange/referrals/referrals.h"
#include "exchange/state.h"

static bool refuse(struct exchange *x, const struct received_body *b, enum refusal_reason *why, struct error *err)
{
    (void)x;
    (void)b;
    (void)err;
    *why = REFUSAL_NOT_ACTED_ON;
    return true;
}

static const struct kind_actions kind_none = {.check = refuse};

#define KIND(number, id, name, acts, way, flags) extern const struct kind_actions kind_##acts;
#include "model/message_kinds.def"
#undef KIND

static const struct kind_actions *const actions[MESSAGE_KIND_END] = {
    [0] = &kind_none,
#define KIND(number, id, name, acts, way, flags) [MESSAGE_##id] = &kind_##acts,
#include "model/message_kinds.def"
#undef KIND
};

const struct kind_actions *kind_actions(enum message_kind k)
{
    return actions[k > 0 && k < MESSAGE_KIND_END ? k : 0];
}

bool kind_referral_of(struct exchange *x, const struct received_body *b, bool *found, struct referral_row *row,
                      struct error *err)
{
    enum direction direction = message_kind_way(b->body->kind) == WAY_BACK ? DIRECTION_OUT : DIRECTION_IN;

    *found = false;
    return !b->body->has_referral || referrals_find_between(x, &b->body->referral, b->peer, direction, found, row, err);
}

bool kind_check_referral(struct exchange *x, const struct received_body *b, enum refusal_reason *why, struct error *err)
{
    struct referral_row row;
    bool found;

    if (!kind_referral_of(x, b, &found, &row, err))
        return false;
    if (!b->body->has_referral)
        *why = REFUSAL_NO_REFERRAL;
    else if (!found)
        *why = REFUSAL_NOT_KNOWN_YET;
    return true;
}

bool kind_check_names_first(struct exchange *x, const struct received_body *b, const struct ident *first,
                            enum refusal_reason *why, struct error *err)
{
    struct referral_row row;
    struct message_row message;
    bool found;

    if (!kind_check_referral(x, b, why, err))
        return false;
    if (*why != 0)
        return true;
    if (!kind_referral_of(x, b, &found, &row, err) || !message_store_get(x->db, row.message, &found, &message, err))
        return false;
    if (!found || !ident_equal(&message.id, first))
        *why = REFUSAL_OF_ANOTHER;
    return true;
}

bool kind_find_referral(struct exchange *x, const struct received_body *b, int64_t *referral, int64_t *consent,
                        struct error *err)
{
    struct referral_row row;
    bool found;

    if (!kind_referral_of(x, b, &found, &row, err))
        return false;
    if (!found)
        return true;
    *referral = row.number;
    if (*consent == 0)
        *consent = row.consent; /* an answer names no consent: it lies under that of its referral */
    return true;
}
