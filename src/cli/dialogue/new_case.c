#include "cli/dialogue/new_case.h"

#include "base/clock.h"
#include "cli/calls.h"
#include "cli/dialogue/typed.h"
#include "cli/verbs/case_sender.h"
#include "formats/case_likeness.h"
#include "model/case.h"
#include "model/case_triage.h"

#include <stdlib.h>

static const struct told_line added_lines[] = {{"case ", .text = "{label} begun: {case}"}, {0}};

static const struct told_form added_form = {.answer = &control_case_added_contract,
                                            .beside = &control_imported_row_contract,
                                            .lines = added_lines,
                                            .json_only = "row" /* as of an import of one */};

/* Where a list of codes has a word for it, "not known" is a fact of the case; elsewhere the case says nothing, and that
 * it was asked stays in the draft. */
static const char *unknown_code(const struct case_field *f)
{
    static const char *const words[] = {"NonSpecifiedUnknown", "NotSure"};

    for (size_t i = 0; f->type == FIELD_CODE && i < sizeof words / sizeof words[0]; i++)
        if (codes_find(f->codes, view_of_text(words[i])) != 0)
            return words[i];
    return NULL;
}

static bool add_facts(const struct sheet *s, struct case_data *out, struct error *err)
{
    for (int q = QUESTION_NONE + 1; q < QUESTION_END; q++) {
        const struct case_field *f = question_field((enum question)q);
        enum answer_is said = sheet_said(s, (enum question)q);
        struct view text = sheet_text(s, (enum question)q);

        if (f != NULL && said == ANSWER_NOT_KNOWN && unknown_code(f) != NULL)
            text = view_of_text(unknown_code(f));
        if (f != NULL && text.size > 0 && !case_read_value(out, f, 0, text, err))
            return error_wrap(err, "%s", question_rows[q].id);
    }
    case_derive_triage(out, clock_local_day(clock_now_ms(&clock_real)));
    return out->count > 0 || error_set(err, E_USE_02, "nothing of her was answered, so there is no case to begin");
}

static bool send(struct command *c, struct sheet *s, const struct case_data *data, bool again, struct error *err)
{
    struct command *typed = xnew(sizeof *typed);
    struct case_sender *sender = case_sender_new(&(struct case_sender_form){.command = typed,
                                                                            .file = "what was answered",
                                                                            .added = &added_form,
                                                                            .again = again,
                                                                            .added_case = &s->case_id,
                                                                            .json = c->json});
    char request[SHEET_REQUEST];
    const char *words[] = {"--request-id", request};
    bool ok;

    sheet_request_id(s, "case", "", request);
    ok = typed_read(c, "case new", words, 2, typed, err) && case_sender_add(sender, 1, data, err) &&
         case_sender_commit(sender, 0, err);

    case_sender_free(sender);
    free(typed);
    return ok;
}

/* What is in the case is in the draft no more; what nobody knows is in no case, and stays. */
static bool leave_to_case(struct sheet *s, struct error *err)
{
    for (int q = QUESTION_NONE + 1; q < QUESTION_END; q++)
        if (question_field((enum question)q) != NULL && sheet_said(s, (enum question)q) != ANSWER_NOT_KNOWN)
            sheet_wipe(s, (enum question)q);
    return sheet_save(s, true, err);
}

/* Of whom it is not known who she is, many are alike. */
static bool says_who_she_is(const struct case_data *data)
{
    struct case_likeness_key keys[CASE_LIKENESSES];
    size_t count = case_likeness_keys(data, keys);

    for (size_t i = 0; i < count; i++)
        bytes_fini(&keys[i].key);
    return count > 0;
}

bool new_case_begin(struct command *c, const struct dialogue *d, bool *added, struct error *err)
{
    struct arena arena = {.wiping = true};
    struct case_data data;
    bool ok;

    *added = true;
    if (!ident_is_zero(&d->sheet->case_id))
        return true;
    case_init(&data, &arena);
    ok = add_facts(d->sheet, &data, err);
    if (ok && !send(c, d->sheet, &data, !says_who_she_is(&data), err)) {
        ok = err->code == E_IMP_05;
        *added = ok && d->file == NULL && dialogue_confirms(d, "She seems to be here already. Is this another person?");
        if (ok && d->file != NULL)
            ok = false; /* who typed nothing is told by the error */
        ok = ok && (!*added || send(c, d->sheet, &data, true, err));
    }
    arena_fini(&arena);
    return ok && (!*added || leave_to_case(d->sheet, err));
}
