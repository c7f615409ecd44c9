#include "cli/rendering/record_view.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "codec/audit_messages.h"
#include "model/referral.h"

void record_view_write(const struct record *r, struct bytes *words)
{
    struct told_view w = {.words = words};

    told_record(r, told_view_put, &w);
}

/* --- what the node knows beside it --- */

static void add_word(struct bytes *out, const char *key, const char *value)
{
    bytes_printf(out, "%s%s%s%s", out->size > 0 ? "; " : "", key, key[0] != '\0' ? " " : "", value);
}

static void add_ident(struct bytes *out, const struct bytes *said, const char *key, const struct ident *id)
{
    char text[IDENT_TEXT];

    ident_write(id, text);
    if (!ident_is_zero(id) && memmem(said->at, said->size, text, strlen(text)) == NULL)
        add_word(out, key, text);
}

/* Who decided: the Unix user, where the node that was asked knows it. */
static void add_actor(struct bytes *out, const struct control_audit_entry *e, const struct record *r)
{
    char text[IDENT_TEXT];

    if (e->has_user) {
        (void)snprintf(text, sizeof text, "%u", (unsigned)e->user);
        add_word(out, "by Unix user", text);
    } else if (r->has_actor) {
        ident_write(&r->actor, text);
        add_word(out, "by", text);
    }
}

/* Without what its words SAID. */
static void write_beside(const struct control_audit_entry *e, const struct record *r, const struct bytes *said,
                         struct bytes *out)
{
    if (e->message_kind != 0 && r->kind != RECORD_DISCLOSED)
        add_word(out, "", message_kind_name((enum message_kind)e->message_kind));
    if (e->answer != 0)
        add_word(out, "answer", referral_state_name((enum referral_state)e->answer));
    if (e->recipient.text[0] != '\0')
        add_word(out, "for", e->recipient.text);
    add_ident(out, said, "referral", &e->referral);
    add_ident(out, said, "consent", &e->consent);
    add_actor(out, e, r);
}

void record_view_print_title(void)
{
    (void)printf("%6s  %-19s  %-11s  %s\n", "RECORD", "TIME (UTC)", "KIND",
                 "SAYS [and what this node knows beside it]");
}

/* Beside an entry stands its record. */
static void write_line(struct bytes *out, const struct told_shown *s)
{
    const struct record *r = s->beside;
    struct bytes words = {0};
    struct bytes beside = {0};
    char at[25];

    text_write_time(r->time_ms, at);
    record_view_write(r, &words);
    write_beside(s->answer, r, &words, &beside);
    bytes_printf(out, "%6llu  %.10s %.8s  %-11s", (unsigned long long)r->index, at, at + 11, record_kind_name(r->kind));
    bytes_append_view(out, bytes_view(&words));
    if (beside.size > 0)
        bytes_printf(out, "  [%.*s]", (int)beside.size, (const char *)beside.at);
    bytes_fini(&words);
    bytes_fini(&beside);
}

static const struct told_line record_lines[] = {{"", .write = write_line,
                                                 "index time kind actor beside.message_kind beside.referral "
                                                 "beside.consent beside.recipient beside.answer beside.user"},
                                                {0}};

const struct told_form record_view = {.answer = &control_audit_entry_contract,
                                      .beside = &audit_record_contract,
                                      .lines = record_lines,
                                      .json_only = "record leaf" /* bytes to be verified */};
