#include "refexd/control_call.h"

#include "codec/contract.h"
#include "codec/frame.h"

static size_t begin_answer(struct control_call *c, enum control_kind kind)
{
    size_t at = frame_begin(c->answers, (uint16_t)kind);

    control_begin(c->number, c->answers);
    return at;
}

struct bytes *control_call_item(struct control_call *c)
{
    c->item_at = begin_answer(c, CONTROL_ITEM);
    return c->answers;
}

bool control_call_item_end(struct control_call *c, struct error *err)
{
    frame_end(c->answers, c->item_at);
    return c->answers->size <= BOUND_ANSWER || error_set(err, E_CTL_07, "the answer has over %d bytes", BOUND_ANSWER);
}

bool control_call_answer(struct control_call *c, const struct contract_message *m, const void *in, struct error *err)
{
    struct error why;

    return (contract_try_encode(m, in, control_call_item(c), &why) ||
            error_set(err, E_STO_04, "what is stored makes no answer: %s", why.text)) &&
           control_call_item_end(c, err);
}

void control_call_done(struct control_call *c)
{
    frame_end(c->answers, begin_answer(c, CONTROL_DONE));
}

void control_call_failed(struct control_call *c, const struct error *err)
{
    const struct error_row *row = error_row(err->code);
    struct control_failure f = {
        .code = view_of_text(row->code),
        .fault = row->fault,
        .text = view_of_text(err->text),
        .held_back = c->held_back,
        .held_back_count = c->held_back_count,
    };
    size_t at = begin_answer(c, CONTROL_FAILURE);

    control_failure_encode(&f, c->answers);
    frame_end(c->answers, at);
}
