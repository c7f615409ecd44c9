#include "cli/rendering/case_view.h"

#include <stdio.h>
#include <string.h>

#include "codec/case_codec.h"
#include "formats/case_json.h"
#include "output/render.h"

void case_view_init(struct case_view *v)
{
    memset(v, 0, sizeof *v);
    case_init(&v->data, &v->arena);
}

bool case_view_add(struct case_view *v, enum section s, struct view data, struct error *err)
{
    if (data.size == 0)
        return true;
    if (!case_section_decode(s, data, &v->data, err))
        return false;
    v->sections |= SECTION_BIT(s);
    return true;
}

static void print_value(const struct case_value *value)
{
    struct bytes text = {0};
    struct bytes safe = {0};

    case_value_write(value, &text);
    render_escaped(&safe, bytes_view(&text));
    if (value->record > 0)
        (void)printf("  %s (%u)  %.*s\n", value->field->name, value->record + 1, (int)safe.size, (const char *)safe.at);
    else
        (void)printf("  %s  %.*s\n", value->field->name, (int)safe.size, (const char *)safe.at);
    bytes_fini(&text);
    bytes_fini(&safe);
}

void case_view_print(const struct case_view *v)
{
    case_view_print_of(v, SECTION_ALL);
}

void case_view_print_of(const struct case_view *v, section_set sections)
{
    enum section shown = SECTION_END;

    for (size_t i = 0; i < v->data.count; i++) {
        const struct case_value *value = &v->data.values[i];

        if ((sections & SECTION_BIT(value->field->section)) == 0)
            continue;
        if (value->field->section != shown) {
            shown = value->field->section;
            (void)printf("%s\n", section_name(shown));
        }
        print_value(value);
    }
}

void case_view_json(const struct case_view *v, struct json_line *j)
{
    json_line_object(j, "sections");
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++) {
        if ((v->sections & SECTION_BIT(s)) == 0)
            continue;
        json_line_object(j, section_name(s));
        case_json_members(&v->data, SECTION_BIT(s), j);
        json_line_close(j);
    }
    json_line_close(j);
}

void case_view_fini(struct case_view *v)
{
    arena_fini(&v->arena);
}
