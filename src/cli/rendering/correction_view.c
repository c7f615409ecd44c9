#include "cli/rendering/correction_view.h"

#include <stdio.h>

static void write_names(struct bytes *out, section_set sections, const char *before)
{
    struct bytes names = {0};

    if (sections == 0)
        return;
    section_set_write(sections, &names);
    bytes_printf(out, "%s%.*s", before, (int)names.size, (const char *)names.at);
    bytes_fini(&names);
}

static void write_what(struct bytes *out, const struct told_shown *s)
{
    const struct control_correction *c = s->answer;
    char id[IDENT_TEXT];

    ident_write(&c->referral, id);
    if (c->unread)
        bytes_append_text(out, ": waits: what went to them does not open here (E-KEY-15, E-KEY-21); phone them");
    write_names(out, c->sent, c->dry_run ? " holds otherwise: " : ": corrected ");
    write_names(out, c->kept, c->sent != 0 ? "; does not go: " : ": does not go: ");
    if (c->of_other)
        bytes_append_text(out, " (it went of the other case, under what she agreed to there: phone them, or record her "
                               "consent anew and refer)");
    else if (c->of_outcome)
        bytes_printf(out, " (they were told what became of her: refex referral outcome %s says it as it is now)", id);
    else if (c->kept != 0)
        bytes_printf(out, " (%s)", c->why != 0 ? denial_says(c->why) : "the case has none now: phone them");
}

static const struct told_line lines[] = {
    {"", "{agency}", write_what, .says = "corrected not_corrected why dry_run waits of_other_case of_outcome referral"},
    {0}};

const struct told_form correction_view = {
    .answer = &control_correction_contract, .lines = lines, .json_only = "consent"};

bool correction_view_show(void *cookie, const struct control_correction *c, struct error *err)
{
    const bool *json = cookie;

    (void)err;
    told_form_show(stdout, *json, &correction_view, &(struct told_shown){.answer = c});
    return true;
}

/* What this agency says of what was corrected here. */
static const char *said_here(enum correction_answer answer)
{
    return answer == CORRECTION_ANSWER_TAKEN_OVER  ? "you work with what was corrected"
           : answer == CORRECTION_ANSWER_CONTESTED ? "you know it otherwise: phone them"
                                                   : "say whether you take it over (`refex referral corrected`)";
}

void correction_view_write_of(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral_detail *d = s->answer;
    char at[RENDER_TIME];

    for (size_t i = 0; i < d->correction_count; i++) {
        const struct control_correction_shown *c = &d->corrections[i];

        bytes_append_text(out, i > 0 ? "\n          " : "");
        section_set_write(c->sections, out);
        render_time(c->time_ms, at);
        bytes_printf(out, ", %s: %s", at,
                     d->summary.direction == DIRECTION_IN ? said_here(c->answer)
                     : c->answer != 0                     ? correction_answer_says(c->answer)
                                                          : "they have not answered");
    }
}
