#include "refexd/control_named.h"

#include "codec/frame.h"
#include "exchange/staff/request_calls.h"

bool control_named_refuse(const struct control_verb *verb, struct error *err)
{
    return error_set(err, E_CTL_12, "%s was asked under a request id", verb->name);
}

/* KEPT: items as they were sent, with the number of the request that they answered. */
static bool answer_kept(struct control_call *c, struct view kept, struct error *err)
{
    while (kept.size > 0) {
        struct view payload;
        struct view message;
        uint32_t number;
        uint16_t kind;
        size_t size;

        if (frame_read(kept, BOUND_FRAME, &kind, &payload, &size, err) != FRAME_READY || kind != CONTROL_ITEM ||
            !control_read_number(payload, &number, &message, err))
            return error_set(err, E_STO_04, "what was kept of an answer is none");
        bytes_append_view(control_call_item(c), message);
        if (!control_call_item_end(c, err))
            return false;
        kept = view_of(kept.at + size, kept.size - size);
    }
    return true;
}

bool control_named_is_answered(const struct control_verb *verb, const struct control_call *c)
{
    const struct request_named n = {verb->name, c->request_part, c->request_id, c->message};
    struct bytes kept = {.wiping = true};
    struct error ignored = {0};
    bool repeated = false;
    bool ok = control_verb_takes_id(verb) && exchange_request_find(c->x, &n, &repeated, &kept, &ignored);

    bytes_fini(&kept);
    return ok && repeated;
}

/* *REPEATED: it is answered. */
static bool answer_repeated(struct control_call *c, const struct request_named *n, bool *repeated, struct error *err)
{
    struct bytes kept = {.wiping = true};
    bool ok =
        exchange_request_find(c->x, n, repeated, &kept, err) && (!*repeated || answer_kept(c, bytes_view(&kept), err));

    bytes_fini(&kept);
    return ok;
}

/* What is answered in several steps is kept with the last, as done: its items have left. */
bool control_named_handle(const struct control_verb *verb, bool (*handle)(struct control_call *c, struct error *err),
                          struct control_call *c, struct error *err)
{
    const struct request_named n = {verb->name, c->request_part, c->request_id, c->message};
    size_t before = c->answers->size;
    struct view answer;
    bool repeated = false;
    uint64_t mark;

    if (!control_verb_takes_id(verb))
        return control_named_refuse(verb, err);
    if (!c->goes_on && !answer_repeated(c, &n, &repeated, err))
        return false;
    if (repeated)
        return true;
    mark = exchange_request_begin(c->x);
    if (!handle(c, err))
        return false;
    answer = view_of(c->answers->at + before, c->answers->size - before);
    return c->step->more || exchange_request_end(c->x, &n, mark, c->goes_on ? NULL : &answer, err);
}
