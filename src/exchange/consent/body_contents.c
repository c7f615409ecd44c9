#include "exchange/consent/body_contents.h"

#include "codec/case_codec.h"

void body_contents_init(struct body_contents *c, struct arena *arena, size_t count)
{
    *c = (struct body_contents){.fields = arena_new(arena, (count + 1) * CASE_SECTION_FIELDS * sizeof *c->fields)};
}

bool body_contents_add(struct body_contents *c, enum section section, struct view data, struct error *err)
{
    size_t found = 0;

    if (!case_section_fields(section, data, c->fields + c->field_count, &found, err))
        return false;
    c->field_count += found;
    c->sections |= SECTION_BIT(section);
    c->outcomes |= case_section_outcomes(section, data);
    return true;
}

bool body_contents_list(const struct body *body, struct arena *arena, struct body_contents *out, struct error *err)
{
    body_contents_init(out, arena, body->section_count);
    for (size_t i = 0; i < body->section_count; i++)
        if (!body_contents_add(out, body->sections[i].section, body->sections[i].data, err))
            return false;
    return true;
}
