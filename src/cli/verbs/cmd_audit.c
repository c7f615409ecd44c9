#include "cli/verbs/cmd.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/calls.h"
#include "cli/rendering/record_view.h"
#include "cli/values.h"
#include "codec/audit_messages.h"
#include "codec/told.h"
#include "output/told_form.h"

#define PAGE 500 /* records of one request: the first lines come soon, and no answer grows large */

/* --- list --- */

/* Which records are shown: zeros and empty, all. */
struct record_choice {
    struct address to;
    struct ident consent;
    struct ident referral;
};

struct record_output {
    bool json;
    struct record_choice choice;
    uint64_t next;  /* place after the last record of this page */
    uint32_t count; /* records of this page */
    uint64_t shown; /* of all pages */
    uint64_t limit; /* 0: no bound */
};

static bool is_to(const struct control_audit_entry *e, const struct record *r, const struct address *to)
{
    return to->text[0] == '\0' || address_equal(&e->recipient, to) ||
           view_equal(told_agency(r, "recipient"), address_view(to));
}

static bool is_chosen(const struct record_choice *c, const struct control_audit_entry *e, const struct record *r)
{
    return is_to(e, r, &c->to) && (ident_is_zero(&c->consent) || ident_equal(&e->consent, &c->consent)) &&
           (ident_is_zero(&c->referral) || ident_equal(&e->referral, &c->referral));
}

static void show_record(struct record_output *l, const struct control_audit_entry *e, const struct record *r)
{
    if (!l->json && l->shown == 0)
        record_view_print_title();
    told_form_show(stdout, l->json, &record_view, &(struct told_shown){.answer = e, .beside = r});
    l->shown++;
}

static bool on_record(void *cookie, const struct control_audit_entry *e, struct error *err)
{
    struct record_output *l = cookie;
    struct arena arena = {0};
    struct record r;
    bool ok = record_decode(e->record, &arena, &r, err);

    if (ok) {
        l->next = e->place + 1;
        l->count++;
        if ((l->limit == 0 || l->shown < l->limit) && is_chosen(&l->choice, e, &r))
            show_record(l, e, &r);
    }
    arena_fini(&arena);
    return ok;
}

static bool refuse_kind(const char *word, struct error *err)
{
    const char *names[RECORD_HOUSE_END];
    const char *near;
    size_t count = 0;

    for (int k = 1; k < RECORD_HOUSE_END; k++)
        if (record_kind_name((enum record_kind)k)[0] != '?')
            names[count++] = record_kind_name((enum record_kind)k);
    near = text_nearest(word, names, count);
    if (near != NULL)
        return error_set(err, E_USE_04, "--kind: there is no record \"%.40s\"; did you mean %s?", word, near);
    return error_set(err, E_USE_04, "--kind: there is no record \"%.40s\"; docs/AUDITOR.md has them all", word);
}

static bool read_filter(const struct command *c, struct control_audit_list_ask *ask, uint32_t *limit, struct error *err)
{
    const char *word = options_value(&c->options, "kind");
    enum record_kind kind;
    uint32_t log;

    if (!values_name(&c->options, "log", values_log, LOG_END, LOG_EXCHANGE, &log, err) ||
        !values_time(&c->options, "since", &ask->since_ms, err) ||
        !values_before(&c->options, "until", &ask->until_ms, err) || !values_u32(&c->options, "limit", limit, err))
        return false;
    ask->log = (enum log_id)log;
    if (options_value(&c->options, "limit") != NULL && *limit == 0)
        return error_set(err, E_USE_04, "--limit must be at least 1");
    if (ask->since_ms != 0 && ask->until_ms != 0 && ask->since_ms > ask->until_ms)
        return error_set(err, E_USE_03, "--since is after --until");
    if (word != NULL) {
        char upper[32];
        size_t n = strlen(word);

        for (size_t i = 0; i < n && i < sizeof upper; i++)
            upper[i] = (char)(word[i] >= 'a' && word[i] <= 'z' ? word[i] - 'a' + 'A' : word[i]);
        if (n >= sizeof upper || !record_kind_find(view_of(upper, n), &kind))
            return refuse_kind(word, err);
        if (options_value(&c->options, "log") == NULL)
            ask->log = record_kind_is_house(kind) ? LOG_HOUSE : LOG_EXCHANGE; /* a kind is of one log */
        if (record_kind_is_house(kind) != (ask->log == LOG_HOUSE))
            return error_set(err, E_USE_03, "records of kind %s are in the other log", record_kind_name(kind));
        ask->kind = (uint32_t)kind;
    }
    return true;
}

static bool read_choice(struct command *c, struct record_choice *out, struct error *err)
{
    const char *to = options_value(&c->options, "to");
    const char *consent = options_value(&c->options, "consent");
    const char *referral = options_value(&c->options, "referral");

    return (consent == NULL || connection_ident(c, REFEX_NODE_OR_READER, CONSENT_ID, consent, &out->consent, err)) &&
           (referral == NULL ||
            connection_ident(c, REFEX_NODE_OR_READER, REFERRAL_ID, referral, &out->referral, err)) &&
           connection_open(c, REFEX_NODE_OR_READER, err) &&
           (to == NULL || connection_address(c, "to", to, &out->to, err));
}

struct agency_search {
    const struct address *agency;
    bool found;
};

static bool on_agency(void *cookie, const struct control_agency *a, struct error *err)
{
    struct agency_search *s = cookie;

    (void)err;
    s->found = s->found || address_equal(&a->agency, s->agency);
    return true;
}

/* An agency whose name was mistyped has no records, which reads as if nothing had gone there. */
static bool doubt_name(struct command *c, const struct address *to, struct error *err)
{
    struct agency_search s = {.agency = to};

    if (!call_agency_list(c, NULL, on_agency, &s, err))
        return false;
    if (!s.found)
        render_warning("the directory has no agency %s: is it written so?", to->text);
    return true;
}

static bool run_list(struct command *c, int *status, struct error *err)
{
    struct control_audit_list_ask ask = {0};
    struct record_output l = {.json = c->json};
    uint32_t limit = 0;
    bool ok = read_filter(c, &ask, &limit, err) && read_choice(c, &l.choice, err);

    (void)status;
    l.limit = limit;
    ask.limit = PAGE;
    while (ok) {
        l.count = 0;
        ok = call_audit_list(c, &ask, on_record, &l, err);
        if (!ok || l.count < ask.limit || (limit != 0 && l.shown >= limit))
            break;
        ask.from = l.next;
    }
    if (ok && l.shown == 0 && !c->json)
        (void)fputs("No such records.\n", stderr);
    if (ok && l.shown == 0 && options_value(&c->options, "to") != NULL)
        ok = doubt_name(c, &l.choice.to, err);
    return ok;
}

const struct verb cmd_audit_list = {
    .usage = "--home DIR [--log " LOG_CHOICES "] [--kind KIND] [--to AGENCY] [--consent ID] [--referral ID]\n"
             "    [--since TIME] [--until TIME] [--limit N]",
    .summary = "The records of the audit log, oldest first. Works on a stopped node too.",
    .help =
        "Examples\n"
        "  refex audit list --kind DISCLOSED --since 2026-11-01\n"
        "  refex audit list --to mission --consent 53b8…\n"
        "  refex audit list --log house --json | jq .kind\n\n"
        "In brackets stands what this node knows beside a record and no record proves: which referral and consent it "
        "belongs\nto, what its message was, and which answer that brought. Of a stopped node, or of what is erased, "
        "less is known.\n\n"
        "Records hold ids and no names, but they are pseudonymous, not anonymous: treat them so.",
    .syntax.own = {OPTION_VALUE("log", LOG_CHOICES,
                                "what is exchanged with peers (the default), or opened here; else that of --kind"),
                   OPTION_VALUE("kind", "KIND", "one kind of record, like DISCLOSED, RECEIVED, CONSENT, OPENED"),
                   OPTION_VALUE("to", "AGENCY", "what went to this agency, was to go there, or was allowed to"),
                   OPTION_VALUE("consent", "ID", "what belongs to this consent"),
                   OPTION_VALUE("referral", "ID",
                                "what belongs to this referral, also when it was opened (--log house)"),
                   OPTION_VALUE("since", "TIME", "from this day or time on (UTC)"),
                   OPTION_VALUE("until", "TIME", "up to this day, which is included, or time (UTC)"),
                   OPTION_VALUE("limit", "N", "at most so many")},
    .forms = {&record_view},
    .run = run_list,
};

/* --- verify --- */

static void write_first_bad(struct bytes *out, const struct told_shown *s)
{
    const struct control_audit_verdict *a = s->answer;

    if (a->first_bad > 0)
        bytes_printf(out, "Records 0 to %llu are good; from %llu on nothing on this node can be trusted.",
                     (unsigned long long)(a->first_bad - 1), (unsigned long long)a->first_bad);
}

/* What the code means, and what to do. */
static void write_meaning(struct bytes *out, const struct told_shown *s)
{
    const struct control_audit_verdict *a = s->answer;
    char word[CONTROL_CODE_MAX + 1];
    enum error_code code;

    (void)snprintf(word, sizeof word, "%.*s", (int)a->code.size, (const char *)a->code.at);
    code = error_code_find(word);
    bytes_printf(out, "%s\n          -> %s", code != E_NONE ? error_row(code)->means : "",
                 code != E_NONE ? error_row(code)->remedy : "");
}

static const struct told_line verdict_lines[] = {
    {"", .text = "{log} log, {origin}"},
    {"  ok  ",
     .text = "{records} records lead to {checkpoints} signed checkpoints; nothing is missing, changed or out of order",
     .when = "good"},
    {"Result: GOOD, ", .text = "root {root}, last record {last}", .when = "good"},
    {"  FAILED  ", .text = "{finding}", .when = "!good"},
    {"          ", .write = write_first_bad, "first_bad", "!good"},
    {"          ", .write = write_meaning, "code", "!good"},
    {"Result: BAD ", .text = "({code})", .when = "!good"},
    {0}};

static const struct told_form verdict_form = {.answer = &control_audit_verdict_contract,
                                              .ask = &control_audit_verify_ask_contract,
                                              .lines = verdict_lines,
                                              .json_only = "checkpoint"}; /* for who verifies it elsewhere */

struct verify_context {
    struct control_audit_verify_ask ask;
    bool json;
    bool good;
};

static bool on_verdict(void *cookie, const struct control_audit_verdict *a, struct error *err)
{
    struct verify_context *v = cookie;

    (void)err;
    v->good = v->good && a->good;
    told_form_show(stdout, v->json, &verdict_form, &(struct told_shown){.answer = a, .ask = &v->ask});
    return true;
}

static bool run_verify(struct command *c, int *status, struct error *err)
{
    struct verify_context v = {.json = c->json, .good = true};
    uint32_t only;

    if (!values_name(&c->options, "log", values_log, LOG_END, 0, &only, err) || !connection_open(c, REFEX_READER, err))
        return false;
    for (v.ask.log = LOG_EXCHANGE; v.ask.log < LOG_END; v.ask.log++)
        if ((only == 0 || only == v.ask.log) && !call_audit_verify(c, &v.ask, on_verdict, &v, err))
            return error_wrap(err, "could not tell whether the %s log is good", log_id_name(v.ask.log));
    *status = v.good ? 0 : 1;
    return true;
}

const struct verb cmd_audit_verify = {
    .usage = "--home DIR [--log " LOG_CHOICES "]",
    .summary = "Rebuild both logs from their first record and compare every byte, tile, checkpoint and signature.",
    .help = "0: good. 1: bad, and which record is the first that cannot be trusted. 64 and more: could not tell, which "
            "says nothing\n"
            "about the log. A process of its own reads the node, running or stopped: run it as the user that the node "
            "runs as.",
    .syntax.own = {OPTION_VALUE("log", LOG_CHOICES, "one of them only")},
    .forms = {&verdict_form},
    .run = run_verify,
};
