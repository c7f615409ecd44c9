#include "held.h"

#include "exchange/cases/case_notes.h"
#include "exchange/logs/acting.h"
#include "exchange/tick.h"

bool held_ask_case_note(struct fixture *s, const struct held *h)
{
    const struct control_case_note_ask ask = {.case_id = h->case_id, .text = view_of_text("A note.")};
    struct control_case_note out;

    return is_there(s, exchange_case_note(s->ngo, &ask, &out, &s->err), E_CAS_20);
}

static bool on_note(void *cookie, const struct control_case_note *n, struct error *err)
{
    (void)cookie;
    (void)n;
    (void)err;
    return true;
}

bool held_ask_case_notes(struct fixture *s, const struct held *h)
{
    return is_there(
        s, exchange_case_notes(s->ngo, &(struct control_case_notes_ask){h->case_id}, NULL, on_note, NULL, &s->err),
        E_CAS_20);
}

struct tasks {
    const struct ident *id;
    bool found;
};

static bool on_task(void *cookie, const struct control_case_task *t, struct error *err)
{
    struct tasks *tasks = cookie;

    (void)err;
    tasks->found = tasks->found || ident_equal(&t->case_id, tasks->id);
    return true;
}

/* Of each case one waits, whoever asks. */
bool held_ask_case_tasks(struct fixture *s, const struct held *h)
{
    const struct control_case_note_ask note = {
        .case_id = h->case_id, .text = view_of_text("A note."), .by = tick_record_day(s->ngo)};
    struct tasks tasks = {.id = &h->case_id};
    struct control_case_note out;
    uint32_t uid;
    bool acts = acting_user(s->ngo, &uid);

    exchange_acting(s->ngo, NULL);
    world_must(exchange_case_note(s->ngo, &note, &out, &s->err), &s->err, "write a note");
    exchange_acting(s->ngo, acts ? &uid : NULL);
    world_must(exchange_case_tasks(s->ngo, on_task, &tasks, &s->err), &s->err, "list tasks");
    return tasks.found;
}
