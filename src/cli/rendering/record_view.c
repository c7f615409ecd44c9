#include "cli/rendering/record_view.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/rendering/render.h"
#include "model/referral.h"

/* Each kind of record lists its fields once; they are written as words of a line or as members of a JSON object. */
struct field_output {
    struct json_line *json; /* NULL: words */
    struct bytes *words;
};

static void put_text(const struct field_output *w, const char *key, const char *text)
{
    if (w->json != NULL)
        json_line_text(w->json, key, text);
    else if (text != NULL)
        bytes_printf(w->words, "  %s %s", key, text);
}

static void put_view(const struct field_output *w, const char *key, struct view text)
{
    if (w->json != NULL) {
        json_line_view(w->json, key, text);
    } else {
        bytes_printf(w->words, "  %s ", key);
        render_escaped(w->words, text);
    }
}

static void put_ident(const struct field_output *w, const char *key, const struct ident *id)
{
    char text[IDENT_TEXT];

    ident_write(id, text);
    put_text(w, key, ident_is_zero(id) ? NULL : text);
}

static void put_hash(const struct field_output *w, const char *key, const struct hash *h)
{
    char text[2 * HASH_SIZE + 1];

    text_write_hex(h->at, HASH_SIZE, text);
    put_text(w, key, text);
}

static void put_number(const struct field_output *w, const char *key, uint64_t n)
{
    if (w->json != NULL)
        json_line_u64(w->json, key, n);
    else
        bytes_printf(w->words, "  %s %llu", key, (unsigned long long)n);
}

static void put_sections(const struct field_output *w, const char *key, section_set set)
{
    if (w->json != NULL) {
        render_json_sections(w->json, key, set);
    } else if (set != 0) {
        bytes_printf(w->words, "  %s ", key);
        section_set_write(set, w->words);
    }
}

static void put_day(const struct field_output *w, const char *key, uint32_t day)
{
    char text[11];

    render_day(day, text);
    put_text(w, key, day != 0 ? text : NULL);
}

static void put_time(const struct field_output *w, const char *key, int64_t ms)
{
    char text[25];

    text_write_time(ms, text);
    if (w->json == NULL) { /* as the line begins */
        text[10] = ' ';
        text[19] = '\0';
    }
    put_text(w, key, text);
}

static void put_disclosed(const struct field_output *w, const struct record_disclosed *d)
{
    put_view(w, "to", d->recipient);
    put_text(w, "message_kind", message_kind_name((enum message_kind)d->message_kind));
    put_sections(w, "sections", d->sections);
    put_text(w, "purpose", d->purpose != 0 ? purpose_name((enum purpose)d->purpose) : NULL);
    put_ident(w, "message", &d->message);
    if (d->has_consent)
        put_ident(w, "consent", &d->consent);
    if (d->basis.size > 0)
        put_view(w, "basis", d->basis);
    if (d->ground.size > 0)
        put_view(w, "ground", d->ground);
    if (d->has_approver)
        put_ident(w, "approver", &d->approver);
}

static void put_denied(const struct field_output *w, const struct record_denied *d)
{
    put_view(w, "to", d->recipient);
    put_text(w, "message_kind", message_kind_name((enum message_kind)d->message_kind));
    put_sections(w, "sections", d->sections);
    put_text(w, "reason", denial_name(d->reason));
    if (d->has_consent)
        put_ident(w, "consent", &d->consent);
}

static void put_erased(const struct field_output *w, const struct record_erased *e)
{
    put_ident(w, "consent", &e->consent);
    put_text(w, "result", erasure_name(e->result));
    put_sections(w, "erased", e->erased);
    put_sections(w, "kept", e->kept);
    if (e->ground.size > 0)
        put_view(w, "ground", e->ground);
    put_day(w, "until", e->until);
    if (e->agency.size > 0)
        put_view(w, "taken_by", e->agency);
}

static void put_settled(const struct field_output *w, const struct record_settled *s)
{
    put_text(w, "what", owed_name(s->what));
    put_view(w, "to", s->recipient);
    put_text(w, "step",
             owed_is_about_consent(s->what) ? consent_state_name((enum consent_state)s->step)
                                            : referral_state_name((enum referral_state)s->step));
    put_text(w, "how", settled_name(s->how));
    put_text(w, "result", s->result != 0 ? erasure_name(s->result) : NULL);
    put_text(w, "reason", s->reason != 0 ? closing_name(s->reason) : NULL);
    put_ident(w, owed_is_about_consent(s->what) ? "consent" : "referral", &s->subject);
    if (s->has_leaf)
        put_hash(w, "answer", &s->leaf);
}

static void put_house(const struct field_output *w, const struct record_house *h)
{
    put_text(w, "what", house_what_name((enum house_what)h->what));
    if (h->has_object)
        put_ident(w, "object", &h->object);
}

/* The first line of a checkpoint note: federation/fid16/agency/incarnation; the second: the size; the third: the root.
 * In our own log they are as they came, and were checked then. */
struct note_lines {
    struct view line[3];
    struct view origin[4];
};

static size_t split(struct view text, char at, struct view *out, size_t max)
{
    size_t n = 0;
    size_t begin = 0;

    for (size_t i = 0; i <= text.size && n < max; i++)
        if (i == text.size || text.at[i] == (uint8_t)at) {
            out[n++] = view_of(text.at + begin, i - begin);
            begin = i + 1;
        }
    return n;
}

static bool read_note(struct view note, struct note_lines *out)
{
    return split(note, '\n', out->line, 3) == 3 && split(out->line[0], '/', out->origin, 4) == 4;
}

static void put_note(const struct field_output *w, const char *key, struct view note)
{
    struct note_lines lines;

    if (note.size == 0)
        return;
    if (w->json != NULL)
        json_line_view(w->json, key, note);
    else if (read_note(note, &lines)) {
        put_view(w, "size", lines.line[1]);
        put_view(w, "root", lines.line[2]);
    }
}

/* Whose log it is, and the sizes, are read off the notes. */
static void put_notes(const struct field_output *w, const struct record_notes *n)
{
    struct note_lines first;
    struct note_lines second;
    struct bytes agency = {0};

    if (read_note(n->first, &first)) {
        bytes_append_view(&agency, first.origin[2]);
        bytes_append_u8(&agency, '@');
        bytes_append_view(&agency, first.origin[0]);
        put_view(w, "agency", bytes_view(&agency));
        put_view(w, "incarnation", first.origin[3]);
        bytes_fini(&agency);
        if (w->json != NULL) {
            json_line_array(w->json, "sizes");
            json_line_view(w->json, NULL, first.line[1]);
            if (n->second.size != 0 && read_note(n->second, &second))
                json_line_view(w->json, NULL, second.line[1]);
            json_line_close(w->json);
        }
    }
    put_note(w, "first", n->first);
    put_note(w, "second", n->second);
}

static void put_fork_leaf(const struct field_output *w, const struct record_fork_leaf *f)
{
    char text[2 * HASH_SIZE + 1];

    put_number(w, "at_index", f->index);
    put_hash(w, "other_leaf", &f->leaf);
    if (w->json == NULL)
        return;
    json_line_array(w->json, "path");
    for (size_t at = 0; at + HASH_SIZE <= f->path.size; at += HASH_SIZE) {
        text_write_hex(f->path.at + at, HASH_SIZE, text);
        json_line_text(w->json, NULL, text);
    }
    json_line_close(w->json);
}

static void put_fields(const struct field_output *w, const struct record *r)
{
    switch (r->kind) {
    case RECORD_DISCLOSED:
        put_disclosed(w, &r->disclosed);
        return;
    case RECORD_RECEIVED:
    case RECORD_REFUSED:
        put_view(w, "from", r->received.sender);
        put_text(w, "outcome", outcome_name(r->received.outcome));
        put_ident(w, "message", &r->received.message);
        return;
    case RECORD_RECEIPTED:
        put_view(w, "by", r->receipted.recipient);
        put_text(w, "outcome", outcome_name(r->receipted.outcome));
        put_ident(w, "message", &r->receipted.message);
        return;
    case RECORD_WITHHELD:
    case RECORD_EXPIRED:
        put_view(w, "to", r->withheld.recipient);
        put_text(w, "reason", r->withheld.reason != 0 ? denial_name((enum denial)r->withheld.reason) : NULL);
        put_text(w, "left", left_name(r->withheld.left));
        put_ident(w, "message", &r->withheld.message);
        return;
    case RECORD_DENIED:
        put_denied(w, &r->denied);
        return;
    case RECORD_CONSENT:
    case RECORD_WITHDRAWN:
        put_ident(w, "consent", &r->consent.consent);
        put_text(w, "state", consent_state_name(r->consent.state));
        put_day(w, "until", r->consent.until);
        return;
    case RECORD_ERASED:
        put_erased(w, &r->erased);
        return;
    case RECORD_KEYS:
    case RECORD_DIRECTORY:
        put_number(w, "sequence", r->note_hash.sequence);
        put_hash(w, "note", &r->note_hash.note);
        return;
    case RECORD_COUNTED:
        put_text(w, "what", counted_what_name(r->counted.what));
        put_number(w, "how_many", r->counted.how_many);
        put_view(w, "from", r->counted.agency);
        put_day(w, "day", r->counted.day);
        return;
    case RECORD_APPROVED:
        put_ident(w, "message", &r->approved.message);
        put_ident(w, "approver", &r->approved.approver);
        return;
    case RECORD_SETTLED:
        put_settled(w, &r->settled);
        return;
    case RECORD_CONSENTS:
        put_number(w, "consents", r->consents.entries);
        put_hash(w, "root", &r->consents.root);
        return;
    case RECORD_TAKEN:
        put_ident(w, "consent", &r->taken.consent);
        put_view(w, "of", r->taken.agency);
        put_text(w, "state", taken_state_name(r->taken.state));
        put_day(w, "until", r->taken.until);
        return;
    case RECORD_INCARNATION:
    case RECORD_WITNESSED:
    case RECORD_FORK:
    case RECORD_UNLINKED:
    case RECORD_HOUSE:
        put_notes(w, &r->notes);
        return;
    case RECORD_FORK_LEAF:
        put_fork_leaf(w, &r->fork_leaf);
        return;
    case RECORD_CERTIFICATE:
        put_number(w, "bytes", r->notes.first.size);
        return;
    case RECORD_CLOSED:
        put_view(w, "agency", r->closed.agency);
        put_number(w, "incarnation", r->closed.incarnation);
        put_text(w, "finding", finding_name(r->closed.which));
        put_text(w, "reason", finding_closing_name(r->closed.reason));
        return;
    case RECORD_CLOCK:
        put_text(w, "event", clock_event_name(r->clock.event));
        put_time(w, "trusted", r->clock.trusted_ms);
        put_time(w, "clock", r->clock.clock_ms);
        return;
    case RECORD_AGENCY_KEY: {
        char key[FINGERPRINT_TEXT];

        fingerprint_write(&r->agency_key.key, key);
        put_view(w, "agency", r->agency_key.agency);
        put_text(w, "fingerprint", key);
        put_text(w, "event", agency_key_event_name(r->agency_key.event));
        return;
    }
    default:
        if (record_kind_is_house(r->kind))
            put_house(w, &r->house);
    }
}

void record_view_write(const struct record *r, struct bytes *words)
{
    struct field_output w = {NULL, words};

    put_fields(&w, r);
}

struct view record_view_recipient(const struct record *r)
{
    switch (r->kind) {
    case RECORD_DISCLOSED:
        return r->disclosed.recipient;
    case RECORD_RECEIPTED:
        return r->receipted.recipient;
    case RECORD_WITHHELD:
    case RECORD_EXPIRED:
        return r->withheld.recipient;
    case RECORD_DENIED:
        return r->denied.recipient;
    case RECORD_SETTLED:
        return r->settled.recipient;
    default:
        return view_of(NULL, 0);
    }
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

void record_view_print(const struct control_audit_entry *e, const struct record *r)
{
    struct bytes words = {0};
    struct bytes beside = {0};
    char at[25];

    text_write_time(r->time_ms, at);
    record_view_write(r, &words);
    write_beside(e, r, &words, &beside);
    (void)printf("%6llu  %.10s %.8s  %-11s%.*s%s%.*s%s\n", (unsigned long long)r->index, at, at + 11,
                 record_kind_name(r->kind), (int)words.size, words.size > 0 ? (const char *)words.at : "",
                 beside.size > 0 ? "  [" : "", (int)beside.size, beside.size > 0 ? (const char *)beside.at : "",
                 beside.size > 0 ? "]" : "");
    bytes_fini(&words);
    bytes_fini(&beside);
}

static void beside_json(const struct control_audit_entry *e, struct json_line *j)
{
    json_line_object(j, "beside");
    json_line_text(j, "message_kind",
                   e->message_kind != 0 ? message_kind_name((enum message_kind)e->message_kind) : NULL);
    render_json_ident(j, "referral", &e->referral);
    render_json_ident(j, "consent", &e->consent);
    json_line_text(j, "recipient", e->recipient.text[0] != '\0' ? e->recipient.text : NULL);
    json_line_text(j, "answer", e->answer != 0 ? referral_state_name((enum referral_state)e->answer) : NULL);
    if (e->has_user)
        json_line_u64(j, "user", e->user);
    else
        json_line_null(j, "user");
    json_line_close(j);
}

void record_view_json(const struct control_audit_entry *e, const struct record *r, struct bytes *line)
{
    struct json_line j;
    struct field_output w = {&j, NULL};

    render_json_begin(&j, line);
    json_line_u64(&j, "index", r->index);
    render_json_time(&j, "time", r->time_ms);
    json_line_text(&j, "kind", record_kind_name(r->kind));
    if (r->has_actor)
        render_json_ident(&j, "actor", &r->actor);
    put_fields(&w, r);
    beside_json(e, &j);
    render_json_base64(&j, "record", e->record);
    render_json_hash(&j, "leaf", &e->leaf);
    render_json_end(&j);
}
