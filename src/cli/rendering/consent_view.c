#include "cli/rendering/consent_view.h"

#include "cli/rendering/consent_terms_view.h"
#include "cli/rendering/withdrawal_view.h"
#include "codec/told_rules.h"
#include "model/consent.h"
#include "model/hold.h"
#include "model/referral.h"

#define INDENT "            "

void consent_view_write_purposes(uint32_t purposes, struct bytes *out)
{
    const char *between = "";

    for (enum purpose p = PURPOSE_SERVICES; p < PURPOSE_END; p++)
        if ((purposes & UINT32_C(1) << p) != 0) {
            bytes_printf(out, "%s%s", between, purpose_name(p));
            between = ",";
        }
}

void consent_view_write_recipient(const struct control_consent *s, struct bytes *out)
{
    if (s->outside.size != 0)
        render_escaped(out, s->outside);
    else
        bytes_append_text(out, consent_view_is_outside(s) ? "somebody outside" : s->recipient.text);
}

bool consent_view_is_outside(const struct control_consent *s)
{
    return s->outside.size != 0 || (s->agency.text[0] != '\0' && address_equal(&s->recipient, &s->agency));
}

static void write_recipient(struct bytes *out, const struct told_shown *shown)
{
    consent_view_write_recipient(shown->answer, out);
}

static void write_sections(struct bytes *out, section_set set)
{
    if (set != 0)
        section_set_write(set, out);
    else
        bytes_append_text(out, "none");
}

/* --- in a list --- */

static void write_erased_at(struct bytes *out, const struct told_shown *shown)
{
    const struct control_consent *s = shown->answer;
    char at[RENDER_TIME];

    render_time(s->erased_ms, at);
    bytes_printf(out, "%s%s", s->erased_ms != 0 ? " " : "", s->erased_ms != 0 ? at : "");
}

/* Instead of what is left out. */
static void write_hidden_word(struct bytes *out, const struct told_shown *shown)
{
    if (told_consent_hidden(shown->answer) != NULL)
        bytes_append_text(out, told_consent_hidden(shown->answer));
}

static void write_erased_word(struct bytes *out, const struct told_shown *shown)
{
    if (told_consent_is_erased(shown->answer))
        write_hidden_word(out, shown);
}

static const struct told_line columns[] = {{"CONSENT", .text = "{consent}"},
                                           {"RECIPIENT", .write = write_recipient, .says = "recipient outside"},
                                           {"STATE", "{state}", write_erased_at, .says = "erased_at"},
                                           {"UNTIL", .text = "{until}", .write = write_erased_word},
                                           {"PURPOSES", .text = "{purposes}", .write = write_hidden_word},
                                           {"SECTIONS", .text = "{sections}", .write = write_hidden_word},
                                           {0}};

const struct told_form consent_view_listed = {.answer = &control_consent_contract, .lines = columns};

/* --- of one --- */

static void write_given_at(struct bytes *out, const struct told_shown *shown)
{
    const struct control_consent *s = shown->answer;
    char given[RENDER_TIME];

    render_time(s->given_at_ms, given);
    bytes_printf(out, "%s%s", s->given_at_ms != 0 ? ", " : "", s->given_at_ms != 0 ? given : "");
}

/* What she agreed to, in short; each line where it is known. */
static void write_agreed(struct bytes *out, const struct told_shown *shown)
{
    const struct control_consent *s = shown->answer;
    bool is_hidden = told_consent_hidden(s) != NULL;
    char until[11];

    render_day(s->until, until);
    if (s->progress == CONSENT_SAID_NO) {
        bytes_append_text(out, "says        no, to that agency and for everything; a no does not end");
        return;
    }
    if (!is_hidden) {
        bytes_append_text(out, "purposes    ");
        consent_view_write_purposes(s->purposes, out);
    }
    if (!told_consent_is_erased(s))
        bytes_printf(out, "%suntil       %s", is_hidden ? "" : "\n", until);
    if (!is_hidden) {
        bytes_append_text(out, "\nsections    ");
        write_sections(out, s->sections);
    }
}

/* Why more is not known of it. */
static void write_hidden(struct bytes *out, const struct told_shown *shown)
{
    const struct control_consent *s = shown->answer;
    char at[RENDER_TIME];

    render_time(s->erased_ms, at);
    if (told_consent_is_erased(s) && s->nothing_held)
        bytes_append_text(
            out, "never here  its agency withdrew it, and nothing came under it: what was agreed is not known here");
    else if (told_consent_is_erased(s))
        bytes_printf(out,
                     "erased      %s: to what she agreed, until when and how cannot be known here any more.\n"
                     "            What is left of it stands here and in the audit log",
                     s->erased_ms != 0 ? at : "now");
    else if (s->sealed)
        bytes_append_text(
            out,
            "sealed      what she agreed to, and how, is not read while the node is stopped. Start it: refex node run\n"
            "            (While it runs: the disk does not give its key, E-KEY-21.)");
    else if (told_consent_hidden(s) != NULL)
        bytes_append_text(out, "not read    what she agreed to does not open, or is not as the audit log says");
}

static void write_terms(struct bytes *out, const struct told_shown *shown)
{
    told_form_write(&consent_terms_view, shown, out);
}

static void write_shut(struct bytes *out, const struct told_shown *shown)
{
    if (((const struct control_consent *)shown->answer)->shut)
        bytes_append_text(
            out, "the audit log says something else than the database, of it or of a later refusal that may be\n" INDENT
                 "hers: nothing under it is sent or read. Tell the operator (refex status, E-CON-21).\n" INDENT
                 "Withdrawing it still works");
}

/* "; next try …", in a line that says why. */
static void write_next_try(const struct control_consent *s, struct bytes *out)
{
    char at[RENDER_TIME];

    render_time(s->next_try_ms, at);
    bytes_printf(out, "%s%s", s->next_try_ms != 0 ? "; next try " : "", s->next_try_ms != 0 ? at : "");
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
    bytes_printf(out, "; told there %s (receipt); not yet confirmed: it will when it has erased, by %s", receipt, day);
}

/* What a person does then. */
static void write_by_hand(const struct control_consent *s, struct bytes *out)
{
    bytes_append_text(out, "\n");
    withdrawal_view_write_by_hand(s, INDENT, out);
}

static void write_letters(struct bytes *out, const struct told_shown *shown)
{
    const struct control_consent *s = shown->answer;
    char at[RENDER_TIME];

    if (s->letters_unknown)
        bytes_append_text(out, "what was printed is not known here now: refex audit list --log house --kind exported");
    for (size_t i = 0; i < s->letter_count; i++) {
        const struct control_consent_letter *l = &s->letters[i];

        render_time(l->time_ms, at);
        bytes_printf(out, "%s%u, %s, %s; in it ", i > 0 ? "\nletter      " : "", (unsigned)l->letter, at,
                     urgency_name(l->urgency));
        write_sections(out, l->sections);
        render_time(l->answered_ms, at);
        if (l->answer == 0)
            bytes_append_text(out, "; no answer was entered");
        else
            bytes_printf(out, "; %s, entered %s", letter_answer_name(l->answer), at);
    }
    for (size_t i = 0; i < s->letters_missing_count; i++)
        bytes_printf(out, "%s! %u is missing here: it was printed (refex audit list --log house --kind exported)",
                     s->letter_count + i > 0 ? "\nletter      " : "", (unsigned)s->letters_missing[i]);
}

void consent_view_write_paper(const struct control_consent *s, const char *indent, struct bytes *out)
{
    const size_t printed = s->letter_count + s->letters_missing_count;

    if (s->letters_unknown) {
        bytes_printf(out,
                     "whether something was printed under it is not known here now: the house log has it\n%s"
                     "(refex audit list --log house --kind exported); phone whoever has it",
                     indent);
        return;
    }
    if (printed == 0) {
        bytes_append_text(out, "nothing was printed under it");
        return;
    }
    bytes_printf(out, "%zu letter%s printed, and paper cannot be recalled: phone\n%s", printed,
                 printed == 1 ? " was" : "s were", indent);
    consent_view_write_recipient(s, out);
    bytes_printf(out, "\n%snow, and ask that it is destroyed", indent);
}

/* What the recipient was asked and said. */
static void write_told_there(const struct control_consent *s, struct bytes *out)
{
    char since[RENDER_TIME];

    render_time(s->told_since_ms, since);
    if (s->untold_here) {
        bytes_append_text(out, "; not told by this node, for it is a copy (refex status, E-CON-22)");
        return;
    }
    switch (s->told) {
    case RECIPIENT_NOTHING:
        bytes_append_text(out, "; nothing had left, so nobody was asked");
        return;
    case RECIPIENT_ASKED:
        write_asked(s, since, out);
        if (s->by_hand)
            write_by_hand(s, out);
        return;
    case RECIPIENT_OWED:
        if (s->by_hand) {
            bytes_append_text(out, "; not asked there: refex cannot tell it");
            write_by_hand(s, out);
        } else {
            bytes_printf(out, "; owed there since %s; not asked yet: %s", since, hold_sentence((enum hold)s->hold));
            write_next_try(s, out);
        }
        return;
    case RECIPIENT_NOTHING_HELD:
        bytes_append_text(out, "; there: nothing was held");
        return;
    case RECIPIENT_CLOSED:
        if (s->asked)
            bytes_printf(out, "; asked there since %s; closed by hand", since);
        else
            bytes_append_text(out, "; refex never asked there; closed by hand");
        return;
    default:
        bytes_append_text(out, s->told == RECIPIENT_KEPT ? "; there: some of it is kept" : "; erased there");
    }
    bytes_append_text(out, "\n" INDENT "erased there: ");
    write_sections(out, s->answered_erased);
    bytes_append_text(out, "\n" INDENT "kept there: ");
    write_sections(out, s->answered_kept);
}

/* What this node did, and what the recipient was asked and said: two things, never one word for both. */
static void write_told(struct bytes *out, const struct told_shown *shown)
{
    static const char *const here[] = {
        [CONSENT_STOPPED] = "stopped here", [CONSENT_ERASING] = "being erased here", [CONSENT_ERASED] = "erased here"};
    const struct control_consent *s = shown->answer;
    char day[11];

    if (s->progress < CONSENT_STOPPED || s->progress > CONSENT_ERASED || s->ended)
        return;
    bytes_printf(out, "%s", s->nothing_held ? "nothing was held here" : here[s->progress]);
    if (s->erase_from != 0) {
        render_day(s->erase_from, day);
        bytes_printf(out, ", erased from %s on", day);
    }
    if (consent_view_is_outside(s)) {
        bytes_append_text(out, "; ");
        consent_view_write_paper(s, INDENT, out);
        return;
    }
    if (ident_is_zero(&s->case_id)) /* the agency that took it is told what became of it */
        return;
    write_told_there(s, out);
}

/* Nobody withdrew it: what ends by its last day is erased there all the same. */
static void write_ended_there(struct bytes *out, const struct told_shown *shown)
{
    const struct control_consent *s = shown->answer;
    char at[RENDER_TIME];

    render_time(s->answered_time_ms, at);
    if (s->ended)
        bytes_append_text(out, "its last day was over, so what came under it was erased here");
    else if (s->progress == CONSENT_STANDS && s->answered)
        bytes_printf(out, "its last day was over, so they erased what they had: %s, by their log", at);
}

/* What they could not overwrite yet when they stated it. */
static void write_places(struct bytes *out, const struct told_shown *shown)
{
    const struct control_consent *s = shown->answer;

    for (size_t i = 0; i < s->answered_place_count; i++)
        bytes_printf(out, "%s%.*s", i > 0 ? ", " : " keys of it still lie at: ", (int)s->answered_places[i].size,
                     (const char *)s->answered_places[i].at);
    if (s->answered_place_count > 0)
        bytes_append_text(out, ", which they had not overwritten; with their recovery words it can be opened");
}

static const struct told_line lines[] = {
    {"consent     ", .text = "{consent}, {state}"},
    {"taken by    ", "{agency}", write_given_at, .says = "given_at"},
    {"for         ", .write = write_recipient, .says = "recipient outside"},
    {"", .write = write_agreed, "purposes until sections"},
    {"", .write = write_hidden, "erased_at sealed"},
    {"", .write = write_terms, "grants given warnings"},
    {"shut        ", .write = write_shut},
    {"not destroyed here: ",
     .text = "somebody changed the database, and which of this node's keys opens what lies "
             "under\n" INDENT "it is not known any more",
     .when = "not_destroyed_here"},
    {"letter      ", .write = write_letters, "letters letters_missing letters_unknown"},
    {"withdrawn   ", .write = write_told,
     "told told_since asked by_hand erase_from receipt answer_by waits untold_here answered_erased answered_kept"},
    {"ended       ", .write = write_ended_there, .says = "ended answered_at"},
    {"backup there", .write = write_places, .says = "answered_places"},
    {0}};

/* What withdrawing it does is said before it is (withdrawal_view). */
const struct told_form consent_view_shown = {.answer = &control_consent_contract,
                                             .beside = &control_unopened_no_contract,
                                             .lines = lines,
                                             .json_only = "case may_have_left irreversible would_change answered"};

void consent_view_show(bool json, const struct control_consent *s)
{
    static const struct control_unopened_no unopened;
    bool is_unopened = told_consent_is_read(s) && !told_consent_is_shown(s);

    told_form_show(stdout, json, &consent_view_shown,
                   &(struct told_shown){.answer = s, .beside = is_unopened ? &unopened : NULL});
}
