#include "cli/rendering/received_view.h"

#include "cli/rendering/case_view.h"
#include "output/render.h"

static void write_held(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_received *r = s->answer;
    char until[11];

    render_day(r->until, until);
    if (r->erased_ms != 0)
        bytes_append_text(out, "; erased here");
    else if (r->sections == 0)
        bytes_append_text(out, "; nothing of it may be read");
    else
        bytes_printf(out, "; its consent ends %s", until);
}

static void put_sections(struct json_line *j, const struct told_shown *s)
{
    case_view_json(s->beside, j);
}

static const struct told_line lines[] = {
    {"from ", "{agency}, {code_name}, {state}", write_held, .says = "until received erased_at"},
    {"they corrected ", .text = "{corrected}: say whether you take it over (refex referral corrected {code_name})",
     .when = "corrected"},
    {0}};

const struct told_form received_view = {.answer = &control_case_received_contract,
                                        .lines = lines,
                                        .json_only = "referral consent came",
                                        .sections = put_sections};

bool received_view_show(void *cookie, const struct control_case_received *r, struct error *err)
{
    const bool *json = cookie;
    struct case_view view;
    bool ok = true;

    case_view_init(&view);
    for (size_t i = 0; ok && i < r->data_count; i++)
        ok = case_view_add(&view, r->data[i].section, r->data[i].data, err);
    if (ok)
        told_form_show(stdout, *json, &received_view, &(struct told_shown){.answer = r, .beside = &view});
    if (ok && !*json)
        case_view_print(&view);
    case_view_fini(&view);
    return ok;
}
