#include "cli/verbs/cmd.h"

#include "base/text.h"
#include "cli/calls.h"

static void write_hook(struct bytes *out, const struct told_shown *s)
{
    const struct control_hook *h = s->answer;

    bytes_append_view(out, h->event);
    bytes_append_u8(out, '/');
    bytes_append_view(out, h->name);
}

static void write_last(struct bytes *out, const struct told_shown *s)
{
    const struct control_hook *h = s->answer;

    if (h->fault != HOOK_FAULT_NONE)
        bytes_printf(out, "not run: %s", hook_fault_name(h->fault));
    else if (h->outcome == 0)
        bytes_append_text(out, "not yet");
    else if (h->outcome == HOOK_EXITED || h->outcome == HOOK_KILLED)
        bytes_printf(out, "%s (%u)", hook_outcome_name(h->outcome), (unsigned)h->status);
    else
        bytes_append_text(out, hook_outcome_name(h->outcome));
}

static const struct told_line columns[] = {
    {"HOOK", .write = write_hook, "event hook"},
    {"LAST", .write = write_last, "not_run last status"},
    {"WHEN", .text = "{last_run}"},
    {"TRIES", .text = "{tries}"},
    {"NEXT TRY", .text = "{next_try}"},
    {"GIVEN UP", .text = "{given_up}"},
    {"OUTPUT", .text = "{output_bytes}"},
    {0},
};

static const struct told_form form = {.answer = &control_hook_contract, .lines = columns};

static bool run_hooks(struct command *c, int *status, struct error *err)
{
    (void)status;
    return call_node_hooks_as_table(c, NULL, &form, "There is no hook: nothing is run when something happens.", err);
}

const struct verb cmd_node_hooks = {
    .usage = "--home DIR",
    .summary = "The hooks of the node (hooks.d/EVENT/ of its folder), and what became of each when it was run last.",
    .help = "A hook is a program that belongs to the node's user or to root and is written by nobody else. For each "
            "event of the\nword that its folder is called it gets the line of `refex watch --json` on its standard "
            "input, and 10 seconds.\nOne that fails is told the same again, up to eight times within hours; exit "
            "status 75 asks for it in a minute.\nAll else that there is to know of them: docs/OPERATING.md.",
    .forms = {&form},
    .run = run_hooks,
};
