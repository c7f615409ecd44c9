#include "exchange/renewal/renewal_ask.h"

#include "base/clock.h"
#include "base/log.h"
#include "codec/peer_messages.h"
#include "crypto/certify.h"
#include "exchange/members/clock_doubt.h"
#include "exchange/members/membership.h"
#include "exchange/renewal/peer_ends.h"
#include "exchange/renewal/renewal.h"
#include "exchange/renewal/renewal_text.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/narrow_links.h"
#include "exchange/vault_transport.h"

#include <string.h>

#define DIAL_FIRST_MS 1000      /* between two members that are dialled for it … */
#define DIAL_MS       MINUTE_MS /* … doubled up to this */
#define ASK_MS        HOUR_MS   /* one agency again: a refusal stands for a while */
#define DIAL_ASKED_MS 600000    /* … this, where who was asked gave none */
#define OTHER_MS      MINUTE_MS /* after a question: an answer comes at once, or another is asked */
#define ASKED_MAX     16        /* agencies that say that they renew: the federation has one coordinator, or few */
#define LOOK_MS       HOUR_MS   /* before it is time: the wall clock is looked at so often */

struct renewal_ask {
    bool begun;
    bool folder_asked;       /* since the start, by this or by what was due */
    int64_t next_ms;         /* steady; 0: at once */
    int64_t dial_ms;         /* of the next dial, at the earliest; steady: a link that came up and went hastens none */
    int64_t pause_ms;        /* after the next dial */
    size_t place;            /* in the directory: whom to dial next */
    int64_t taken_ms;        /* a certificate, the last time; steady; 0: none since the start */
    int64_t wanted_until_ms; /* steady: a person asked for it; 0: nobody did */
    int warned_days;         /* how long before an end it was said last; 0: it was not */
    uint64_t open;           /* the link on which an answer is waited for; 0: none */
    bool looks;              /* what is open is ask_folder's */
    /* Who was asked last, and not again before a time. Any member can say that it renews: none is asked alone. */
    struct asked {
        struct address agency;
        int64_t again_ms; /* 0: free */
    } asked[ASKED_MAX];
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

/* Two thirds of a life that begins at FROM and ends at UNTIL, and up to a twelfth later, as the node id says. What has
 * not begun, of a clock that was ahead, is due now. */
static int64_t due_ms(const struct exchange *x, int64_t from_ms, int64_t until_ms)
{
    const struct ident *node = membership_node(x->membership);
    const int64_t life = until_ms - from_ms;

    if (from_ms > tick_closing_ms(x))
        return tick_closing_ms(x);
    return from_ms + life / 3 * 2 + life / 12 * (node->at[0] << 8 | node->at[1]) / 65536;
}

void renewal_due(const struct exchange *x, struct renewal_due *out)
{
    struct membership_status own;

    membership_status(x->membership, tick_closing_ms(x), &own);
    *out = (struct renewal_due){.transport_ms = due_ms(x, own.transport_from_ms, own.transport_until_ms),
                                .identity_ms = due_ms(x, own.identity_from_ms, own.identity_until_ms)};
}

/* Whether the certificate in use came so short a time ago that only a clock that is wrong says that it is due. One that
 * has not begun was made by such a clock, and is due by the right one. */
static bool is_taken_of_late(const struct exchange *x)
{
    struct membership_status own;

    membership_status(x->membership, tick_closing_ms(x), &own);
    return x->renewal->taken_ms != 0 && own.transport_from_ms <= tick_closing_ms(x) &&
           tick_steady_ms(x) - x->renewal->taken_ms < (own.transport_until_ms - own.transport_from_ms) / 2;
}

/* What is due now. */
static void find_due(const struct exchange *x, bool *transport, bool *identity)
{
    const int64_t now = tick_closing_ms(x);
    struct renewal_due due;

    renewal_due(x, &due);
    *transport = (now >= due.transport_ms && !is_taken_of_late(x)) || x->renewal->wanted_until_ms > tick_steady_ms(x);
    *identity = now >= due.identity_ms;
}

/* --- whom to ask --- */

static struct asked *asked_find(struct renewal_ask *r, const struct address *agency)
{
    for (size_t i = 0; i < ASKED_MAX; i++)
        if (r->asked[i].again_ms != 0 && address_equal(&r->asked[i].agency, agency))
            return &r->asked[i];
    return NULL;
}

/* The place of AGENCY, or that of whoever was asked longest ago. */
static void note_asked(struct renewal_ask *r, const struct address *agency, int64_t again_ms)
{
    struct asked *at = asked_find(r, agency);

    for (size_t i = 0; i < ASKED_MAX && at == NULL; i++)
        if (r->asked[i].again_ms == 0)
            at = &r->asked[i];
    for (size_t i = 0; i < ASKED_MAX && at == NULL; i++)
        if (r->asked[i].again_ms < at->again_ms)
            at = &r->asked[i];
    *at = (struct asked){*agency, again_ms};
}

bool renewal_may_ask(const struct exchange *x, const struct address *agency)
{
    const struct asked *a = asked_find(x->renewal, agency);

    return a == NULL || a->again_ms <= tick_steady_ms(x);
}

static bool is_any_asked(const struct exchange *x)
{
    for (size_t i = 0; i < ASKED_MAX; i++)
        if (x->renewal->asked[i].again_ms > tick_steady_ms(x))
            return true;
    return false;
}

/* A link to somebody who says that he renews, and was not asked within the hour. A coordinator's node asks itself. */
static bool find_link(const struct exchange *x, uint64_t *id, struct address *agency)
{
    if (x->post->renew != NULL && clock_doubt_may_certify(x) && renewal_may_ask(x, membership_own(x->membership))) {
        *id = RENEWAL_OWN;
        *agency = *membership_own(x->membership);
        return true;
    }
    if (narrow_links_to_ask(x, id, agency))
        return true;
    for (const struct link *l = x->links; l != NULL; l = l->next)
        if (l->renews && renewal_may_ask(x, &l->agency)) {
            *id = l->id;
            *agency = l->agency;
            return true;
        }
    return false;
}

/* Appends what is sent: for the next transport key where one is due or was made, else, where the identity certificate
 * alone is due, the one in use. The next one may be certified already: that in use would be refused then. */
static bool write_request(struct exchange *x, bool transport, bool identity, struct bytes *out, struct error *err)
{
    const struct sign_key *key = vault_transport(x->vault);
    struct bytes requests[2] = {{0}};
    uint8_t signature[SIGN_SIZE];
    struct peer_renewal r = {.agency = *membership_own(x->membership), .node = *membership_node(x->membership)};
    bool ok =
        (!(transport || vault_has_next_transport(x->vault)) || vault_next_transport(x->vault, &key, err)) &&
        certify_request(key, NULL, &requests[0], err) &&
        (!identity || certify_request(vault_identity(x->vault), membership_own(x->membership), &requests[1], err));

    r.transport = bytes_view(&requests[0]);
    r.identity = bytes_view(&requests[1]);
    ok = ok && renewal_sign(&r, &membership_federation(x->membership)->fid, vault_identity(x->vault), signature, err);
    r.signature = view_of(signature, sizeof signature);
    if (ok)
        peer_renewal_encode(&r, out);
    bytes_fini(&requests[0]);
    bytes_fini(&requests[1]);
    return ok;
}

static bool ask(struct exchange *x, bool transport, bool identity)
{
    struct bytes request = {0};
    struct error why = {0};
    struct address agency;
    uint64_t id;

    if (!find_link(x, &id, &agency))
        return false;
    note_asked(x->renewal, &agency, tick_steady_ms(x) + (transport ? ASK_MS : DAY_MS));
    if (write_request(x, transport, identity, &request, &why)) {
        x->renewal->open = id;
        x->renewal->looks = false;
        if (id != RENEWAL_OWN)
            tick_send(x, id, PEER_RENEWAL, bytes_view(&request));
        else if (!x->post->renew(x->post, id, bytes_view(&request)))
            log_line(LOG_WARNING, "event=renewal.not_asked");
    } else {
        log_line(LOG_WARNING, "event=renewal.no_request code=%s text=\"%s\"", error_row(why.code)->code, why.text);
    }
    bytes_fini(&request);
    return true;
}

/* At a coordinator's node, once behind its start, when it may certify: whether the folder beside it makes certificates
 * shows by its answer for the one that is there. Another one, of a CA that was rolled over, is taken: the folder has it
 * for the one in use from then on. */
static void ask_folder(struct exchange *x)
{
    struct bytes request = {0};
    struct error why = {0};

    x->renewal->folder_asked = true;
    x->renewal->open = RENEWAL_OWN;
    x->renewal->looks = true;
    if (!write_request(x, false, false, &request, &why) || !x->post->renew(x->post, RENEWAL_OWN, bytes_view(&request)))
        log_line(LOG_WARNING, "event=renewal.folder_not_asked");
    bytes_fini(&request);
}

static bool awaits_folder(const struct exchange *x)
{
    return x->post->renew != NULL && !x->renewal->folder_asked;
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
        x->post->dial(x->post, &m->agency, m->endpoint, false);
        return;
    }
}

void renewal_now(struct exchange *x, struct control_renewing *out)
{
    struct membership_status own;

    membership_status(x->membership, tick_closing_ms(x), &own);
    *out = (struct control_renewing){.transport_until_ms = own.transport_until_ms};
    for (const struct link *l = x->links; l != NULL; l = l->next)
        out->linked += l->renews;
    memset(x->renewal->asked, 0, sizeof x->renewal->asked);
    x->renewal->wanted_until_ms = tick_steady_ms(x) + ASK_MS;
    x->renewal->pause_ms = DIAL_FIRST_MS;
    x->renewal->dial_ms = 0;
    renewal_look(x);
    tick_again(x);
}

/* --- what did not renew --- */

/* Said once for each: a certificate that was due, and did not renew. */
static void warn(struct exchange *x)
{
    const int64_t now = tick_closing_ms(x);
    struct membership_status own;
    struct renewal_due due;
    const char *which = "transport";
    int64_t until;
    int days;

    renewal_due(x, &due);
    membership_status(x->membership, now, &own);
    until = now - due.transport_ms > BOUND_RENEWAL_LATE_MS ? own.transport_until_ms : INT64_MAX;
    if (now - due.identity_ms > BOUND_RENEWAL_LATE_MS && own.identity_until_ms < until) {
        which = "identity";
        until = own.identity_until_ms;
    }
    days = until == INT64_MAX ? 0 : peer_ends_warning(until - now);
    if (days != 0 && days != x->renewal->warned_days)
        log_line(LOG_WARNING, "event=renewal.late certificate=%s days=%lld", which,
                 (long long)((until - now) / DAY_MS));
    x->renewal->warned_days = days;
}

void renewal_advance(struct exchange *x)
{
    int64_t now = tick_steady_ms(x);
    bool transport;
    bool identity;

    if (x->renewal->next_ms > now)
        return;
    find_due(x, &transport, &identity);
    warn(x);
    if (!x->renewal->begun) { /* the network process starts */
        x->renewal->begun = true;
        x->renewal->next_ms = now + DIAL_FIRST_MS;
    } else if (!transport && !identity) {
        if (awaits_folder(x) && clock_doubt_may_certify(x))
            ask_folder(x);
        x->renewal->next_ms = now + (awaits_folder(x) ? OTHER_MS : LOOK_MS);
    } else if (ask(x, transport, identity)) {
        x->renewal->next_ms = now + OTHER_MS;
        x->renewal->pause_ms = DIAL_FIRST_MS;
    } else if (now < x->renewal->dial_ms) {
        x->renewal->next_ms = x->renewal->dial_ms;
    } else {
        dial(x);
        x->renewal->dial_ms = now + (is_any_asked(x) ? DIAL_ASKED_MS : x->renewal->pause_ms);
        x->renewal->next_ms = x->renewal->dial_ms;
        x->renewal->pause_ms = pause_doubled(x->renewal->pause_ms, 1, DIAL_MS);
    }
}

int64_t renewal_wake_ms(const struct exchange *x)
{
    return x->renewal->next_ms;
}

/* --- the answer --- */

bool renewal_take(struct exchange *x, uint64_t link, const struct address *agency, struct view payload,
                  struct error *err)
{
    struct error why = {0};
    struct peer_renewed r;
    bool is_other;
    bool looked;

    if (link != x->renewal->open)
        return true; /* nothing was asked there, or another was asked since */
    looked = x->renewal->looks;
    x->renewal->open = 0;
    x->renewal->looks = false;
    if (!peer_renewed_decode(payload, &x->tick_arena, &r, err))
        return false;
    if (looked && (r.refusal != 0 || view_equal(r.transport, membership_transport(x->membership))))
        return true;
    if (r.refusal != 0) {
        log_line(LOG_WARNING, "event=renewal.refused peer=%s reason=%s", agency->text, renewal_refusal_name(r.refusal));
        /* That key may have been certified before, in an answer that did not count here: it never is again. */
        if (r.refusal == RENEWAL_PERSON && !vault_forget_next_transport(x->vault, &why))
            log_line(LOG_WARNING, "event=renewal.key_stays code=%s text=\"%s\"", error_row(why.code)->code, why.text);
        return true;
    }
    is_other = !view_equal(r.transport, membership_transport(x->membership)); /* not with another identity alone */
    if (renewal_take_certificates(x, &r, &why)) {
        log_line(LOG_NOTICE, "event=renewal.done peer=%s", agency->text);
        if (is_other)
            x->renewal->taken_ms = tick_steady_ms(x);
        x->renewal->wanted_until_ms = 0;
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
