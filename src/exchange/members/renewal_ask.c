#include "exchange/members/renewal_ask.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "codec/peer_messages.h"
#include "exchange/home.h"
#include "exchange/members/membership.h"
#include "exchange/members/renewal.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/link_calls.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/narrow_links.h"

#define DIAL_FIRST_MS 1000    /* between two members that are dialled for it … */
#define DIAL_MS       60000   /* … doubled up to this */
#define ASK_MS        3600000 /* after a question: an answer comes at once, or is a refusal that stands for a while */
#define LOOK_MS       3600000 /* before it is time: the wall clock is looked at so often */

struct renewal_ask {
    bool begun;
    int64_t next_ms;  /* steady; 0: at once */
    int64_t pause_ms; /* after the next dial */
    size_t place;     /* in the directory: whom to dial next */
};

struct renewal_ask *renewal_ask_new(void)
{
    struct renewal_ask *r = xnew(sizeof *r);

    r->pause_ms = DIAL_FIRST_MS;
    return r;
}

void renewal_look(struct exchange *x)
{
    x->renewal->next_ms = 0;
}

int64_t renewal_due_ms(struct exchange *x)
{
    const struct ident *node = membership_node(x->membership);
    struct membership_status own;
    int64_t life;

    membership_status(x->membership, tick_closing_ms(x), &own);
    life = own.transport_until_ms - own.transport_from_ms;
    return own.transport_from_ms + life / 3 * 2 + life / 12 * (node->at[0] << 8 | node->at[1]) / 65536;
}

/* Asks on a link to whoever renews. */
static bool ask(struct exchange *x)
{
    uint64_t id = narrow_links_any(x);
    struct bytes request = {0};
    char path[FILE_PATH_MAX];
    struct error why = {0};
    bool ok;

    for (const struct link *l = x->links; id == 0 && l != NULL; l = l->next)
        if (l->renews)
            id = l->id;
    if (id == 0)
        return false;
    ok = file_join_path(path, x->home, HOME_REQUEST, &why) && file_read(path, BOUND_REQUEST_FILE, &request, &why);
    if (ok)
        tick_send(x, id, PEER_RENEWAL, bytes_view(&request));
    else
        log_line(LOG_WARNING, "event=renewal.no_request code=%s text=\"%s\"", error_row(why.code)->code, why.text);
    bytes_fini(&request);
    return true;
}

/* Dials the next listed member that is not linked. */
static void dial(struct exchange *x)
{
    const struct directory *d = membership_directory(x->membership);

    for (size_t i = 0; i < d->member_count; i++) {
        const struct member *m = &d->members[x->renewal->place++ % d->member_count];

        if (m->endpoint.size == 0 || address_equal(&m->agency, membership_own(x->membership)) ||
            links_find_agency(x, &m->agency) != NULL)
            continue;
        x->post->dial(x->post, &m->agency, m->endpoint);
        return;
    }
}

void renewal_advance(struct exchange *x)
{
    int64_t now = tick_steady_ms(x);

    if (x->renewal->next_ms > now)
        return;
    if (!x->renewal->begun) { /* the network process starts */
        x->renewal->begun = true;
        x->renewal->next_ms = now + DIAL_FIRST_MS;
    } else if (tick_closing_ms(x) < renewal_due_ms(x)) {
        x->renewal->next_ms = now + LOOK_MS;
    } else if (ask(x)) {
        x->renewal->next_ms = now + ASK_MS;
        x->renewal->pause_ms = DIAL_FIRST_MS;
    } else {
        dial(x);
        x->renewal->next_ms = now + x->renewal->pause_ms;
        x->renewal->pause_ms = pause_doubled(x->renewal->pause_ms, 1, DIAL_MS);
    }
}

int64_t renewal_wake_ms(const struct exchange *x)
{
    return x->renewal->next_ms;
}

/* --- of a coordinator's node --- */

static void send_no_certificate(struct exchange *x, uint64_t link, enum renewal_refusal why)
{
    struct bytes answer = {0};

    peer_renewed_encode(&(struct peer_renewed){.refusal = why}, &answer);
    tick_send(x, link, PEER_RENEWED, bytes_view(&answer));
    bytes_fini(&answer);
}

void renewal_asked(struct exchange *x, uint64_t link, struct view payload)
{
    if (x->post->renew == NULL)
        send_no_certificate(x, link, RENEWAL_NOT_HERE);
    else if (!x->post->renew(x->post, link, payload))
        send_no_certificate(x, link, RENEWAL_BROKEN);
}

void exchange_renewal_answer(struct exchange *x, uint64_t link, struct view answer)
{
    tick_send(x, link, PEER_RENEWED, answer);
}

/* --- the answer --- */

bool renewal_take(struct exchange *x, const struct address *agency, struct view payload, struct error *err)
{
    struct error why = {0};
    struct peer_renewed r;

    if (!peer_renewed_decode(payload, &x->tick_arena, &r, err))
        return false;
    if (r.refusal != 0) {
        log_line(LOG_WARNING, "event=renewal.refused peer=%s reason=%s", agency->text, renewal_refusal_name(r.refusal));
        return true;
    }
    if (renewal_take_transport(x, r.transport, r.transport_ca, &why)) {
        log_line(LOG_NOTICE, "event=renewal.done peer=%s", agency->text);
        x->renewal->next_ms = 0;
        return true;
    }
    if (error_fault(&why) == FAULT_LOCAL) {
        *err = why;
        return false;
    }
    log_line(LOG_WARNING, "event=renewal.not_taken peer=%s code=%s text=\"%s\"", agency->text,
             error_row(why.code)->code, why.text);
    return true;
}
