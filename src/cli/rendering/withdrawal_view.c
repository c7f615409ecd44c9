#include "cli/rendering/withdrawal_view.h"

#include "cli/rendering/consent_view.h"
#include "cli/rendering/told_view.h"
#include "codec/told_rules.h"

#define INDENT "               "

/* "triage,identity for services"; without sections only that she may be referred. */
static void write_what(const struct control_consent *s, struct bytes *out)
{
    struct bytes purposes = {0};

    if (told_consent_hidden(s) != NULL) {
        bytes_printf(out, "what she agreed to is not known here (%s)", told_consent_hidden(s));
        return;
    }
    consent_view_write_purposes(s->purposes, &purposes);
    section_set_write(s->sections, out);
    if (s->sections == 0)
        bytes_append_text(out, "that she may be referred");
    if (purposes.size > 0)
        bytes_printf(out, " for %.*s", (int)purposes.size, (const char *)purposes.at);
    bytes_fini(&purposes);
}

/* What a person does where refex cannot: both lines behind INDENT. */
void withdrawal_view_write_by_hand(const struct control_consent *s, const char *indent, struct bytes *out)
{
    char id[IDENT_TEXT];

    ident_write(&s->consent, id);
    bytes_printf(out, "%stell %s yourself outside refex, then\n%srefex agency told %s %s --reason told-outside\n",
                 indent, s->recipient.text, indent, s->recipient.text, id);
}

static void print_here(const struct control_consent *s, const char *day, FILE *to)
{
    if (s->key_unknown)
        (void)fputs(
            "  Here         sharing and reading stop at once. Not destroyed here: which of this node's keys opens\n"
            "               what lies under it is not known any more.\n",
            to);
    else
        (void)fprintf(to, "  Here         sharing and reading %s. What was exchanged under it is erased from %s on.\n",
                      s->progress == CONSENT_STANDS ? "stop at once" : "have stopped", day);
}

/* Who is told, and what that agency then does. */
static void print_there(const struct control_consent *s, const char *day, FILE *to)
{
    const char *there = s->recipient.text;
    struct bytes by_hand = {0};

    if (!s->may_have_left) {
        (void)fprintf(to, "  There        nothing under it has left this node: %s is told nothing.\n", there);
        return;
    }
    if (s->by_hand) {
        (void)fprintf(to, "  There        refex cannot tell %s, and it may hold data:\n", there);
        withdrawal_view_write_by_hand(s, INDENT, &by_hand);
        (void)fwrite(by_hand.at, 1, by_hand.size, to);
        bytes_fini(&by_hand);
    } else {
        (void)fprintf(to,
                      "  There        %s may hold data: it is told at once, and again until it answers. It stops\n"
                      "               reading, erases from %s on (if told later: then) and signs what it erased.\n",
                      there, day);
    }
    if (s->irreversible)
        (void)fprintf(to, INDENT "Police and courts may keep what the law orders%s.\n",
                      s->by_hand ? ": ask what, and on which ground" : "; then it signs that, and the ground");
}

/* What she had agreed to. */
static void print_opened(const struct control_consent *s, FILE *to)
{
    struct bytes what = {0};

    write_what(s, &what);
    (void)fprintf(to, "  What         %.*s\n", (int)what.size, (const char *)what.at);
    bytes_fini(&what);
}

void withdrawal_view_print(const struct control_consent *s, FILE *to)
{
    char id[IDENT_TEXT];
    char day[11];

    ident_write(&s->consent, id);
    render_day(s->erase_from, day);
    (void)fprintf(to,
                  s->progress == CONSENT_STANDS ? "She withdraws consent %s, for %s:\n"
                                                : "Consent %s, for %s, is withdrawn; now it is erased at once:\n",
                  id, s->recipient.text);
    print_opened(s, to);
    print_here(s, day, to);
    print_there(s, day, to);
    (void)fprintf(
        to,
        "  Not undone   this itself: she can only give a new consent. Nor what was read or done there before.\n"
        "  Kept         %s that she consented and withdrew. Her case file here stays\n"
        "               (deleting cases is not built yet).\n",
        s->may_have_left ? "both audit logs keep" : "the audit log here keeps");
}

void withdrawal_view_print_done(const struct control_consent *s)
{
    static const char done[] = "what it did already cannot be undone";

    if (s->told == TOLD_NOTHING)
        (void)puts("Sharing and reading have stopped here; nothing had left.");
    else if (s->by_hand)
        (void)printf("Sharing and reading have stopped here. refex cannot tell %s:\n"
                     "it may read on until you tell it yourself, now; %s.\n",
                     s->recipient.text, done);
    else if ((s->told == TOLD_ASKED && s->receipt_ms == 0) || s->told == TOLD_OWED)
        (void)printf("Sharing and reading have stopped here, and stop at the recipient when it is told; %s.\n", done);
    else if (s->told == TOLD_NOTHING_HELD) /* what it received before may lie on a machine that it lost */
        (void)printf("Sharing and reading have stopped here. %s states that it held nothing.\n"
                     "Where it had received data, `refex status` names it: ask what became of them; %s.\n",
                     s->recipient.text, done);
    else if (s->told == TOLD_CLOSED)
        (void)printf("Sharing and reading have stopped here. What %s was to be told is closed by hand, and it\n"
                     "signed nothing of it; %s.\n",
                     s->recipient.text, done);
    else
        (void)printf("Sharing and reading have stopped here and at the recipient; %s.\n", done);
}

void withdrawal_view_print_ended(const struct control_consent *s)
{
    struct bytes what = {0};
    char id[IDENT_TEXT];
    char day[11];

    ident_write(&s->consent, id);
    render_day(s->erase_from, day);
    write_what(s, &what);
    (void)printf("withdrawn with this no: consent %s for %s, %.*s\n", id, s->recipient.text, (int)what.size,
                 (const char *)what.at);
    print_here(s, day, stdout);
    print_there(s, day, stdout);
    bytes_fini(&what);
}

void withdrawal_view_json_ended(const struct control_consent *s)
{
    const struct control_ended_consent ended = {.consent = s->consent,
                                                .recipient = s->recipient,
                                                .sections = s->sections,
                                                .purposes = s->purposes,
                                                .erase_from = s->erase_from,
                                                .by_hand = s->by_hand,
                                                .may_have_left = s->may_have_left,
                                                .irreversible = s->irreversible,
                                                .key_unknown = s->key_unknown};

    told_view_json_line(&control_ended_consent_contract, &ended);
}
