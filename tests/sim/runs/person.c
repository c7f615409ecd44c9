#include "person.h"

#include <stdio.h>
#include <stdlib.h>

#include "codec/case_codec.h"
#include "model/case.h"
#include "model/case_fields.h"
#include "model/case_triage.h"
#include "people.h"

#define TODAY 20000 /* unix day of which the triage is made */

/* NUMBERED: her number stands behind it. One in OF persons has no such field; 0: all have it. */
static const struct {
    const char *name;
    const char *value;
    bool numbered;
    unsigned of;
    bool is_excludable;
} fields[] = {{"prs_FirstName", "Example-", true, 0, false},
              {"prs_SecondName", "Person-", true, 0, true},
              {"prs_Gender", "Feminine", false, 0, false},
              {"prs_Birthdate", "1990-01-02", false, 3, false},
              {"prs_MobilePhone", "+480000", true, 4, true},
              {"prs_PrimaryLanguage", "ukr", false, 2, false},
              {"ext_SafeToCall", "no", false, 0, true},
              {"ext_SafeToWrite", "yes", false, 3, false},
              {"vic_TypeOfExploitation", "ForcedLabour", false, 0, false},
              {"ext_HealthNeeds", "needs-", true, 2, true},
              {"ext_Medication", "insulin-", true, 0, true},
              {"ext_Allergies", "allergy-", true, 3, true},
              {"cco_CaseComment", "note-", true, 3, false}};

static bool is_among(uint32_t ref, const uint32_t *refs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (refs[i] == ref)
            return true;
    return false;
}

static void make(uint64_t number, const uint32_t *excluded, size_t count, struct case_data *c, struct arena *arena)
{
    struct error err;

    case_init(c, arena);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        struct view name = view_of_text(fields[i].name);
        char value[64];

        if ((fields[i].of != 0 && (number + i) % fields[i].of == 0) ||
            is_among(case_field_ref_find(name), excluded, count))
            continue;
        if (fields[i].numbered)
            (void)snprintf(value, sizeof value, "%s%u", fields[i].value, 1000 + (unsigned)number);
        else
            (void)snprintf(value, sizeof value, "%s", fields[i].value);
        world_must(case_read_value(c, case_field_find(name), 0, view_of_text(value), &err), &err, fields[i].name);
    }
    case_derive_triage(c, TODAY);
}

void person_section(uint64_t number, enum section s, const uint32_t *excluded, size_t count, struct bytes *out)
{
    struct arena arena = {0};
    struct case_data c;
    struct error err;
    bool empty;

    make(number, excluded, s == SECTION_TRIAGE ? 0 : count, &c, &arena); /* made of the whole case */
    world_must(case_section_encode(&c, s, out, &empty, &err), &err, "encode a section");
    arena_fini(&arena);
}

static bool take_id(void *cookie, const struct control_case_added *i, struct error *err)
{
    (void)err;
    *(struct ident *)cookie = i->case_id;
    return true;
}

bool person_import(struct exchange *x, uint64_t number, struct ident *id, struct error *err)
{
    struct case_sections sections = {0};
    struct case_import ask = {.cases = &sections, .commit.count = 1};
    struct bytes encoded[SECTION_END] = {{0}};
    bool ok;

    for (int s = SECTION_TRIAGE; s < SECTION_END; s++) {
        person_section(number, (enum section)s, NULL, 0, &encoded[s]);
        sections.sections[s] = bytes_view(&encoded[s]);
    }
    ok = people_import(x, &ask, take_id, id, err);
    for (int s = 0; s < SECTION_END; s++)
        bytes_fini(&encoded[s]);
    return ok;
}

void person_excludable(uint32_t refs[static PERSON_EXCLUDABLE])
{
    size_t n = 0;

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        size_t at = n;
        uint32_t ref = case_field_ref_find(view_of_text(fields[i].name));

        if (!fields[i].is_excludable)
            continue;
        for (; at > 0 && refs[at - 1] > ref; at--)
            refs[at] = refs[at - 1];
        refs[at] = ref;
        n++;
    }
    if (n != PERSON_EXCLUDABLE)
        abort();
}
