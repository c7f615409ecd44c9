/* The settings of the node. */
#include "cli/verbs/cmd.h"

#include "cli/calls.h"
#include "output/told_form.h"

static void write_from(struct bytes *out, const struct told_shown *s)
{
    const struct control_setting *one = s->answer;

    if (one->line == 0)
        bytes_append_text(out, "by default");
    else
        bytes_printf(out, "node.conf:%u", (unsigned)one->line);
}

/* Of a node that runs. */
static void write_in_force(struct bytes *out, const struct told_shown *s)
{
    const struct control_setting *one = s->answer;

    if (!one->differs)
        return;
    if (one->in_force.size == 0)
        bytes_append_text(out, "nothing");
    else
        bytes_append_view(out, one->in_force);
    bytes_append_text(out, one->at_start ? ", until a new start" : ", until the node reads it again (SIGHUP)");
}

static const struct told_line columns[] = {
    {"SETTING", .text = "{setting}"},
    {"VALUE", .text = "{value}"},
    {"FROM", .write = write_from, .says = "line"},
    {"IN FORCE", .write = write_in_force, .says = "differs in_force at_start"},
    {0},
};

static const struct told_form form = {.answer = &control_setting_contract, .lines = columns};

static void write_effective(struct bytes *out, const struct told_shown *s)
{
    const struct control_setting *one = s->answer;

    bytes_append_view(out, one->differs ? one->in_force : one->value);
}

static void write_effective_from(struct bytes *out, const struct told_shown *s)
{
    const struct control_setting *one = s->answer;

    if (one->differs)
        bytes_append_text(out, "as it was read before");
    else
        write_from(out, s);
}

static const struct told_line effective_columns[] = {
    {"SETTING", .text = "{setting}"},
    {"VALUE", .write = write_effective, .says = "value in_force differs"},
    {"FROM", .write = write_effective_from, .says = "line at_start"},
    {0},
};

static const struct told_form effective_form = {.answer = &control_setting_contract, .lines = effective_columns};

/* The file is there before a node can run, too. */
static bool reach(struct command *c, struct error *err)
{
    struct error not_running = {0};

    if (connection_open(c, REFEX_NODE, &not_running))
        return true;
    if (not_running.code != E_NOD_05) {
        *err = not_running;
        return false;
    }
    return connection_open(c, REFEX_TOOL, err);
}

static bool run_show(struct command *c, int *status, struct error *err)
{
    (void)status;
    return reach(c, err) && call_config_show_as_table(
                                c, NULL, options_flag(&c->options, "effective") ? &effective_form : &form, NULL, err);
}

const struct verb cmd_config_show = {
    .usage = "--home DIR [--effective]",
    .summary = "The settings of the node: as node.conf has them, or by default, and what else is in force.",
    .help = "node.conf is read anew for it. What is in force of a node that runs and is not what the file says is "
            "named, and\nwhether SIGHUP (systemctl reload refexd) or a new start takes it. It is answered before the "
            "agency has "
            "joined, too.",
    .syntax.own = {OPTION_FLAG("effective", "what is in force alone, of a node that runs")},
    .forms = {&form, &effective_form},
    .run = run_show,
};

static bool count(void *cookie, const struct control_setting *one, struct error *err)
{
    struct control_settings_checked *k = cookie;

    (void)err;
    k->differ += one->differs;
    k->at_start += one->differs && one->at_start;
    return true;
}

static void write_checked(struct bytes *out, const struct told_shown *s)
{
    const struct control_settings_checked *k = s->answer;

    bytes_append_text(out, "can be used");
    if (k->differ != 0)
        bytes_printf(out, "; %u of its settings %s not in force: refex config show", (unsigned)k->differ,
                     k->differ == 1 ? "is" : "are");
}

static const struct told_line checked_lines[] = {
    {"node.conf ", .write = write_checked, .says = "usable differ at_start"}, {0}};

static const struct told_form checked_form = {.answer = &control_settings_checked_contract, .lines = checked_lines};

static bool run_check(struct command *c, int *status, struct error *err)
{
    struct control_settings_checked k = {.usable = true};

    (void)status;
    if (!reach(c, err) || !call_config_show(c, NULL, count, &k, err))
        return false;
    told_form_show(stdout, c->json, &checked_form, &(struct told_shown){.answer = &k});
    return true;
}

const struct verb cmd_config_check = {
    .usage = "--home DIR",
    .summary = "Whether node.conf can be used; else the first line that cannot, and why (exit status 78).",
    .help = "It changes nothing. A node that cannot use its settings does not start, and one that runs keeps those "
            "that it has.",
    .forms = {&checked_form},
    .run = run_check,
};
