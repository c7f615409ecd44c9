#include "refexd/ping_path.h"

#include "base/text.h"
#include "model/hold.h"

struct path {
    struct arena *arena;
    struct control_ping_step *out;
    size_t count;
};

static struct control_ping_step *add(struct path *p, enum ping_step step, enum doctor_level level, struct view text)
{
    struct control_ping_step *line = &p->out[p->count++];

    REQUIRE(p->count < PING_STEP_END);
    *line = (struct control_ping_step){.step = step, .level = level, .text = text};
    return line;
}

/* The steps up to STEP are done. */
static void add_done(struct path *p, enum ping_step step)
{
    for (int i = (int)p->count + 1; i <= (int)step; i++)
        (void)add(p, (enum ping_step)i, DOCTOR_LEVEL_OK, view_of_text(ping_step_done((enum ping_step)i)));
}

static void wait_at(struct path *p, enum ping_step step)
{
    add_done(p, (enum ping_step)(step - 1));
    (void)add(p, step, DOCTOR_LEVEL_UNKNOWN, view_of_text(ping_step_waits(step)));
}

static void fail_at(struct path *p, enum ping_step step, enum error_code code, const char *text, const char *remedy)
{
    struct control_ping_step *line;

    add_done(p, (enum ping_step)(step - 1));
    line = add(p, step, DOCTOR_LEVEL_FAIL, view_of_text(text));
    line->code = view_of_text(error_row(code)->code);
    line->remedy = view_of_text(remedy != NULL ? remedy : error_row(code)->remedy);
}

/* Its node signed that it got it: that it takes no pings is no fault of the way. */
static void answered(struct path *p)
{
    struct control_ping_step *line;

    add_done(p, (enum ping_step)(PING_RECEIPT - 1));
    line = add(p, PING_RECEIPT, DOCTOR_LEVEL_WARN, view_of_text("its receipt came: its node takes messages, no pings"));
    line->code = view_of_text(error_row(E_DOC_22)->code);
    line->remedy = view_of_text(error_row(E_DOC_22)->remedy);
}

/* At which step a link fails for WHY. */
static enum ping_step step_of(enum link_reason why)
{
    switch (why) {
    case LINK_UNREACHABLE:
    case LINK_TOO_MANY:
        return PING_CONNECT;
    case LINK_WRONG_CA:
    case LINK_EXPIRED:
    case LINK_REVOKED:
    case LINK_OTHER_AGENCY:
    case LINK_WRONG_USE:
    case LINK_NO_ALPN:
    case LINK_TLS:
    case LINK_NO_CERTIFICATE:
    case LINK_REFUSED_BY_PEER:
        return PING_TLS;
    default:
        return PING_HELLO;
    }
}

/* Which address was dialled for whom, and whose certificate came. */
static const char *failed_because(const struct path *p, const struct ping_progress *g, const struct dial_said *dial)
{
    struct bytes text = {0};
    struct view kept;

    if (dial->why != LINK_OTHER_AGENCY || dial->at[0] == '\0')
        return error_row(link_reason_code(dial->why))->means;
    bytes_printf(&text, "at %s a node of %s was expected, and the certificate of %s came; nothing was sent there",
                 dial->at, g->agency.text, dial->answered.text[0] != '\0' ? dial->answered.text : "another one");
    bytes_append_u8(&text, 0);
    kept = arena_copy(p->arena, bytes_view(&text));
    bytes_fini(&text);
    return (const char *)kept.at;
}

/* Who is not linked is dialled, or dials. That its link carries no more than what calls data back, which is so where
 * one of the two has the other for cut off, is said as its node's: what this one has is a hold. */
static void link(struct path *p, const struct ping_progress *g, const struct dial_said *dial)
{
    if (g->is_narrow) {
        fail_at(p, PING_HELLO, E_FED_45, hold_sentence(HOLD_KEY_HELD_THERE), hold_lifted_by(HOLD_KEY_HELD_THERE));
        return;
    }
    if (!g->is_dialled) {
        wait_at(p, PING_CONNECT);
        return;
    }
    switch (dial->state) {
    case DIAL_UNRESOLVED:
        fail_at(p, PING_RESOLVE, E_DOC_21, "the host in its address has no address", NULL);
        return;
    case DIAL_DIALLING:
        wait_at(p, PING_CONNECT);
        return;
    case DIAL_FAILED:
        fail_at(p, step_of(dial->why), link_reason_code(dial->why), failed_because(p, g, dial), NULL);
        return;
    case DIAL_NOT_YET:
    case DIAL_RESOLVING:
    case DIAL_UP:
        wait_at(p, PING_RESOLVE);
        return; /* up, and down again: it is dialled anew */
    }
}

/* What a rule here holds goes no further. */
static bool is_held_here(enum hold hold)
{
    return hold != HOLD_NONE && hold < HOLD_NO_LINK && hold != HOLD_NO_SEALING_KEY && hold != HOLD_DIALS_ONLY &&
           !hold_is_found_there(hold);
}

static void send(struct path *p, const struct ping_progress *g)
{
    enum hold hold = g->wait.hold;

    if (hold == HOLD_NO_SEALING_KEY)
        wait_at(p, PING_KEY);
    else if (hold_is_found_there(hold))
        fail_at(p, PING_RECEIPT, E_FED_45, hold_sentence(hold), hold_lifted_by(hold));
    else if (hold == HOLD_REFUSED_THERE)
        fail_at(p, PING_RECEIPT, E_DOC_17, "its node got the ping, and did not take it", NULL);
    else
        wait_at(p, g->may_have_left ? PING_RECEIPT : PING_SEND);
}

size_t ping_path_make(const struct ping_progress *g, const struct dial_said *dial, struct arena *arena,
                      struct control_ping_step out[static PING_STEP_END])
{
    struct path p = {.arena = arena, .out = out};
    enum hold hold = g->wait.hold;

    if (g->state == MESSAGE_RECEIPTED)
        add_done(&p, PING_RECEIPT);
    else if (g->state == MESSAGE_REFUSED)
        answered(&p);
    else if (g->state != MESSAGE_WAITING)
        fail_at(&p, PING_SEND, E_DOC_24, "the ping did not leave while it was of use", NULL);
    else if (is_held_here(hold) || hold == HOLD_COPY || hold == HOLD_NODE_STOPPED)
        fail_at(&p, PING_HOLD, E_FED_45, hold_sentence(hold), hold_lifted_by(hold));
    else if (!g->is_linked)
        link(&p, g, dial);
    else
        send(&p, g);
    return p.count;
}
