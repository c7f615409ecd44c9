#include "cli/dialogue/referring.h"

#include <string.h>

#include "base/text.h"
#include "cli/dialogue/consent_talk.h"
#include "cli/dialogue/lines.h"
#include "cli/dialogue/new_case.h"
#include "cli/dialogue/sending.h"
#include "model/consent.h"

#define EXIT_NOT_SENT 1

/* --- as things stand --- */

static bool is_known(const struct referring *r)
{
    return !ident_is_zero(&r->dialogue.sheet->case_id);
}

static bool agrees(const struct referring *r)
{
    const struct sheet *s = r->dialogue.sheet;

    return sheet_is(s, QUESTION_CONSENT, "yes") || sheet_is(s, QUESTION_CONSENT, "some");
}

/* What she said of what was read to her; 0: nothing yet. */
static enum consent_answer said_of(const struct sheet *s)
{
    for (uint32_t n = 1; question_choice(QUESTION_CONSENT, n) != NULL; n++)
        if (sheet_is(s, QUESTION_CONSENT, question_choice(QUESTION_CONSENT, n)))
            return (enum consent_answer)n;
    return (enum consent_answer)0;
}

/* Her case is here, or is begun. */
static bool is_kept(const struct referring *r)
{
    const struct sheet *s = r->dialogue.sheet;

    return !is_known(r) && (!r->is_refer || agrees(r) || sheet_is(s, QUESTION_KEEP_CASE, "yes"));
}

static bool takes_irreversibly(const struct referring *r)
{
    enum agency_kind k = agency_choice_kind(r->agencies, sheet_agency(r->dialogue.sheet));

    return k != 0 && agency_kind_is_irreversible(k);
}

/* What she agreed to before does not cover it, and it is known whom it would be told. */
static bool asks_consent(const struct referring *r)
{
    return r->is_refer && !r->stands && sheet_text(r->dialogue.sheet, QUESTION_TO).size > 0;
}

static bool applies(void *cookie, enum question q)
{
    const struct referring *r = cookie;
    const struct sheet *s = r->dialogue.sheet;
    enum consent_answer said = said_of(s);

    switch (question_rows[q].when) {
    case QUESTION_WHEN_ALWAYS:
        return true;
    case QUESTION_WHEN_NEW:
        return !is_known(r);
    case QUESTION_WHEN_KEPT:
        return is_kept(r);
    case QUESTION_WHEN_REFER:
        return r->is_refer;
    case QUESTION_WHEN_ASKED:
        return asks_consent(r);
    case QUESTION_WHEN_SOME:
        return asks_consent(r) && said == CONSENT_ANSWER_SOME;
    case QUESTION_WHEN_GIVEN:
        return asks_consent(r) && agrees(r);
    case QUESTION_WHEN_IRREVERSIBLE:
        return asks_consent(r) && agrees(r) && takes_irreversibly(r);
    case QUESTION_WHEN_REFUSED:
        return asks_consent(r) && said == CONSENT_ANSWER_NO;
    case QUESTION_WHEN_NOT_SENT:
        return asks_consent(r) && said != 0 && !agrees(r) && !is_known(r);
    case QUESTION_WHEN_NOT_BORN:
        return is_kept(r) && sheet_said(s, QUESTION_BIRTHDATE) == ANSWER_NOT_KNOWN;
    case QUESTION_WHEN_REACHED:
        return is_kept(r) && sheet_said(s, QUESTION_PHONE) == ANSWER_GIVEN;
    }
    return false;
}

/* --- what is said before a question --- */

static bool look_for_consent(struct referring *r, struct error *err)
{
    const struct sheet *s = r->dialogue.sheet;

    r->stands = false;
    return sheet_text(s, QUESTION_TO).size == 0 ||
           consent_talk_stands(r->command, &s->case_id, sheet_agency(s), &r->stands, err);
}

static bool before(void *cookie, enum question q, struct error *err)
{
    struct referring *r = cookie;

    if (q == QUESTION_TO)
        agency_choice_print(r->agencies, sending_services(r->dialogue.sheet));
    if (q == QUESTION_CONSENT)
        return consent_talk_read_out(r->command, r->dialogue.sheet, &r->sections, err);
    if (q == QUESTION_RECORD_NO || q == QUESTION_KEEP_CASE)
        consent_talk_print_instead(said_of(r->dialogue.sheet));
    return true;
}

/* Whom it is told decides whether she is to be asked. */
static bool read_agency(void *cookie, struct view typed, struct bytes *out, struct error *err)
{
    struct referring *r = cookie;
    const struct sheet *s = r->dialogue.sheet;
    struct view agency;
    struct view desk;

    if (!agency_choice_read(r->agencies, typed, out, err))
        return false;
    (void)desk_address_split(bytes_view(out), &desk, &agency);
    return consent_talk_stands(r->command, &s->case_id, agency, &r->stands, err);
}

/* --- what an answer undoes --- */

static void wipe(struct sheet *s, const enum question *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sheet_wipe(s, list[i]);
}

/* What she says is of what was read to her: to whom, for what, until when. Where that changes she is asked again. */
static void undo(struct sheet *s, enum question q)
{
    static const enum question said[] = {QUESTION_SECTIONS,  QUESTION_GIVEN_BY,  QUESTION_TOLD_IRREVERSIBLE,
                                         QUESTION_RECORD_NO, QUESTION_KEEP_CASE, QUESTION_CONSENT};
    const size_t count = sizeof said / sizeof said[0];

    if (q == QUESTION_TO || q == QUESTION_SERVICE || q == QUESTION_UNTIL)
        wipe(s, said, count);
    if (q == QUESTION_CONSENT)
        wipe(s, said, count - 1);
}

/* A yes is one to what was read to her, whatever is in her case when it is recorded. */
static void answered(void *cookie, enum question q)
{
    const struct referring *r = cookie;
    struct sheet *s = r->dialogue.sheet;
    struct bytes list = {0};

    undo(s, q);
    if (q != QUESTION_CONSENT || !sheet_is(s, QUESTION_CONSENT, "yes") || r->sections == 0)
        return;
    section_set_write(r->sections, &list);
    sheet_put(s, QUESTION_SECTIONS, ANSWER_GIVEN, bytes_view(&list));
    bytes_fini(&list);
}

void referring_ask_again(struct referring *r, enum question q)
{
    sheet_wipe(r->dialogue.sheet, q);
    undo(r->dialogue.sheet, q);
}

/* --- what is done --- */

static bool is_given(const struct referring *r, enum question q)
{
    return sheet_said(r->dialogue.sheet, q) == ANSWER_GIVEN;
}

/* Where she may be a child, her own yes alone is not enough. */
static bool is_child_alone(const struct referring *r)
{
    const struct sheet *s = r->dialogue.sheet;

    if (is_known(r) || !agrees(r) || !sheet_is(s, QUESTION_GIVEN_BY, given_by_name(GIVEN_BY_SELF)) ||
        sheet_is(s, QUESTION_ADULT_OR_CHILD, "Adult"))
        return false;
    lines_print(0, "She is a child, or that is not known: her own yes alone is not enough. Talk to who speaks for her, "
                   "then: --change given-by; or, where she is an adult: --change adult-or-child");
    return true;
}

/* What sending cannot do without, and was left for later or is not known. */
static bool print_missing(const struct referring *r)
{
    static const enum question needed[] = {QUESTION_SERVICE,  QUESTION_URGENCY, QUESTION_TO,      QUESTION_SEEN_ALONE,
                                           QUESTION_LANGUAGE, QUESTION_NOTICE,  QUESTION_CONSENT, QUESTION_SECTIONS};
    bool any = false;

    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (applies((void *)(uintptr_t)r, needed[i]) && !is_given(r, needed[i])) {
            lines_print(0, "Before it can be sent: %s (%s)", question_rows[needed[i]].text,
                        question_rows[needed[i]].id);
            any = true;
        }
    return is_child_alone(r) || any;
}

/* Of her case; the rest has a usual answer. */
static void print_left(const struct referring *r)
{
    struct bytes list = {0};

    for (int q = QUESTION_NONE + 1; q < QUESTION_END; q++)
        if (sheet_said(r->dialogue.sheet, (enum question)q) == ANSWER_LATER &&
            question_field((enum question)q) != NULL) {
            bytes_append_text(&list, list.size > 0 ? ", " : "");
            bytes_append_text(&list, question_rows[q].id);
        }
    if (list.size > 0)
        lines_print(0, "Left for later: %.*s.", (int)list.size, (const char *)list.at);
    bytes_fini(&list);
}

static bool read_agreed(const struct referring *r, section_set *out, struct error *err)
{
    struct view some = sheet_text(r->dialogue.sheet, QUESTION_SECTIONS);

    *out = r->sections;
    return some.size == 0 || section_set_read(some, out, err);
}

/* What was read to her is said again where the draft was begun by another command. */
static bool record_yes(struct referring *r, struct error *err)
{
    struct sheet *s = r->dialogue.sheet;
    section_set sections;

    if (r->stands)
        return true;
    if (r->sections == 0 && !consent_talk_read_out(r->command, s, &r->sections, err))
        return false;
    return read_agreed(r, &sections, err) && consent_talk_record(r->command, s, sections, false, err);
}

/* She did not agree: nothing is sent. */
static bool end_without(struct referring *r, int *status, struct error *err)
{
    struct sheet *s = r->dialogue.sheet;
    enum consent_answer said = said_of(s);
    bool records = said == CONSENT_ANSWER_NO && sheet_is(s, QUESTION_RECORD_NO, "yes");

    *status = EXIT_NOT_SENT;
    if (is_known(r) && said != CONSENT_ANSWER_NO)
        consent_talk_print_instead(said);
    if (records && !is_known(r))
        lines_print(0, "Her case is not here, so there is nothing that could go there, and no no to record.");
    if (records && is_known(r) && !consent_talk_record(r->command, s, 0, true, err))
        return false;
    if (said != CONSENT_ANSWER_NO) {
        dialogue_print_kept(&r->dialogue);
        return true;
    }
    lines_print(0, "Nothing was sent, and the draft is given up.");
    return sheet_drop(s, err);
}

static bool begin_case(struct referring *r, bool *added, struct error *err)
{
    *added = true;
    if (is_known(r) || !is_kept(r))
        return true;
    print_left(r);
    if (!new_case_begin(r->command, &r->dialogue, added, err))
        return false;
    if (!*added)
        lines_print(0, "No case was begun. Look at the one that is named: refex case show; then refer from it.");
    return true;
}

static bool refer(struct referring *r, int *status, struct error *err)
{
    struct sheet *s = r->dialogue.sheet;
    bool sent;

    if (!record_yes(r, err) || !sending_show(r->command, s, err))
        return false;
    if (!dialogue_confirms(&r->dialogue, "Send?")) {
        lines_print(0, "Nothing was sent. To answer a question again: --change ID with --draft.");
        dialogue_print_kept(&r->dialogue);
        *status = EXIT_NOT_SENT;
        return true;
    }
    return sending_send(r->command, s, &sent, status, err) && (!sent || sheet_drop(s, err));
}

static bool finish(struct referring *r, int *status, struct error *err)
{
    bool added;

    *status = EXIT_NOT_SENT;
    if (r->is_refer && print_missing(r)) {
        dialogue_print_kept(&r->dialogue);
        return true;
    }
    if (!begin_case(r, &added, err))
        return false;
    if (!added) {
        dialogue_print_kept(&r->dialogue);
        return true;
    }
    *status = 0;
    if (!r->is_refer)
        return sheet_drop(r->dialogue.sheet, err);
    return r->stands || agrees(r) ? refer(r, status, err) : end_without(r, status, err);
}

bool referring_run(struct referring *r, int *status, struct error *err)
{
    enum dialogue_end end;

    if (!look_for_consent(r, err))
        return false;
    if (r->dialogue.file == NULL)
        lines_print(0, "A line is an answer. ? explains, back goes back, later leaves it out for now, \"not known\" is "
                       "an answer too, stop ends. Each answer is kept at your node, sealed, as soon as it is typed.");
    if (!dialogue_run(&r->dialogue, &end, err))
        return false;
    if (end == DIALOGUE_THROUGH)
        return finish(r, status, err);
    dialogue_print_kept(&r->dialogue);
    *status = EXIT_NOT_SENT;
    return true;
}

bool referring_begin(struct referring *r, struct command *c, struct sheet *sheet, const struct answers_file *file,
                     bool is_refer, struct error *err)
{
    *r = (struct referring){.command = c,
                            .is_refer = is_refer,
                            .dialogue = {.sheet = sheet,
                                         .file = file,
                                         .verb = is_refer ? "refer" : "case new",
                                         .cookie = r,
                                         .applies = applies,
                                         .before = before,
                                         .read_agency = read_agency,
                                         .answered = answered}};
    return !is_refer || agency_choice_load(c, &r->agencies, err);
}

void referring_end(struct referring *r)
{
    agency_choice_free(r->agencies);
}
