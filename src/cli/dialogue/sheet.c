#include "cli/dialogue/sheet.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/calls.h"

struct sheet *sheet_new(struct command *c, enum draft_for what)
{
    struct sheet *s = xnew(sizeof *s);

    s->command = c;
    s->what = what;
    s->arena.wiping = true;
    return s;
}

void sheet_free(struct sheet *s)
{
    if (s == NULL)
        return;
    arena_fini(&s->arena);
    free(s);
}

/* --- answers --- */

static struct control_draft_answer *find(const struct sheet *s, enum question q)
{
    for (size_t i = 0; i < s->count; i++)
        if (text_is(s->answers[i].question, question_rows[q].id))
            return (struct control_draft_answer *)&s->answers[i];
    return NULL;
}

enum answer_is sheet_said(const struct sheet *s, enum question q)
{
    const struct control_draft_answer *a = find(s, q);

    return a != NULL ? a->said : SHEET_OPEN;
}

struct view sheet_text(const struct sheet *s, enum question q)
{
    const struct control_draft_answer *a = find(s, q);

    return a != NULL ? a->text : (struct view){0};
}

struct view sheet_agency(const struct sheet *s)
{
    struct view agency;
    struct view desk;

    (void)desk_address_split(sheet_text(s, QUESTION_TO), &desk, &agency);
    return agency;
}

bool sheet_is(const struct sheet *s, enum question q, const char *text)
{
    return text_is(sheet_text(s, q), text);
}

/* Answers to questions that this program does not have stay as they are: a newer one may go on. */
void sheet_put(struct sheet *s, enum question q, enum answer_is said, struct view text)
{
    struct control_draft_answer *a = find(s, q);

    if (a == NULL) {
        REQUIRE(s->count < BOUND_DRAFT_ANSWERS);
        a = &s->answers[s->count++];
    }
    *a = (struct control_draft_answer){view_of_text(question_rows[q].id), said, arena_copy(&s->arena, text)};
}

void sheet_wipe(struct sheet *s, enum question q)
{
    struct control_draft_answer *a = find(s, q);

    if (a != NULL)
        *a = s->answers[--s->count];
}

/* --- at the node --- */

static bool on_kept(void *cookie, const struct control_draft *d, struct error *err)
{
    struct sheet *s = cookie;

    (void)err;
    s->draft = d->draft;
    s->version = d->version;
    return true;
}

bool sheet_save(struct sheet *s, bool anew, struct error *err)
{
    const struct control_draft_put_ask ask = {.draft = s->draft,
                                              .version = s->version,
                                              .what = s->what,
                                              .case_id = s->case_id,
                                              .answers = s->answers,
                                              .answer_count = s->count,
                                              .anew = anew};

    return call_draft_put(s->command, &ask, on_kept, s, err);
}

static bool on_shown(void *cookie, const struct control_draft *d, struct error *err)
{
    struct sheet *s = cookie;

    if (d->what != s->what)
        return error_set(err, E_USE_04, "that draft is of `refex %s`",
                         d->what == DRAFT_FOR_CASE ? "case new" : "refer");
    s->draft = d->draft;
    s->version = d->version;
    s->case_id = d->case_id;
    s->count = d->answer_count;
    for (size_t i = 0; i < s->count; i++)
        s->answers[i] = (struct control_draft_answer){arena_copy(&s->arena, d->answers[i].question), d->answers[i].said,
                                                      arena_copy(&s->arena, d->answers[i].text)};
    return true;
}

bool sheet_load(struct sheet *s, const struct ident *draft, struct error *err)
{
    return call_draft_show(s->command, &(struct control_draft_ask){*draft}, on_shown, s, err);
}

bool sheet_drop(struct sheet *s, struct error *err)
{
    if (ident_is_zero(&s->draft))
        return true;
    return call_draft_drop(s->command, &(struct control_draft_ask){s->draft}, NULL, NULL, err);
}

void sheet_request_id(const struct sheet *s, const char *word, const char *what, char out[static SHEET_REQUEST])
{
    uint32_t sum = UINT32_C(2166136261); /* FNV-1a: it tells apart what one person asks of one draft */
    char id[IDENT_TEXT];

    for (; *what != '\0'; what++)
        sum = (sum ^ (unsigned char)*what) * UINT32_C(16777619);
    ident_write(&s->draft, id);
    (void)snprintf(out, SHEET_REQUEST, "draft-%s-%s-%08x", id, word, (unsigned)sum);
}
