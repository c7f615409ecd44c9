#include "cli/verbs/doctor_ping.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "cli/calls.h"
#include "model/ping_step.h"

#define LOOK_EVERY_MS 50

struct pinging {
    const struct command *command;
    int64_t begun_ms;       /* steady */
    size_t told;            /* steps that were said to be done */
    bool is_over;           /* it came through, or a step failed */
    bool came_through;      /* which of the two */
    enum ping_step waiting; /* the step at which it is; PING_BEGIN: none was said */
};

static void write_step(struct bytes *out, const struct told_shown *s)
{
    static const char *const words[] = {[DOCTOR_LEVEL_OK] = "ok",
                                        [DOCTOR_LEVEL_WARN] = "warn",
                                        [DOCTOR_LEVEL_FAIL] = "FAIL",
                                        [DOCTOR_LEVEL_UNKNOWN] = "?"};
    const struct control_ping_step *step = s->answer;

    bytes_printf(out, "%-5s %-10s ", words[step->level], ping_step_name(step->step));
    render_escaped(out, step->text);
    if (step->code.size > 0)
        bytes_printf(out, " (%.*s)", (int)step->code.size, (const char *)step->code.at);
    bytes_printf(out, ", %u ms", (unsigned)step->after_ms);
}

static const struct told_line lines[] = {{"", .write = write_step, .says = "step level text code after_ms"},
                                         {"      -> ", .text = "{remedy}", .when = "remedy"},
                                         {0}};

const struct told_form doctor_ping_form = {.answer = &control_ping_step_contract, .lines = lines};

static void show(const struct pinging *p, const struct control_ping_step *step)
{
    struct control_ping_step line = *step;

    line.after_ms = (uint32_t)(clock_steady_ms(&clock_real) - p->begun_ms);
    told_form_show(stdout, p->command->json, &doctor_ping_form, &(struct told_shown){.answer = &line});
    (void)fflush(stdout); /* who waits sees it when it is done */
}

static void show_failed(const struct pinging *p, enum ping_step step, enum error_code code, const char *text)
{
    show(p, &(struct control_ping_step){.step = step,
                                        .level = DOCTOR_LEVEL_FAIL,
                                        .text = view_of_text(text),
                                        .code = view_of_text(error_row(code)->code),
                                        .remedy = view_of_text(error_row(code)->remedy)});
}

static bool on_step(void *cookie, const struct control_ping_step *step, struct error *err)
{
    struct pinging *p = cookie;

    (void)err;
    if (step->level == DOCTOR_LEVEL_UNKNOWN) {
        p->waiting = (enum ping_step)step->step;
        return true;
    }
    if (step->level == DOCTOR_LEVEL_OK && step->step <= p->told)
        return true;
    show(p, step);
    p->told = step->step;
    p->is_over = step->level == DOCTOR_LEVEL_FAIL || step->step == PING_RECEIPT;
    p->came_through = p->is_over && step->level != DOCTOR_LEVEL_FAIL;
    return true;
}

static bool keep_ping(void *cookie, const struct control_ping *ping, struct error *err)
{
    (void)err;
    *(struct control_ping *)cookie = *ping;
    return true;
}

/* What the directory says against the agency is the first step of the way to it. */
static bool is_of_directory(const struct error *err)
{
    return strncmp(error_row(err->code)->code, "E-FED-", strlen("E-FED-")) == 0;
}

static bool follow(struct command *c, const struct control_ping *ping, uint32_t seconds, struct pinging *p,
                   struct error *err)
{
    const struct control_ping_path_ask ask = {.agency = ping->agency, .message = ping->message};
    int64_t until = p->begun_ms + (int64_t)seconds * 1000;

    for (;;) {
        if (!call_doctor_path(c, &ask, on_step, p, err))
            return false;
        if (p->is_over || clock_steady_ms(&clock_real) >= until)
            return true;
        (void)poll(NULL, 0, LOOK_EVERY_MS);
    }
}

bool doctor_ping(struct command *c, const char *text, uint32_t seconds, int *status, struct error *err)
{
    struct pinging p = {.command = c, .begun_ms = clock_steady_ms(&clock_real)};
    struct control_ping_ask ask;
    struct control_ping ping;

    if (!connection_open(c, REFEX_NODE, err) || !connection_address(c, "AGENCY", text, &ask.agency, err))
        return false;
    *status = 1;
    if (!call_doctor_ping(c, &ask, keep_ping, &ping, err)) {
        if (!is_of_directory(err))
            return false;
        show_failed(&p, PING_DIRECTORY, err->code, err->text);
        return true;
    }
    if (!follow(c, &ping, seconds, &p, err))
        return false;
    if (!p.is_over && p.waiting != PING_BEGIN)
        show_failed(&p, p.waiting, E_DOC_20, ping_step_waits(p.waiting));
    *status = p.came_through ? 0 : 1;
    return true;
}
