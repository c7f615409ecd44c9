#include "cli/dialogue/talk.h"

#include "cli/asking.h"
#include "cli/calls.h"
#include "cli/connection.h"
#include "cli/dialogue/draft_id.h"
#include "cli/dialogue/lines.h"
#include "cli/dialogue/referring.h"
#include "cli/values.h"

bool talk_is_answered(const struct command *c)
{
    return options_value(&c->options, "answers-file") != NULL || asking_has_terminal(c);
}

static bool read_draft(struct command *c, struct sheet *s, struct error *err)
{
    const char *draft = options_value(&c->options, "draft");
    struct ident id;

    return draft == NULL || (draft_id_find(c, draft, &id, err) && sheet_load(s, &id, err));
}

struct drafts_found {
    enum draft_for what;
    size_t count;
};

static bool on_draft(void *cookie, const struct control_draft *d, struct error *err)
{
    struct drafts_found *f = cookie;

    (void)err;
    f->count += d->what == f->what;
    return true;
}

/* Whoever begins anew is told what was begun before. */
static bool print_drafts(struct command *c, const struct sheet *s, struct error *err)
{
    struct drafts_found f = {.what = s->what};

    if (!ident_is_zero(&s->draft) || !ident_is_zero(&s->case_id) || !asking_has_terminal(c))
        return true;
    if (!call_draft_list(c, NULL, on_draft, &f, err))
        return false;
    if (f.count > 0)
        lines_print(0, "There %s %zu draft%s from before: refex draft list. To go on with one, give --draft.",
                    f.count == 1 ? "is" : "are", f.count, f.count == 1 ? "" : "s");
    return true;
}

static bool ask_again(void *cookie, const char *part, struct error *err)
{
    enum question q = question_find(view_of_text(part));

    if (q == QUESTION_NONE)
        return error_set(err, E_USE_04, "--change: \"%.40s\" is the id of no question", part);
    referring_ask_again(cookie, q);
    return true;
}

static bool run(struct command *c, struct sheet *s, const struct answers_file *file, int *status, struct error *err)
{
    struct referring r;
    bool ok;

    if (!referring_begin(&r, c, s, file, s->what == DRAFT_FOR_REFERRAL, err))
        return false;
    ok = values_each_part(&c->options, "change", ask_again, &r, err) && referring_run(&r, status, err);
    referring_end(&r);
    return ok;
}

bool talk_run(struct command *c, enum draft_for what, const struct ident *case_id, int *status, struct error *err)
{
    const char *path = options_value(&c->options, "answers-file");
    struct answers_file *file = NULL;
    struct sheet *sheet;
    bool ok;

    if (!talk_is_answered(c))
        return error_set(err, E_USE_02, "--answers-file is missing: %s",
                         c->json ? "with --json nobody is asked" : "there is no terminal at which to ask");
    sheet = sheet_new(c, what);
    sheet->case_id = *case_id;
    ok = (path == NULL || answers_file_read(path, &file, err)) && connection_open(c, REFEX_NODE, err) &&
         read_draft(c, sheet, err) && print_drafts(c, sheet, err) && run(c, sheet, file, status, err);
    sheet_free(sheet);
    answers_file_free(file);
    return ok;
}
