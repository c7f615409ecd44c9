#include "exchange/restored/elsewhere.h"

#include "base/log.h"
#include "base/sometimes.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "store/number_store.h"

/* In number_store. */
#define FIRST    "elsewhere_first" /* how much the agency had linked when it was first looked; 0: it was not */
#define NEWER_MS "elsewhere_ms"    /* when it had more first; 0: it had not */

#define LOOK_SOON_MS  60000   /* the first time: its links are gone by then */
#define LOOK_EVERY_MS HOUR_MS /* seldom: a link of this node is none of the other home */

struct elsewhere {
    uint64_t first;
    int64_t newer_ms;
    int64_t same_ms; /* when it was looked last and it had no more; 0: not yet */
    int64_t due_ms;  /* of the next look; steady; 0: before the first tick */
};

static bool read_number(struct exchange *x, const char *name, int64_t *out, struct error *err)
{
    bool found;

    if (!number_store_get(x->db, name, &found, out, err))
        return false;
    if (!found)
        *out = 0;
    return true;
}

bool elsewhere_load(struct exchange *x, struct error *err)
{
    int64_t first;

    x->elsewhere = xnew(sizeof *x->elsewhere);
    if (!read_number(x, FIRST, &first, err))
        return false;
    x->elsewhere->first = (uint64_t)first;
    return read_number(x, NEWER_MS, &x->elsewhere->newer_ms, err);
}

/* Of a home that is stopped for another reason it is known what it is. */
static bool is_asked(const struct exchange *x)
{
    return own_note_why(x) == OWN_COPY;
}

bool elsewhere_linked(struct exchange *x, const struct address *agency, uint64_t size, struct error *err)
{
    struct elsewhere *e = x->elsewhere;

    if (!is_asked(x) || size == 0 || !address_equal(agency, own_note_seen_by(x)))
        return true;
    if (e->first == 0) {
        e->first = size > own_note_beyond(x) ? size : own_note_beyond(x);
        return tick_begin(x, err) && number_store_put(x->db, FIRST, (int64_t)e->first, err);
    }
    if (size <= e->first) {
        e->same_ms = tick_record_ms(x);
        return true;
    }
    if (e->newer_ms != 0)
        return true;
    SOMETIMES(a_copy_learnt_that_the_other_home_runs);
    log_line(LOG_ERROR, "event=log.grows_elsewhere peer=%s size=%llu code=E-RST-12", agency->text,
             (unsigned long long)size);
    e->newer_ms = tick_record_ms(x);
    return tick_begin(x, err) && number_store_put(x->db, NEWER_MS, e->newer_ms, err);
}

void elsewhere_look(struct exchange *x)
{
    const int64_t now = tick_steady_ms(x);
    struct peer p;

    REQUIRE(x->committed);
    if (!is_asked(x) || !membership_own_may_dial(x->membership))
        return;
    if (x->elsewhere->due_ms == 0)
        x->elsewhere->due_ms = now + LOOK_SOON_MS;
    if (now < x->elsewhere->due_ms)
        return;
    x->elsewhere->due_ms = now + LOOK_EVERY_MS;
    if (membership_find_peer(x->membership, address_view(own_note_seen_by(x)), &p) && !p.revoked &&
        p.member->endpoint.size != 0)
        x->post->dial(x->post, &p.member->agency, p.member->endpoint, false);
}

int64_t elsewhere_wake_ms(const struct exchange *x)
{
    return is_asked(x) ? x->elsewhere->due_ms : 0;
}

void elsewhere_says(const struct exchange *x, int64_t *newer_ms, int64_t *same_ms)
{
    *newer_ms = is_asked(x) ? x->elsewhere->newer_ms : 0;
    *same_ms = is_asked(x) && *newer_ms == 0 ? x->elsewhere->same_ms : 0;
}

bool elsewhere_invalidate(struct db *db, struct error *err)
{
    return number_store_put(db, FIRST, 0, err) && number_store_put(db, NEWER_MS, 0, err);
}
