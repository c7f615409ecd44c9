#include "cli/verbs/cmd.h"

#include "cli/calls.h"
#include "cli/rendering/reach_view.h"

static void write_phone(struct bytes *out, const struct told_shown *s)
{
    reach_view_phone(out, s->answer);
}

static void write_hours(struct bytes *out, const struct told_shown *s)
{
    reach_view_hours(out, s->answer);
}

static const struct told_line duty_lines[] = {
    {"Called now: ", .write = write_phone, .when = "phone", .says = "phone at_night"},
    {"", .text = "{agency} has not said at which number it is called: refex entry set", .when = "!phone"},
    {"By its own word ", .write = write_hours, .says = "hours_known open_now opens paused_until pause_reason"},
    {0}};

static const struct told_form duty_form = {.answer = &control_reach_contract, .lines = duty_lines};

struct duty_output {
    bool json;
    bool is_known;
};

static bool on_duty(void *cookie, const struct control_reach *r, struct error *err)
{
    struct duty_output *o = cookie;

    (void)err;
    o->is_known = r->phone.size != 0;
    told_form_show(stdout, o->json, &duty_form, &(struct told_shown){.answer = r});
    return true;
}

static bool run_duty(struct command *c, int *status, struct error *err)
{
    struct duty_output o = {.json = c->json};

    if (!call_duty(c, NULL, on_duty, &o, err))
        return false;
    *status = o.is_known ? 0 : 1;
    return true;
}

const struct verb cmd_duty = {
    .usage = "--home DIR",
    .summary = "The duty phone: at which number this agency is called now, by what it said with `refex entry set`.",
    .help = "While it is not open that is its night phone, where it has one. Exit 1: it has not said a number.",
    .forms = {&duty_form},
    .run = run_duty,
};
