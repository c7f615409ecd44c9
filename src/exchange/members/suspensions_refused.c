#include "exchange/members/suspensions_refused.h"

#include <inttypes.h>

#include "base/log.h"
#include "crypto/digest.h"
#include "exchange/members/suspension_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter_paces.h"

struct refused_suspension {
    struct hash note;
    struct suspension s;
    enum error_code why;
};

struct suspensions_refused {
    struct refused_suspension at[BOUND_NAMED]; /* the oldest gives way */
    size_t next;
};

struct suspensions_refused *suspensions_refused_new(void)
{
    return xnew(sizeof(struct suspensions_refused));
}

static struct refused_suspension *find(struct suspensions_refused *all, const struct hash *note)
{
    for (size_t i = 0; i < BOUND_NAMED; i++)
        if (all->at[i].why != E_NONE && hash_equal(&all->at[i].note, note))
            return &all->at[i];
    return NULL;
}

void suspensions_refused_note(struct exchange *x, const struct link *link, struct view note, enum error_code why)
{
    struct suspensions_refused *all = x->refused_suspensions;
    struct refused_suspension one = {.why = why};
    struct refused_suspension *at;
    struct error bad;

    if (!suspension_note_read(note, &one.s, &bad))
        return;
    digest_sha256(note, &one.note);
    at = find(all, &one.note);
    if (at != NULL && at->why == why)
        return;
    if (at == NULL)
        at = &all->at[all->next++ % BOUND_NAMED];
    *at = one;
    if (meter_line(x, link->usage, LINE_SUSPENSION))
        log_line(LOG_WARNING,
                 "event=suspension.refused peer=%s directory=%" PRIu64 " key=%" PRIu32 " member=%s code=%s",
                 link->agency.text, one.s.directory, one.s.key, one.s.member.text, error_row(why)->code);
}

void suspensions_refused_each(const struct exchange *x, suspensions_refused_fn *on_one, void *cookie)
{
    for (size_t i = 0; i < BOUND_NAMED; i++) {
        const struct refused_suspension *r = &x->refused_suspensions->at[i];

        if ((r->why == E_RVK_10 || r->why == E_RVK_11) &&
            r->s.directory == membership_directory(x->membership)->sequence &&
            tick_record_ms(x) < r->s.time_ms + BOUND_SUSPENSION_MS)
            on_one(cookie, &r->s, r->why);
    }
}
