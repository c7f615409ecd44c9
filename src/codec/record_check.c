#include "codec/record_check.h"

#include "model/message_kind.h"

bool record_check_disclosed(const struct record *r, struct error *err)
{
    const struct record_disclosed *d = &r->disclosed;
    bool personal = message_kind_needs_permission(d->message_kind, d->sections != 0);

    if (!personal &&
        (d->purpose != 0 || d->has_consent || d->basis.size != 0 || d->ground.size != 0 || d->has_approver))
        return error_set(err, E_BYT_03, "needs no permission, yet has a purpose, consent, basis, ground or approver");
    if (personal && (d->purpose == 0 || d->basis.size == 0))
        return error_set(err, E_BYT_03, "needs a permission, yet has no purpose or no basis");
    if (d->has_consent && d->has_approver)
        return error_set(err, E_BYT_03, "a consent and an approver");
    return true;
}

bool record_check_notes(const struct record *r, struct error *err)
{
    bool two = r->kind == RECORD_FORK || r->kind == RECORD_UNLINKED;
    bool one_or_two = r->kind == RECORD_INCARNATION;

    if (r->notes.second.size != 0 ? !two && !one_or_two : two)
        return error_set(err, E_BYT_03, "the second note is missing, or one too many");
    if (r->kind == RECORD_INCARNATION && r->index != 0)
        return error_set(err, E_BYT_03, "an incarnation begins in the middle of a log");
    return true;
}

bool record_check_erased(const struct record *r, struct error *err)
{
    const struct record_erased *e = &r->erased;
    bool kept = e->result == ERASURE_KEPT;

    if ((e->kept != 0) != kept || (e->ground.size != 0) != kept || (!kept && e->until != 0))
        return error_set(err, E_BYT_03, "what is kept, its ground and its day do not go together");
    if (e->result == ERASURE_NOTHING_HELD && e->erased != 0)
        return error_set(err, E_BYT_03, "nothing was held, yet something erased");
    return true;
}

bool record_check_settled(const struct record *r, struct error *err)
{
    const struct record_settled *s = &r->settled;
    bool has_result = s->what == OWED_WITHDRAWAL && s->how == SETTLED_ANSWERED;
    bool by_record = s->how == SETTLED_ANSWERED || s->how == SETTLED_REFUSED;

    if (s->has_leaf != by_record || (s->index != 0 && !s->has_leaf) || (s->result != 0) != has_result ||
        (s->reason != 0) != (s->how == SETTLED_CLOSED))
        return error_set(err, E_BYT_03, "the leaf, the result or the reason does not go with how it ended");
    if (s->what == OWED_WITHDRAWAL && (s->how == SETTLED_REFUSED || s->how == SETTLED_ERASED || s->how == SETTLED_LOST))
        return error_set(err, E_BYT_03, "a withdrawal ends by a statement or by a person");
    if (s->reason == CLOSING_EXPLAINED && s->what != OWED_WITHDRAWAL)
        return error_set(err, E_BYT_03, "what became of data is explained after a withdrawal only");
    if (owed_is_about_consent(s->what) && s->step != CONSENT_STOP && s->step != CONSENT_ERASE)
        return error_set(err, E_BYT_03, "a withdrawal stops or erases");
    return true;
}
