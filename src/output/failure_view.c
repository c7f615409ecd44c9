#include "output/failure_view.h"

#include <stdio.h>

#include "codec/control_messages.h"

static void write_held_back(struct bytes *out, const struct told_shown *s)
{
    const struct control_shown_failure *f = s->answer;

    for (size_t i = 0; i < f->held_back_count; i++)
        bytes_printf(out, "%s%s (%s)", i > 0 ? "\n  not covered: " : "", section_name(f->held_back[i].section),
                     denial_says(f->held_back[i].why));
}

static const struct told_line failure_lines[] = {
    {"refex: ", .text = "{what}"}, {"  not covered: ", .write = write_held_back, "held_back"},
    {"  ", .text = "{means}"},     {"  -> ", .text = "{remedy}"},
    {"  ", .text = "({error})"},   {0}};

const struct told_form failure_view = {.answer = &control_shown_failure_contract,
                                       .lines = failure_lines,
                                       .json_only = "exit" /* the status of the program */};

int failure_view_show(const struct refex_failure *f, bool json)
{
    struct control_held_back held_back[REFEX_HELD_MAX];
    const struct control_shown_failure shown = {.code = view_of_text(f->code),
                                                .text = view_of_text(f->text),
                                                .means = view_of_text(f->means),
                                                .remedy = view_of_text(f->remedy),
                                                .exit = (uint32_t)f->exit_status,
                                                .held_back = held_back,
                                                .held_back_count = f->held_back_count};

    REQUIRE(f->held_back_count <= REFEX_HELD_MAX);
    for (unsigned i = 0; i < f->held_back_count; i++)
        held_back[i] =
            (struct control_held_back){(enum section)f->held_back[i].section, (enum denial)f->held_back[i].why};
    (void)fflush(stdout);
    told_form_show(stderr, json, &failure_view, &(struct told_shown){.answer = &shown});
    return f->exit_status;
}

int failure_view_show_error(const struct error *err, bool json)
{
    const struct error_row *row = error_row(err->code);
    struct refex_failure f = {.exit_status = row->exit_status, .means = row->means, .remedy = row->remedy};

    (void)snprintf(f.code, sizeof f.code, "%s", row->code);
    (void)snprintf(f.text, sizeof f.text, "%s", err->text);
    return failure_view_show(&f, json);
}
