#include "exchange/suspension/suspensions_refused.h"

#include <inttypes.h>

#include "base/log.h"
#include "crypto/digest.h"
#include "exchange/state.h"
#include "exchange/suspension/suspension_note.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter_paces.h"

struct refused_suspension {
    struct hash note;
    struct suspension s;
    enum error_code why; /* E_NONE: a free place */
};

struct suspensions_refused {
    struct refused_suspension at[BOUND_NAMED]; /* whose signature holds, one a signer; the oldest gives way */
    size_t next;
    struct {
        struct hash note;
        enum error_code why;
    } said[BOUND_NAMED]; /* in the log */
    size_t next_said;
};

struct suspensions_refused *suspensions_refused_new(void)
{
    return xnew(sizeof(struct suspensions_refused));
}

static bool was_said(struct suspensions_refused *all, const struct hash *note, enum error_code why)
{
    for (size_t i = 0; i < BOUND_NAMED; i++)
        if (all->said[i].why == why && hash_equal(&all->said[i].note, note))
            return true;
    all->said[all->next_said % BOUND_NAMED].note = *note;
    all->said[all->next_said++ % BOUND_NAMED].why = why;
    return false;
}

/* Nobody takes the place of another signer: who may sign nothing has none. */
static void put(struct suspensions_refused *all, const struct refused_suspension *one)
{
    size_t i = 0;

    while (i < BOUND_NAMED && (all->at[i].why == E_NONE || !suspension_is_of_signer(&all->at[i].s, &one->s)))
        i++;
    all->at[i < BOUND_NAMED ? i : all->next++ % BOUND_NAMED] = *one;
}

void suspensions_refused_note(struct exchange *x, const struct link *link, struct view note, enum error_code why)
{
    struct suspensions_refused *all = x->refused_suspensions;
    struct refused_suspension one = {.why = why};
    struct error bad;

    if (!suspension_note_read(note, &one.s, &bad))
        return;
    digest_sha256(note, &one.note);
    if (why == E_RVK_10 || why == E_RVK_11) /* behind the check of the signature */
        put(all, &one);
    if (!was_said(all, &one.note, why) && meter_line(x, link->usage, LINE_SUSPENSION))
        log_line(LOG_WARNING,
                 "event=suspension.refused peer=%s directory=%" PRIu64 " key=%" PRIu32 " member=%s code=%s",
                 link->agency.text, one.s.directory, one.s.key, one.s.member.text, error_row(why)->code);
}

void suspensions_refused_taken(struct exchange *x, struct view note)
{
    struct hash hash;

    digest_sha256(note, &hash);
    for (size_t i = 0; i < BOUND_NAMED; i++)
        if (hash_equal(&x->refused_suspensions->at[i].note, &hash))
            x->refused_suspensions->at[i].why = E_NONE;
}

void suspensions_refused_each(const struct exchange *x, suspensions_refused_fn *on_one, void *cookie)
{
    for (size_t i = 0; i < BOUND_NAMED; i++) {
        const struct refused_suspension *r = &x->refused_suspensions->at[i];

        if (r->why != E_NONE && r->s.directory == membership_directory(x->membership)->sequence &&
            tick_record_ms(x) < r->s.time_ms + BOUND_SUSPENSION_MS)
            on_one(cookie, &r->s, r->why);
    }
}
