#include "exchange/renewal/renewal_waits.h"

#include <stdlib.h>

#include "base/bounds.h"
#include "base/clock.h"
#include "codec/peer_messages.h"
#include "exchange/state.h"
#include "exchange/tick.h"

#define ASKED_OPEN 16           /* refexd asks refex-ca no more at once */
#define FORGET_MS  (2 * DAY_MS) /* who waits asks more often */

struct waiting {
    struct renewal_waiting said;
    int64_t asked_ms; /* last; steady */
};

struct renewal_waits {
    struct {
        uint64_t link;
        struct address agency;
    } asked[ASKED_OPEN]; /* an empty agency: a free place */
    struct waiting *at;  /* at most one for each member */
    size_t count;
};

struct renewal_waits *renewal_waits_new(void)
{
    return xnew(sizeof(struct renewal_waits));
}

void renewal_waits_free(struct renewal_waits *w)
{
    if (w == NULL)
        return;
    free(w->at);
    free(w);
}

void renewal_waits_asked(struct exchange *x, uint64_t link, const struct address *agency)
{
    struct renewal_waits *w = x->renewal_waits;
    size_t place = 0; /* where all are taken: of whom refexd turned away */

    for (size_t i = 0; i < ASKED_OPEN; i++)
        if (w->asked[i].agency.text[0] == '\0' || w->asked[i].link == link)
            place = i;
    w->asked[place].link = link;
    w->asked[place].agency = *agency;
}

static struct waiting *find(struct renewal_waits *w, const struct address *agency)
{
    for (size_t i = 0; i < w->count; i++)
        if (address_equal(&w->at[i].said.agency, agency))
            return &w->at[i];
    return NULL;
}

static struct waiting *add(struct exchange *x, const struct address *agency)
{
    struct renewal_waits *w = x->renewal_waits;

    if (w->count == BOUND_MEMBERS)
        return NULL;
    w->at = xrealloc(w->at, (w->count + 1) * sizeof *w->at);
    w->at[w->count] = (struct waiting){.said = {*agency, tick_record_ms(x)}};
    return &w->at[w->count++];
}

/* A refusal that is not for a person says nothing of whether it still waits for one. */
static void note(struct exchange *x, const struct address *agency, const struct peer_renewed *answer)
{
    struct renewal_waits *w = x->renewal_waits;
    struct waiting *at = find(w, agency);

    if (answer->refusal == RENEWAL_PERSON && at == NULL)
        at = add(x, agency);
    if (at == NULL)
        return;
    at->asked_ms = tick_steady_ms(x);
    if (answer->transport.size != 0)
        *at = w->at[--w->count];
}

void renewal_waits_answered(struct exchange *x, uint64_t link, struct view answer)
{
    struct renewal_waits *w = x->renewal_waits;
    struct peer_renewed said;
    struct error why;

    if (!peer_renewed_decode(answer, &x->tick_arena, &said, &why))
        return;
    for (size_t i = 0; i < ASKED_OPEN; i++)
        if (w->asked[i].link == link && w->asked[i].agency.text[0] != '\0') {
            note(x, &w->asked[i].agency, &said);
            w->asked[i].agency.text[0] = '\0';
            return;
        }
}

size_t renewal_waits_list(const struct exchange *x, struct renewal_waiting *first, size_t most, uint64_t *more)
{
    const struct renewal_waits *w = x->renewal_waits;
    size_t count = 0;

    *more = 0;
    for (size_t i = 0; i < w->count; i++) {
        if (tick_steady_ms(x) - w->at[i].asked_ms >= FORGET_MS)
            continue;
        if (count < most)
            first[count++] = w->at[i].said;
        else
            ++*more;
    }
    return count;
}
