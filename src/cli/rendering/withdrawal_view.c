#include "cli/rendering/withdrawal_view.h"

#include <stdio.h>

#include "cli/rendering/consent_view.h"
#include "codec/told_rules.h"

#define INDENT "               "

/* What a person does where refex cannot: both lines behind INDENT. */
void withdrawal_view_write_by_hand(const struct control_consent *s, const char *indent, struct bytes *out)
{
    char id[IDENT_TEXT];

    ident_write(&s->consent, id);
    bytes_printf(out, "%stell %s yourself outside refex, then\n%srefex agency told %s %s --reason told-outside", indent,
                 s->recipient.text, indent, s->recipient.text, id);
}

/* --- what withdrawing does: to the consent that stands beside what is shown, or that is shown --- */

static const struct control_consent *withdrawn_of(const struct told_shown *shown)
{
    return shown->beside != NULL ? shown->beside : shown->answer;
}

/* "triage,identity for services"; without sections only that she may be referred. */
static void write_what(struct bytes *out, const struct told_shown *shown)
{
    const struct control_consent *s = withdrawn_of(shown);

    if (told_consent_hidden(s) != NULL) {
        bytes_printf(out, "what she agreed to is not known here (%s)", told_consent_hidden(s));
        return;
    }
    section_set_write(s->sections, out);
    if (s->sections == 0)
        bytes_append_text(out, "that she may be referred");
    if (s->purposes != 0)
        bytes_append_text(out, " for ");
    consent_view_write_purposes(s->purposes, out);
}

static void write_here(struct bytes *out, const struct told_shown *shown)
{
    const struct control_consent *s = withdrawn_of(shown);
    char day[11];

    render_day(s->erase_from, day);
    if (s->key_unknown)
        bytes_append_text(
            out, "sharing and reading stop at once. Not destroyed here: which of this node's keys opens\n" INDENT
                 "what lies under it is not known any more.");
    else
        bytes_printf(out, "sharing and reading %s. What was exchanged under it is erased from %s on.",
                     s->progress == CONSENT_STANDS ? "stop at once" : "have stopped", day);
}

/* Who is told, and what that agency then does. */
static void write_there(struct bytes *out, const struct told_shown *shown)
{
    const struct control_consent *s = withdrawn_of(shown);
    const char *there = s->recipient.text;
    char day[11];

    render_day(s->erase_from, day);
    if (consent_view_is_outside(s)) {
        consent_view_write_paper(s, INDENT, out);
        return;
    }
    if (!s->may_have_left) {
        bytes_printf(out, "nothing under it has left this node: %s is told nothing.", there);
        return;
    }
    if (s->by_hand) {
        bytes_printf(out, "refex cannot tell %s, and it may hold data:\n", there);
        withdrawal_view_write_by_hand(s, INDENT, out);
    } else {
        bytes_printf(out,
                     "%s may hold data: it is told at once, and again until it answers. It stops\n" INDENT
                     "reading, erases from %s on (if told later: then) and signs what it erased.",
                     there, day);
    }
    if (s->irreversible)
        bytes_printf(out, "\n" INDENT "Police and courts may keep what the law orders%s.",
                     s->by_hand ? ": ask what, and on which ground" : "; then it signs that, and the ground");
}

/* --- before it --- */

static void write_heading(struct bytes *out, const struct told_shown *shown)
{
    const struct control_consent *s = shown->answer;
    char id[IDENT_TEXT];

    ident_write(&s->consent, id);
    bytes_printf(out, s->progress == CONSENT_STANDS ? "She withdraws consent %s, for " : "Consent %s, for ", id);
    consent_view_write_recipient(s, out);
    bytes_append_text(out, s->progress == CONSENT_STANDS ? ":" : ", is withdrawn; now it is erased at once:");
}

static void write_kept(struct bytes *out, const struct told_shown *shown)
{
    const struct control_consent *s = shown->answer;

    bytes_printf(out,
                 "%s that she consented and withdrew. Her case file here stays\n" INDENT
                 "(refex case delete deletes that).",
                 s->may_have_left ? "both audit logs keep" : "the audit log here keeps");
}

static const struct told_line foretold[] = {
    {"", .write = write_heading, "consent recipient outside state"},
    {"  What         ", .write = write_what, "sections purposes"},
    {"  Here         ", .write = write_here, "erase_from not_destroyed_here"},
    {"  There        ", .write = write_there,
     "may_have_left by_hand irreversible outside letters letters_missing letters_unknown"},
    {"  Not undone   ",
     .text = "this itself: she can only give a new consent. Nor what was read or done there before."},
    {"  Kept         ", .write = write_kept},
    {0}};

const struct told_form withdrawal_view_foretold = {.answer = &control_consent_contract, .lines = foretold};

/* --- after it --- */

static const char *printed_before(const struct control_consent *s)
{
    if (s->letters_unknown)
        return "Nothing more is printed under it. Whether something was is not known here now: the house log has it\n"
               "(refex audit list --log house --kind exported). Phone whoever has it.";
    return s->letter_count + s->letters_missing_count == 0
               ? "Nothing more is printed under it; nothing was."
               : "Nothing more is printed under it. What was printed cannot be recalled: phone them now.";
}

void withdrawal_view_print_done(const struct control_consent *s)
{
    static const char done[] = "what it did already cannot be undone";

    if (consent_view_is_outside(s))
        (void)puts(printed_before(s));
    else if (s->told == RECIPIENT_NOTHING)
        (void)puts("Sharing and reading have stopped here; nothing had left.");
    else if (s->by_hand)
        (void)printf("Sharing and reading have stopped here. refex cannot tell %s:\n"
                     "it may read on until you tell it yourself, now; %s.\n",
                     s->recipient.text, done);
    else if ((s->told == RECIPIENT_ASKED && s->receipt_ms == 0) || s->told == RECIPIENT_OWED)
        (void)printf("Sharing and reading have stopped here, and stop at the recipient when it is told; %s.\n", done);
    else if (s->told == RECIPIENT_NOTHING_HELD) /* what it received before may lie on a machine that it lost */
        (void)printf("Sharing and reading have stopped here. %s states that it held nothing.\n"
                     "Where it had received data, `refex status` names it: ask what became of them; %s.\n",
                     s->recipient.text, done);
    else if (s->told == RECIPIENT_CLOSED)
        (void)printf("Sharing and reading have stopped here. What %s was to be told is closed by hand, and it\n"
                     "signed nothing of it; %s.\n",
                     s->recipient.text, done);
    else
        (void)printf("Sharing and reading have stopped here and at the recipient; %s.\n", done);
}

/* --- with a no --- */

static const struct told_line ended[] = {
    {"withdrawn with this no: consent ", "{withdraws} for {recipient}, ", write_what, .says = "sections purposes"},
    {"  Here         ", .write = write_here, "erase_from not_destroyed_here"},
    {"  There        ", .write = write_there, "may_have_left by_hand irreversible"},
    {0}};

const struct told_form withdrawal_view_ended = {.answer = &control_ended_consent_contract, .lines = ended};

void withdrawal_view_show_ended(bool json, const struct control_consent *s)
{
    const struct control_ended_consent e = {.consent = s->consent,
                                            .recipient = s->recipient,
                                            .sections = s->sections,
                                            .purposes = s->purposes,
                                            .erase_from = s->erase_from,
                                            .by_hand = s->by_hand,
                                            .may_have_left = s->may_have_left,
                                            .irreversible = s->irreversible,
                                            .key_unknown = s->key_unknown};

    told_form_show(stdout, json, &withdrawal_view_ended, &(struct told_shown){.answer = &e, .beside = s});
}
