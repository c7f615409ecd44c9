#include "cli/rendering/consent_view.h"

#include <stdio.h>

#include "cli/rendering/consent_terms_view.h"
#include "cli/rendering/withdrawal_view.h"
#include "model/consent.h"
#include "model/hold.h"

const char *const consent_view_titles[6] = {"CONSENT", "RECIPIENT", "STATE", "UNTIL", "PURPOSES", "SECTIONS"};

#define TOLD_INDENT "            "

static const char *state_word(const struct control_consent *s)
{
    if (s->shut)
        return "shut";
    return s->nothing_held ? "nothing-held" : consent_progress_name((enum consent_progress)s->progress);
}

static bool is_erased(const struct control_consent *s)
{
    return s->progress == CONSENT_ERASED || s->progress == CONSENT_ERASING;
}

/* Why what was agreed is not shown, in a word; NULL: it is, or it is a no, which agrees to nothing. */
const char *consent_view_hidden(const struct control_consent *s)
{
    if (is_erased(s))
        return s->nothing_held ? "never here" : "erased";
    if (s->sealed)
        return "sealed";
    return s->sections == 0 && s->purposes == 0 && s->progress != CONSENT_SAID_NO ? "unreadable" : NULL;
}

/* "erased 2026-11-29 04:40 UTC" */
static void write_state(const struct control_consent *s, struct bytes *out)
{
    char at[RENDER_TIME];

    render_time(s->erased_ms, at);
    bytes_printf(out, "%s%s%s", state_word(s), s->erased_ms != 0 ? " " : "", s->erased_ms != 0 ? at : "");
}

void consent_view_write_purposes(uint32_t purposes, struct bytes *out)
{
    for (enum purpose p = PURPOSE_SERVICES; p < PURPOSE_END; p++)
        if ((purposes & UINT32_C(1) << p) != 0)
            bytes_printf(out, "%s%s", out->size > 0 ? "," : "", purpose_name(p));
}

/* Why a withdrawal has no receipt yet. */
static const char *waits_for(const struct control_consent *s)
{
    return hold_sentence((enum hold)s->hold);
}

/* "; next try …", in a line that says why. */
static void print_next_try(const struct control_consent *s)
{
    char at[RENDER_TIME];

    render_time(s->next_try_ms, at);
    if (s->next_try_ms != 0)
        (void)printf("; next try %s", at);
    (void)putchar('\n');
}

static struct consent_terms terms_of(const struct control_consent *s)
{
    return (struct consent_terms){.grants = s->grants,
                                  .grant_count = s->grant_count,
                                  .given_by = s->given_by,
                                  .notice = s->notice,
                                  .language = s->language,
                                  .interpreter = s->interpreter,
                                  .seen_alone = s->seen_alone,
                                  .told_irreversible = s->told_irreversible,
                                  .refused = s->progress == CONSENT_SAID_NO,
                                  .for_adult = s->for_adult};
}

void consent_view_json_purposes(struct json_line *j, const struct control_consent *s)
{
    json_line_array(j, "purposes");
    for (enum purpose p = PURPOSE_SERVICES; p < PURPOSE_END; p++)
        if ((s->purposes & UINT32_C(1) << p) != 0)
            json_line_text(j, NULL, purpose_name(p));
    json_line_close(j);
}

/* Of a withdrawal by the agency that took it: who only received is told what became of it, and tells nobody. */
static bool has_told(const struct control_consent *s)
{
    return s->told != TOLD_NOTHING ||
           (!ident_is_zero(&s->case_id) && s->progress >= CONSENT_STOPPED && s->progress <= CONSENT_ERASED);
}

static void write_json_line(const struct control_consent *s, const struct consent_terms *t, struct bytes *line)
{
    struct json_line j;

    render_json_begin(&j, line);
    render_json_ident(&j, "consent", &s->consent);
    render_json_ident(&j, "case", &s->case_id);
    json_line_text(&j, "agency", s->agency.text);
    json_line_text(&j, "recipient", s->recipient.text);
    json_line_text(&j, "state", state_word(s));
    if (consent_view_hidden(s) == NULL) { /* an empty list would say that she agreed to nothing */
        render_json_sections(&j, "sections", s->sections);
        consent_view_json_purposes(&j, s);
    }
    if (s->given_at_ms != 0)
        render_json_time(&j, "given_at", s->given_at_ms);
    if (!is_erased(s)) /* a refusal does not end */
        render_json_day(&j, "until", s->progress == CONSENT_SAID_NO ? 0 : s->until);
    if (s->erased_ms != 0)
        render_json_time(&j, "erased_at", s->erased_ms);
    json_line_text(&j, "told", has_told(s) ? told_name((enum told)s->told) : NULL);
    render_json_time(&j, "told_since", s->told_since_ms);
    json_line_bool(&j, "asked", s->asked);
    json_line_bool(&j, "by_hand", s->by_hand);
    json_line_bool(&j, "may_have_left", s->may_have_left);
    json_line_bool(&j, "irreversible", s->irreversible);
    render_json_day(&j, "erase_from", s->erase_from);
    if (s->would_change)
        json_line_bool(&j, "would_change", true);
    if (s->key_unknown)
        json_line_bool(&j, "not_destroyed_here", true);
    render_json_time(&j, "receipt", s->receipt_ms);
    render_json_day(&j, "answer_by", s->answer_by);
    if ((s->told == TOLD_ASKED && s->receipt_ms == 0) || s->told == TOLD_OWED)
        render_json_hold(&j, &(struct render_wait){(enum hold)s->hold, 0, s->next_try_ms});
    if (s->untold_here)
        json_line_bool(&j, "untold_here", true);
    json_line_bool(&j, "answered", s->answered);
    render_json_sections(&j, "answered_erased", s->answered_erased);
    render_json_sections(&j, "answered_kept", s->answered_kept);
    if (s->sealed)
        json_line_bool(&j, "sealed", true);
    if (t != NULL && consent_view_hidden(s) == NULL)
        consent_terms_json(t, &j);
    render_json_end(&j);
}

void consent_view_json_line(const struct control_consent *s, struct bytes *line)
{
    write_json_line(s, NULL, line);
}

void consent_view_json(const struct control_consent *s, struct bytes *line)
{
    const struct consent_terms t = terms_of(s);

    write_json_line(s, &t, line);
}

void consent_view_row(const struct control_consent *s, struct render_table *t)
{
    struct bytes purposes = {0};
    struct bytes state = {0};
    char id[IDENT_TEXT];
    char until[11];

    ident_write(&s->consent, id);
    render_day(s->progress == CONSENT_SAID_NO ? 0 : s->until, until);
    consent_view_write_purposes(s->purposes, &purposes);
    write_state(s, &state);
    render_cell(t, id);
    render_cell(t, s->recipient.text);
    render_cell_view(t, bytes_view(&state));
    render_cell(t, is_erased(s) ? consent_view_hidden(s) : until);
    if (consent_view_hidden(s) != NULL) {
        render_cell(t, consent_view_hidden(s));
        render_cell(t, consent_view_hidden(s));
    } else {
        render_cell_view(t, bytes_view(&purposes));
        render_cell_sections(t, s->sections);
    }
    bytes_fini(&purposes);
    bytes_fini(&state);
}

static void print_sections(const char *title, section_set set)
{
    struct bytes names = {0};

    section_set_write(set, &names);
    (void)printf("%s%.*s\n", title, names.size > 0 ? (int)names.size : 4,
                 names.size > 0 ? (const char *)names.at : "none");
    bytes_fini(&names);
}

/* Asked there; a receipt says that it was told, and reading has stopped there. */
static void print_asked(const struct control_consent *s, const char *since)
{
    char receipt[RENDER_TIME];
    char day[11];

    if (s->receipt_ms == 0) {
        (void)printf("; asked there since %s; not yet confirmed: no receipt, %s", since, waits_for(s));
        print_next_try(s);
        return;
    }
    render_time(s->receipt_ms, receipt);
    render_day(s->answer_by, day);
    (void)printf("; told there %s (receipt); not yet confirmed: it will when it has erased, by %s\n", receipt, day);
}

/* What this node did, and what the recipient was asked and said: two things, never one word for both. */
static void print_told(const struct control_consent *s)
{
    static const char *const here[] = {
        [CONSENT_STOPPED] = "stopped here", [CONSENT_ERASING] = "being erased here", [CONSENT_ERASED] = "erased here"};
    char since[RENDER_TIME];
    char day[11];

    if (s->progress < CONSENT_STOPPED || s->progress > CONSENT_ERASED)
        return;
    render_time(s->told_since_ms, since);
    (void)printf("withdrawn   %s", s->nothing_held ? "nothing was held here" : here[s->progress]);
    if (s->erase_from != 0) {
        render_day(s->erase_from, day);
        (void)printf(", erased from %s on", day);
    }
    if (ident_is_zero(&s->case_id)) { /* the agency that took it is told what became of it */
        (void)puts("");
        return;
    }
    if (s->untold_here) {
        (void)puts("; not told by this node, for it is a copy (refex status, E-CON-22)");
        return;
    }
    switch (s->told) {
    case TOLD_NOTHING:
        (void)puts("; nothing had left, so nobody was asked");
        return;
    case TOLD_ASKED:
        print_asked(s, since);
        if (s->by_hand)
            withdrawal_view_print_by_hand(s, TOLD_INDENT, stdout);
        return;
    case TOLD_OWED:
        if (s->by_hand) {
            (void)puts("; not asked there: refex cannot tell it");
            withdrawal_view_print_by_hand(s, TOLD_INDENT, stdout);
        } else {
            (void)printf("; owed there since %s; not asked yet: %s", since, waits_for(s));
            print_next_try(s);
        }
        return;
    case TOLD_NOTHING_HELD:
        (void)puts("; there: nothing was held");
        return;
    case TOLD_CLOSED:
        if (s->asked)
            (void)printf("; asked there since %s; closed by hand\n", since);
        else
            (void)puts("; refex never asked there; closed by hand");
        return;
    default:
        (void)puts(s->told == TOLD_KEPT ? "; there: some of it is kept" : "; erased there");
    }
    print_sections("            erased there: ", s->answered_erased);
    print_sections("            kept there: ", s->answered_kept);
}

/* What she agreed to, in short; each line where it is known. */
static void print_agreed(const struct control_consent *s)
{
    struct bytes purposes = {0};
    char until[11];

    consent_view_write_purposes(s->purposes, &purposes);
    render_day(s->until, until);
    if (s->progress == CONSENT_SAID_NO) {
        (void)puts("says        no, to that agency and for everything; a no does not end");
    } else {
        if (consent_view_hidden(s) == NULL)
            (void)printf("purposes    %.*s\n", (int)purposes.size, (const char *)purposes.at);
        if (!is_erased(s))
            (void)printf("until       %s\n", until);
        if (consent_view_hidden(s) == NULL)
            print_sections("sections    ", s->sections);
    }
    bytes_fini(&purposes);
}

/* Why more is not known of it. */
static void print_hidden(const struct control_consent *s)
{
    char at[RENDER_TIME];

    render_time(s->erased_ms, at);
    if (is_erased(s) && s->nothing_held)
        (void)puts("never here  its agency withdrew it, and nothing came under it: what was agreed is not known here");
    else if (is_erased(s))
        (void)printf("erased      %s: to what she agreed, until when and how cannot be known here any more.\n"
                     "            What is left of it stands here and in the audit log\n",
                     s->erased_ms != 0 ? at : "now");
    else if (s->sealed)
        (void)puts(
            "sealed      what she agreed to, and how, is not read while the node is stopped. Start it: refex node run\n"
            "            (While it runs: the disk does not give its key, E-KEY-21.)");
    else if (consent_view_hidden(s) != NULL)
        (void)puts("not read    what she agreed to does not open, or is not as the audit log says");
}

void consent_view_print(const struct control_consent *s)
{
    const struct consent_terms terms = terms_of(s);
    char id[IDENT_TEXT];
    char given[RENDER_TIME];

    ident_write(&s->consent, id);
    render_time(s->given_at_ms, given);
    (void)printf("consent     %s, %s\ntaken by    %s%s%s\nfor         %s\n", id, state_word(s), s->agency.text,
                 s->given_at_ms != 0 ? ", " : "", s->given_at_ms != 0 ? given : "", s->recipient.text);
    print_agreed(s);
    print_hidden(s);
    consent_terms_print(&terms, stdout);
    if (s->shut)
        (void)puts(
            "shut        the audit log says something else than the database, of it or of a later refusal that may be\n"
            "            hers: nothing under it is sent or read. Tell the operator (refex status, E-CON-21).\n"
            "            Withdrawing it still works");
    if (s->key_unknown)
        (void)puts(
            "not destroyed here: somebody changed the database, and which of this node's keys opens what lies under\n"
            "            it is not known any more");
    print_told(s);
}
