#include "cli/verbs/cmd.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/connection.h"
#include "cli/rendering/consent_view.h"
#include "cli/rendering/render.h"
#include "cli/verbs/consent_options.h"
#include "codec/control_codec.h"

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
    char until[11];
    struct json_line j;
    bool ok = control_consent_recorded_decode(message, &arena, &line, err);

    if (ok && r->json) {
        render_json_begin(&j, &r->line);
        render_json_ident(&j, "consent", &line.consent);
        json_line_text(&j, "recipient", line.recipient.text);
        render_json_day(&j, "until", line.until);
        render_json_end(&j);
    } else if (ok) {
        ident_write(&line.consent, id);
        text_write_date((int32_t)line.until, until);
        if (r->refused)
            (void)printf("refusal %s for %s\n", id, line.recipient.text);
        else
            (void)printf("consent %s for %s until %s\n", id, line.recipient.text, until);
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
        if (s.progress == CONSENT_VIEW_STANDS && address_equal(&s.recipient, &y->options->to[i])) {
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

static bool on_consent(void *cookie, struct view message, struct error *err)
{
    struct consent_output *l = cookie;
    struct arena arena = {0};
    struct control_consent s;
    bool ok = control_consent_decode(message, &arena, &s, err);

    if (ok && l->json)
        consent_view_json_line(&s, &l->line);
    else if (ok && l->single)
        consent_view_print(&s);
    else if (ok)
        consent_view_row(&s, &l->table);
    arena_fini(&arena);
    return ok;
}

static bool run_list(struct command *c, int *status, struct error *err)
{
    struct consent_output l = {.json = c->json, .table = {.columns = 6, .titles = consent_view_titles}};
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
