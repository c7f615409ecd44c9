#include "refexd/findings/checks.h"

#include <stdarg.h>
#include <stdio.h>

#include "refexd/findings/checks_inside.h"

/* As many lines as there are findings, and three of each check besides. */
#define LINES_MAX (BOUND_FINDINGS + 3 * DOCTOR_CHECK_END)

static void (*const looks[DOCTOR_CHECK_END])(const struct check_facts *f, struct check_list *l) = {
#define CHECK_ROW(id, name, who, function, looks_at, well) [DOCTOR_##id] = function,
#include "model/doctor_checks.def"
};

/* Which check says what is found by each row of findings.def; 0: REST, or PEOPLE. */
static const enum doctor_check said_by[FOUND_COUNT] = {
#define CHECK_FINDING_ROW(check, found) [FOUND_##found] = DOCTOR_##check,
#include "model/doctor_checks.def"
};

static enum doctor_check check_of(enum found f)
{
    enum control_who who = finding_who(f);

    if (said_by[f] != DOCTOR_NOTHING)
        return said_by[f];
    return who == CONTROL_CASEWORKER || who == CONTROL_SUPERVISOR ? DOCTOR_PEOPLE : DOCTOR_REST;
}

/* Whether a stopped node can say of no row of the check whether there is something. */
static bool is_unsaid(enum doctor_check c)
{
    bool any = false;

    for (int f = 0; f < FOUND_COUNT; f++) {
        if (check_of((enum found)f) != c)
            continue;
        if (finding_is_known_stopped((enum found)f) && c != DOCTOR_PEOPLE)
            return false;
        any = true;
    }
    return any;
}

/* --- lines --- */

static struct control_doctor_line *add(struct check_list *l, enum doctor_level level)
{
    struct control_doctor_line *line = &l->items[l->count++];

    REQUIRE(l->count <= LINES_MAX);
    *line = (struct control_doctor_line){
        .check = l->check, .level = level, .looks_at = view_of_text(doctor_check_looks_at(l->check))};
    return line;
}

__attribute__((format(printf, 3, 0))) static void set_text(struct check_list *l, struct control_doctor_line *line,
                                                           const char *fmt, va_list args)
{
    char text[CONTROL_SENTENCE_MAX];
    int n = vsnprintf(text, sizeof text, fmt, args);

    REQUIRE(n > 0);
    line->text = arena_copy(l->arena, view_of_text(text));
}

static void set_code(struct control_doctor_line *line, enum error_code code)
{
    line->code = view_of_text(error_row(code)->code);
    line->remedy = view_of_text(error_row(code)->remedy);
}

void check_warn(struct check_list *l, enum error_code code, const char *fmt, ...)
{
    struct control_doctor_line *line = add(l, DOCTOR_LEVEL_WARN);
    va_list args;

    va_start(args, fmt);
    set_text(l, line, fmt, args);
    va_end(args);
    set_code(line, code);
}

void check_fail(struct check_list *l, enum error_code code, const char *fmt, ...)
{
    struct control_doctor_line *line = add(l, DOCTOR_LEVEL_FAIL);
    va_list args;

    va_start(args, fmt);
    set_text(l, line, fmt, args);
    va_end(args);
    set_code(line, code);
}

void check_unknown(struct check_list *l, const char *fmt, ...)
{
    struct control_doctor_line *line = add(l, DOCTOR_LEVEL_UNKNOWN);
    va_list args;

    va_start(args, fmt);
    set_text(l, line, fmt, args);
    va_end(args);
}

/* --- what status finds --- */

void check_by_findings(const struct check_facts *f, struct check_list *l)
{
    (void)f;
    (void)l;
}

/* What people have to see to names referrals, and is theirs: it is counted. */
static void count_people(const struct finding_list *findings, struct check_list *l)
{
    size_t count = 0;

    for (size_t i = 0; i < findings->count; i++)
        count += check_of(findings->rows[i]) == DOCTOR_PEOPLE;
    if (count > 0)
        check_fail(l, E_DOC_14, "%zu %s a caseworker or a supervisor: refex status", count,
                   count == 1 ? "finding is for" : "findings are for");
}

static void add_findings(const struct finding_list *findings, struct check_list *l)
{
    if (l->check == DOCTOR_PEOPLE) {
        count_people(findings, l);
        return;
    }
    for (size_t i = 0; i < findings->count; i++) {
        const struct control_finding *found = &findings->items[i];
        struct control_doctor_line *line;

        if (check_of(findings->rows[i]) != l->check)
            continue;
        line = add(l, DOCTOR_LEVEL_FAIL);
        line->text = found->text;
        line->code = found->code;
        line->remedy = found->remedy;
    }
}

void checks_make(const struct check_facts *f, struct arena *arena, struct check_list *out)
{
    *out = (struct check_list){.arena = arena};
    out->items = arena_new(arena, LINES_MAX * sizeof *out->items);
    for (int i = DOCTOR_NOTHING + 1; i < DOCTOR_CHECK_END; i++) {
        size_t before = out->count;

        out->check = (enum doctor_check)i;
        if (doctor_check_is_askers(out->check))
            continue;
        add_findings(&f->status->findings, out);
        looks[i](f, out);
        if (out->count == before && f->is_stopped && is_unsaid(out->check))
            check_unknown(out, "the node is stopped");
        if (out->count == before)
            add(out, DOCTOR_LEVEL_OK)->text = view_of_text(doctor_check_well(out->check));
    }
}
