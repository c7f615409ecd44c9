#include "cli/rendering/consent_view.h"

#include "cli/rendering/consent_terms_view.h"
#include "cli/rendering/withdrawal_view.h"
#include "codec/told_rules.h"
#include "model/consent.h"
#include "model/hold.h"

#define COLUMN      12 /* of the values of lines */
#define TOLD_INDENT "            "

void consent_view_write_purposes(uint32_t purposes, struct bytes *out)
{
    for (enum purpose p = PURPOSE_SERVICES; p < PURPOSE_END; p++)
        if ((purposes & UINT32_C(1) << p) != 0)
            bytes_printf(out, "%s%s", out->size > 0 ? "," : "", purpose_name(p));
}

/* --- in a list --- */

/* "erased 2026-11-29 04:40 UTC" */
static void write_state_cell(const struct told_field *t, struct bytes *out)
{
    const struct control_consent *s = t->in;
    char at[RENDER_TIME];

    render_time(s->erased_ms, at);
    bytes_printf(out, "%s%s%s", t->word, s->erased_ms != 0 ? " " : "", s->erased_ms != 0 ? at : "");
}

static void write_agreed_cell(const struct told_field *t, struct bytes *out)
{
    if (t->left_out)
        bytes_append_text(out, told_consent_hidden(t->in));
    else
        told_view_value(t, out);
}

const struct told_words consent_view_cells[] = {{"progress", write_state_cell},
                                                {"until", write_agreed_cell},
                                                {"purposes", write_agreed_cell},
                                                {"sections", write_agreed_cell},
                                                {0}};

/* --- of one --- */

static void write_heading(const struct told_field *t, struct bytes *out)
{
    bytes_printf(out, "%-12s", t->label);
    told_view_value(t, out);
    bytes_printf(out, ", %s\n", told_consent_word(t->in));
}

static void write_agency(const struct told_field *t, struct bytes *out)
{
    const struct control_consent *s = t->in;
    char given[RENDER_TIME];

    render_time(s->given_at_ms, given);
    bytes_printf(out, "%-12s%s%s%s\n", t->label, s->agency.text, s->given_at_ms != 0 ? ", " : "",
                 s->given_at_ms != 0 ? given : "");
}

static void write_section_line(const char *title, section_set set, struct bytes *out)
{
    bytes_printf(out, "%-12s", title);
    if (set != 0)
        section_set_write(set, out);
    bytes_append_text(out, set != 0 ? "\n" : "none\n");
}

/* For what, and until when. */
static void write_purposes(const struct told_field *t, struct bytes *out)
{
    const struct control_consent *s = t->in;
    char until[11];

    render_day(s->until, until);
    if (s->progress == CONSENT_SAID_NO) {
        bytes_append_text(out, "says        no, to that agency and for everything; a no does not end\n");
        return;
    }
    if (!t->left_out) {
        bytes_printf(out, "%-12s", t->label);
        told_view_value(t, out);
        bytes_append_text(out, "\n");
    }
    if (!told_consent_is_erased(s))
        bytes_printf(out, "until       %s\n", until);
}

static void write_sections(const struct told_field *t, struct bytes *out)
{
    const struct control_consent *s = t->in;

    if (!t->left_out && s->progress != CONSENT_SAID_NO)
        write_section_line(t->label, s->sections, out);
}

/* Why more is not known of it. */
static void write_hidden(const struct told_field *t, struct bytes *out)
{
    const struct control_consent *s = t->in;
    char at[RENDER_TIME];

    render_time(s->erased_ms, at);
    if (told_consent_is_erased(s) && s->nothing_held)
        bytes_append_text(
            out, "never here  its agency withdrew it, and nothing came under it: what was agreed is not known here\n");
    else if (told_consent_is_erased(s))
        bytes_printf(out,
                     "erased      %s: to what she agreed, until when and how cannot be known here any more.\n"
                     "            What is left of it stands here and in the audit log\n",
                     s->erased_ms != 0 ? at : "now");
    else if (s->sealed)
        bytes_append_text(
            out,
            "sealed      what she agreed to, and how, is not read while the node is stopped. Start it: refex node run\n"
            "            (While it runs: the disk does not give its key, E-KEY-21.)\n");
    else if (told_consent_hidden(s) != NULL)
        bytes_append_text(out, "not read    what she agreed to does not open, or is not as the audit log says\n");
}

static void write_shut(const struct told_field *t, struct bytes *out)
{
    if (t->number != 0)
        bytes_printf(
            out,
            "%-12sthe audit log says something else than the database, of it or of a later refusal that may be\n"
            "            hers: nothing under it is sent or read. Tell the operator (refex status, E-CON-21).\n"
            "            Withdrawing it still works\n",
            t->label);
}

static void write_key_unknown(const struct told_field *t, struct bytes *out)
{
    if (!t->left_out)
        bytes_printf(out,
                     "%s somebody changed the database, and which of this node's keys opens what lies under\n"
                     "            it is not known any more\n",
                     t->label);
}

/* "; next try …", in a line that says why. */
static void write_next_try(const struct control_consent *s, struct bytes *out)
{
    char at[RENDER_TIME];

    render_time(s->next_try_ms, at);
    bytes_printf(out, "%s%s\n", s->next_try_ms != 0 ? "; next try " : "", s->next_try_ms != 0 ? at : "");
}

/* Asked there; a receipt says that it was told, and reading has stopped there. */
static void write_asked(const struct control_consent *s, const char *since, struct bytes *out)
{
    char receipt[RENDER_TIME];
    char day[11];

    if (s->receipt_ms == 0) {
        bytes_printf(out, "; asked there since %s; not yet confirmed: no receipt, %s", since,
                     hold_sentence((enum hold)s->hold));
        write_next_try(s, out);
        return;
    }
    render_time(s->receipt_ms, receipt);
    render_day(s->answer_by, day);
    bytes_printf(out, "; told there %s (receipt); not yet confirmed: it will when it has erased, by %s\n", receipt,
                 day);
}

/* What this node did, and what the recipient was asked and said: two things, never one word for both. */
static void write_told(const struct told_field *t, struct bytes *out)
{
    static const char *const here[] = {
        [CONSENT_STOPPED] = "stopped here", [CONSENT_ERASING] = "being erased here", [CONSENT_ERASED] = "erased here"};
    const struct control_consent *s = t->in;
    char since[RENDER_TIME];
    char day[11];

    if (s->progress < CONSENT_STOPPED || s->progress > CONSENT_ERASED)
        return;
    render_time(s->told_since_ms, since);
    bytes_printf(out, "%-12s%s", t->label, s->nothing_held ? "nothing was held here" : here[s->progress]);
    if (s->erase_from != 0) {
        render_day(s->erase_from, day);
        bytes_printf(out, ", erased from %s on", day);
    }
    if (ident_is_zero(&s->case_id)) { /* the agency that took it is told what became of it */
        bytes_append_text(out, "\n");
        return;
    }
    if (s->untold_here) {
        bytes_append_text(out, "; not told by this node, for it is a copy (refex status, E-CON-22)\n");
        return;
    }
    switch (s->told) {
    case TOLD_NOTHING:
        bytes_append_text(out, "; nothing had left, so nobody was asked\n");
        return;
    case TOLD_ASKED:
        write_asked(s, since, out);
        if (s->by_hand)
            withdrawal_view_write_by_hand(s, TOLD_INDENT, out);
        return;
    case TOLD_OWED:
        if (s->by_hand) {
            bytes_append_text(out, "; not asked there: refex cannot tell it\n");
            withdrawal_view_write_by_hand(s, TOLD_INDENT, out);
        } else {
            bytes_printf(out, "; owed there since %s; not asked yet: %s", since, hold_sentence((enum hold)s->hold));
            write_next_try(s, out);
        }
        return;
    case TOLD_NOTHING_HELD:
        bytes_append_text(out, "; there: nothing was held\n");
        return;
    case TOLD_CLOSED:
        if (s->asked)
            bytes_printf(out, "; asked there since %s; closed by hand\n", since);
        else
            bytes_append_text(out, "; refex never asked there; closed by hand\n");
        return;
    default:
        bytes_append_text(out, s->told == TOLD_KEPT ? "; there: some of it is kept\n" : "; erased there\n");
    }
    write_section_line(TOLD_INDENT "erased there: ", s->answered_erased, out);
    write_section_line(TOLD_INDENT "kept there: ", s->answered_kept, out);
}

void consent_view_print(const struct control_consent *s)
{
    static const struct told_words lines[] = {{"consent", write_heading},
                                              {"agency", write_agency},
                                              {"purposes", write_purposes},
                                              {"sections", write_sections},
                                              {"sealed", write_hidden},
                                              {"grants", consent_terms_write_grants},
                                              {"given_by", consent_terms_write_given},
                                              {"for_adult", consent_terms_write_warnings},
                                              {"shut", write_shut},
                                              {"key_unknown", write_key_unknown},
                                              {"told", write_told},
                                              {0}};

    told_view_lines(stdout, COLUMN, &control_consent_contract, s, lines);
}
