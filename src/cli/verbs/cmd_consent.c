#include "cli/verbs/cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/connection.h"
#include "cli/rendering/render.h"
#include "cli/values.h"
#include "cli/verbs/consent_options.h"
#include "codec/control_codec.h"

/* Words for enum consent_progress, from 1 (proto/control.proto, Consent.progress). */
#define PROGRESS_STANDS 1

static const char *progress_word(uint32_t progress)
{
    static const char *const words[] = {"?", "stands", "stopped", "erasing", "erased", "refused"};

    return progress < sizeof words / sizeof words[0] ? words[progress] : words[0];
}

/* Words for enum told of the exchange (proto/control.proto, Consent.told). */
static const char *told_word(uint32_t told)
{
    static const char *const words[] = {"nothing-left", "asked", "erased", "nothing-held", "kept", "closed-by-hand"};

    return told < sizeof words / sizeof words[0] ? words[told] : "?";
}

/* --- record --- */

struct recorded_output {
    bool json;
    bool refused;
    struct bytes line;
};

static bool on_recorded(void *cookie, struct view message, struct error *err)
{
    struct recorded_output *r = cookie;
    struct arena arena = {0};
    struct control_consent_recorded line;
    char id[IDENT_TEXT];
    struct json_line j;
    bool ok = control_consent_recorded_decode(message, &arena, &line, err);

    if (ok && r->json) {
        render_json_begin(&j, &r->line);
        render_json_ident(&j, "consent", &line.consent);
        json_line_text(&j, "recipient", line.recipient.text);
        render_json_end(&j);
    } else if (ok) {
        ident_write(&line.consent, id);
        (void)printf("%s %s for %s\n", r->refused ? "refusal" : "consent", id, line.recipient.text);
    }
    arena_fini(&arena);
    return ok;
}

/* Shown before anything is recorded: which agencies a kind means today. */
static void print_members(const struct consent_options *o)
{
    (void)fprintf(stderr, "refex: that is today:");
    for (size_t i = 0; i < o->to_count; i++)
        (void)fprintf(stderr, "%s %s", i > 0 ? "," : "", o->to[i].text);
    (void)fputc('\n', stderr);
}

struct yes_output {
    const struct consent_options *options;
    size_t count;
};

static bool on_yes(void *cookie, struct view message, struct error *err)
{
    struct yes_output *y = cookie;
    struct arena arena = {0};
    struct control_consent s;
    char id[IDENT_TEXT];
    bool ok = control_consent_decode(message, &arena, &s, err);

    for (size_t i = 0; ok && i < y->options->to_count; i++)
        if (s.progress == PROGRESS_STANDS && address_equal(&s.recipient, &y->options->to[i])) {
            ident_write(&s.consent, id);
            (void)fprintf(stderr, "refex: this no also withdraws her yes %s for %s\n", id, s.recipient.text);
            y->count++;
        }
    arena_fini(&arena);
    return ok;
}

/* Shown before a no is recorded: what it ends. */
static bool print_each_yes(struct command *c, const struct consent_options *o, struct error *err)
{
    struct control_consent_list_ask ask = {.case_id = o->ask.case_id};
    struct yes_output y = {.options = o};
    struct bytes message = {0};
    bool ok;

    control_consent_list_ask_encode(&ask, &message);
    ok = connection_ask(c, CONTROL_CONSENT_LIST, &message, on_yes, &y, err);
    if (ok && y.count != 0)
        (void)fputs("refex: sharing and reading stop there and here; then what is held under it is erased\n", stderr);
    bytes_fini(&message);
    return ok;
}

static bool run_record(struct command *c, int *status, struct error *err)
{
    struct consent_options *record_options = xnew(sizeof *record_options);
    struct recorded_output r = {.json = c->json};
    struct bytes message = {0};
    bool ok;

    (void)status;
    consent_options_init(record_options);
    /* Errors that need no node are reported without one. */
    ok = consent_options_read(c, record_options, err) && connection_open(c, REFEX_NODE, err) &&
         consent_options_names(c, record_options, err);
    if (ok && record_options->to_kind)
        print_members(record_options);
    if (ok) {
        r.refused = record_options->ask.refused;
        ok = !r.refused || print_each_yes(c, record_options, err);
    }
    if (ok) {
        control_consent_record_ask_encode(&record_options->ask, &message);
        ok = connection_ask(c, CONTROL_CONSENT_RECORD, &message, on_recorded, &r, err);
    }
    consent_options_fini(record_options);
    free(record_options);
    bytes_fini(&message);
    bytes_fini(&r.line);
    return ok;
}

const struct verb cmd_consent_record = {
    .noun = "consent",
    .name = "record",
    .usage =
        "--home DIR --case CASE --section SECTION,… --to AGENCY,… --purpose PURPOSE --given-by WHO --language LANG "
        "--notice ID … | FILE.json",
    .summary =
        "Record what a person agreed to: which sections, for whom, for what, until when. One consent for each agency.",
    .help =
        "Example\n"
        "  refex consent record --case 4f… --section identity,contact --to shelter --purpose services --until "
        "2027-01-31 \\\n"
        "      --given-by self --language uk --notice leaflet-3 --seen-alone yes\n\n"
        "Sections: triage identity contact whereabouts status family exploitation perpetrators health risk plan "
        "proceedings\n"
        "return child notes. Purposes: services case-management protection status-application criminal-proceedings "
        "return\n"
        "reintegration family-tracing statistics research.\n\n"
        "--to takes a kind of agency too, like Hospital: its members of today, which are shown, not those who come "
        "later;\n"
        "not for whereabouts, health, exploitation, perpetrators, proceedings and child, which are granted by name.\n"
        "Each consent says that she may be referred; with --section none that is all it says.\n"
        "A no is recorded with --refused: it opens nothing. Where what is told cannot be taken back (police, courts), "
        "record\n"
        "with --told-irreversible that she was told so. The same fields may stand in FILE.json (- for standard input).",
    .max_words = 1,
    .options = {{"case", "CASE", "whose consent", false},
                {"section", "SECTION,…|none", "sections she agreed to share; none: she may be referred", true},
                {"except", "FIELD,…", "fields of them that she did not, by HTCDS name", true},
                {"to", "AGENCY|KIND,…", "with whom", true},
                {"purpose", "PURPOSE", "services, case-management, protection, …", false},
                {"until", "DATE", "last day (90 days from now unless said, 12 months at most)", false},
                {"onward", "none|ask-first|named:AGENCY", "whether they may pass it on, and to whom", true},
                {"keep-until", "DATE", "how long they may keep it (otherwise as --until)", false},
                {"given-by", "self|guardian|self+guardian|authority", "who gave it", false},
                {"language", "LANG", "in which it was explained, like uk", false},
                {"notice", "ID", "the information sheet that was used, with its version", false},
                {"seen-alone", "yes|no", "whether she was seen alone", false},
                {"interpreter", "independent|other|unknown", "who interpreted", false},
                {"told-irreversible", NULL, "she was told that it cannot be taken back", false},
                {"refused", NULL, "she said no to these agencies", false}},
    .run = run_record,
};

/* --- list, show --- */

struct consent_output {
    bool json;
    bool single;
    struct render_table table;
    struct bytes line;
};

static void write_purposes(uint32_t purposes, struct bytes *out)
{
    for (enum purpose p = PURPOSE_SERVICES; p < PURPOSE_END; p++)
        if ((purposes & UINT32_C(1) << p) != 0)
            bytes_printf(out, "%s%s", out->size > 0 ? "," : "", purpose_name(p));
}

static void print_consent_json(struct consent_output *l, const struct control_consent *s)
{
    struct json_line j;

    render_json_begin(&j, &l->line);
    render_json_ident(&j, "consent", &s->consent);
    render_json_ident(&j, "case", &s->case_id);
    json_line_text(&j, "agency", s->agency.text);
    json_line_text(&j, "recipient", s->recipient.text);
    json_line_text(&j, "state", progress_word(s->progress));
    render_json_sections(&j, "sections", s->sections);
    json_line_array(&j, "purposes");
    for (enum purpose p = PURPOSE_SERVICES; p < PURPOSE_END; p++)
        if ((s->purposes & UINT32_C(1) << p) != 0)
            json_line_text(&j, NULL, purpose_name(p));
    json_line_close(&j);
    render_json_time(&j, "given_at", s->given_at_ms);
    render_json_day(&j, "until", s->until);
    json_line_text(&j, "told", told_word(s->told));
    render_json_time(&j, "told_since", s->told_since_ms);
    json_line_bool(&j, "by_hand", s->by_hand);
    json_line_bool(&j, "answered", s->answered);
    render_json_sections(&j, "answered_erased", s->answered_erased);
    render_json_sections(&j, "answered_kept", s->answered_kept);
    render_json_end(&j);
}

static void add_consent_row(struct consent_output *l, const struct control_consent *s)
{
    struct bytes purposes = {0};
    char id[IDENT_TEXT];
    char until[11];

    ident_write(&s->consent, id);
    render_day(s->until, until);
    write_purposes(s->purposes, &purposes);
    render_cell(&l->table, id);
    render_cell(&l->table, s->recipient.text);
    render_cell(&l->table, progress_word(s->progress));
    render_cell(&l->table, until);
    render_cell_view(&l->table, bytes_view(&purposes));
    render_cell_sections(&l->table, s->sections);
    bytes_fini(&purposes);
}

static void print_sections(const char *title, section_set set)
{
    struct bytes names = {0};

    section_set_write(set, &names);
    (void)printf("%s%.*s\n", title, names.size > 0 ? (int)names.size : 1,
                 names.size > 0 ? (const char *)names.at : "-");
    bytes_fini(&names);
}

/* What this node did, and what the recipient was asked and said: two things, never one word for both. */
static void print_told(const struct control_consent *s)
{
    static const char *const here[] = {[2] = "stopped here", [3] = "being erased here", [4] = "erased here"};
    char since[RENDER_TIME];

    if (s->progress < 2 || s->progress > 4 || ident_is_zero(&s->case_id))
        return;
    render_time(s->told_since_ms, since);
    (void)printf("withdrawn   %s", here[s->progress]);
    switch (s->told) {
    case 0:
        (void)puts("; nothing had left, so nobody was asked");
        return;
    case 1:
        (void)printf("; asked there since %s; not yet confirmed\n", since);
        if (s->by_hand)
            (void)puts("            by hand: refex cannot tell that agency any more; tell them outside refex, then\n"
                       "            refex consent withdraw CONSENT --closed told-outside");
        return;
    case 3:
        (void)puts("; there: nothing was held");
        return;
    case 5:
        (void)printf("; asked there since %s; closed by hand\n", since);
        return;
    default:
        (void)puts(s->told == 4 ? "; there: some of it is kept" : "; erased there");
    }
    print_sections("            erased there: ", s->answered_erased);
    print_sections("            kept there: ", s->answered_kept);
}

static void print_consent(const struct control_consent *s)
{
    struct bytes purposes = {0};
    char id[IDENT_TEXT];
    char given[RENDER_TIME];
    char until[11];

    ident_write(&s->consent, id);
    render_time(s->given_at_ms, given);
    render_day(s->until, until);
    write_purposes(s->purposes, &purposes);
    if (purposes.size == 0)
        bytes_append_u8(&purposes, '-');
    (void)printf("consent     %s, %s\ntaken by    %s, %s\nfor         %s\npurposes    %.*s\nuntil       %s\n", id,
                 progress_word(s->progress), s->agency.text, given, s->recipient.text, (int)purposes.size,
                 (const char *)purposes.at, until);
    print_sections("sections    ", s->sections);
    print_told(s);
    bytes_fini(&purposes);
}

static bool on_consent(void *cookie, struct view message, struct error *err)
{
    struct consent_output *l = cookie;
    struct arena arena = {0};
    struct control_consent s;
    bool ok = control_consent_decode(message, &arena, &s, err);

    if (ok && l->json)
        print_consent_json(l, &s);
    else if (ok && l->single)
        print_consent(&s);
    else if (ok)
        add_consent_row(l, &s);
    arena_fini(&arena);
    return ok;
}

static bool run_list(struct command *c, int *status, struct error *err)
{
    static const char *const titles[] = {"CONSENT", "RECIPIENT", "STATE", "UNTIL", "PURPOSES", "SECTIONS"};
    struct consent_output l = {.json = c->json, .table = {.columns = 6, .titles = titles}};
    struct control_consent_list_ask ask = {0};
    struct bytes message = {0};
    const char *of = options_value(c, "case");
    bool ok;

    (void)status;
    if (of != NULL && !connection_ident("case", of, &ask.case_id, err))
        return false;
    control_consent_list_ask_encode(&ask, &message);
    ok = connection_open(c, REFEX_NODE_OR_READER, err) &&
         connection_ask(c, CONTROL_CONSENT_LIST, &message, on_consent, &l, err);
    if (ok && !c->json)
        render_table_end(&l.table, "There are no consents here.");
    bytes_fini(&message);
    bytes_fini(&l.table.cells);
    bytes_fini(&l.line);
    return ok;
}

const struct verb cmd_consent_list = {
    .noun = "consent",
    .name = "list",
    .usage = "--home DIR [--case CASE]",
    .summary = "The consents this node recorded or came to hold, and where each stands.",
    .options = {{"case", "CASE", "those of one case only", false}},
    .run = run_list,
};

static bool run_show(struct command *c, int *status, struct error *err)
{
    struct consent_output l = {.json = c->json, .single = true};
    struct control_consent_show_ask ask;
    struct bytes message = {0};
    bool ok;

    (void)status;
    if (!connection_ident("consent", c->words[0], &ask.consent, err))
        return false;
    control_consent_show_ask_encode(&ask, &message);
    ok = connection_open(c, REFEX_NODE_OR_READER, err) &&
         connection_ask(c, CONTROL_CONSENT_SHOW, &message, on_consent, &l, err);
    bytes_fini(&message);
    bytes_fini(&l.line);
    return ok;
}

const struct verb cmd_consent_show = {
    .noun = "consent",
    .name = "show",
    .usage = "--home DIR CONSENT",
    .summary = "One consent: for whom, for what, until when, and what became of it.",
    .min_words = 1,
    .max_words = 1,
    .run = run_show,
};

/* --- withdraw --- */

static bool fill_withdraw(struct command *c, struct control_consent_withdraw_ask *ask, struct error *err)
{
    const char *closed = options_value(c, "closed");

    if (!connection_ident("consent", c->words[0], &ask->consent, err) ||
        !values_yes_no(c, "seen-alone", &ask->seen_alone, err))
        return false;
    ask->erase_now = options_flag(c, "erase-now");
    if (closed != NULL && ask->erase_now)
        return error_set(err, E_USE_03, "--closed and --erase-now contradict each other");
    if (closed != NULL && strcmp(closed, "told-outside") != 0 && strcmp(closed, "nobody-left") != 0)
        return error_set(err, E_USE_04, "--closed is told-outside or nobody-left");
    if (closed != NULL)
        ask->closed = strcmp(closed, "told-outside") == 0 ? CLOSING_TOLD : CLOSING_NOBODY_LEFT;
    if (ask->erase_now && ask->seen_alone == 0)
        return error_set(err, E_USE_02,
                         "--erase-now needs --seen-alone yes: erasing at once is for a person who was seen alone");
    if (ask->erase_now && ask->seen_alone != 1)
        return error_set(err, E_USE_03, "--erase-now and --seen-alone no contradict each other");
    return true;
}

static bool run_withdraw(struct command *c, int *status, struct error *err)
{
    struct consent_output l = {.json = c->json, .single = true};
    struct control_consent_withdraw_ask ask = {0};
    struct bytes message = {0};
    bool ok;

    (void)status;
    if (!fill_withdraw(c, &ask, err))
        return false;
    control_consent_withdraw_ask_encode(&ask, &message);
    ok = connection_open(c, REFEX_NODE, err) &&
         connection_ask(c, CONTROL_CONSENT_WITHDRAW, &message, on_consent, &l, err);
    if (ok && !c->json && ask.closed == 0)
        (void)puts("Sharing and reading stop here now, and at the recipient when it is told; what it did already "
                   "cannot be undone.");
    bytes_fini(&message);
    bytes_fini(&l.line);
    return ok;
}

const struct verb cmd_consent_withdraw = {
    .noun = "consent",
    .name = "withdraw",
    .usage = "--home DIR CONSENT [--erase-now --seen-alone yes] | --closed told-outside|nobody-left",
    .summary = "The person withdraws: sharing and reading stop at once everywhere; then what is held is erased.",
    .help = "Erasing follows after the federation's time (72 hours unless it says otherwise), or at once with "
            "--erase-now when a\n"
            "caseworker saw the person alone; that may follow a plain withdrawal. Said again it asks the recipient "
            "again at once.\n"
            "It cannot be undone: a new consent is a new consent. An agency that left or was revoked is told outside "
            "refex;\n"
            "--closed records that, with the reason.",
    .min_words = 1,
    .max_words = 1,
    .options = {{"erase-now", NULL, "erase at once", false},
                {"seen-alone", "yes|no", "whether she was seen alone", false},
                {"closed", "told-outside|nobody-left", "why an agency that refex cannot tell is not asked any more",
                 false}},
    .run = run_withdraw,
};
