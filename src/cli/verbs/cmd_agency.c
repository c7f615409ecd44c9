#include "cli/verbs/cmd.h"

#include <stdio.h>
#include <string.h>

#include "cli/calls.h"
#include "cli/rendering/told_view.h"
#include "cli/values.h"

struct agency_output {
    bool json;
    const struct address *only; /* show: this agency; NULL: all */
    size_t shown;
    struct render_table table;
};

static const char *agency_state_word(const struct control_agency *a)
{
    if (a->self)
        return "this node";
    if (a->held_since_ms != 0)
        return "KEY CHANGED";
    if ((a->findings & 1U << FINDING_FORK) != 0)
        return "LOG FORKED";
    if (a->findings != 0)
        return "LOG NOT PROVEN";
    if (a->revoked)
        return a->reason != 0 ? revocation_reason_name(a->reason) : "revoked";
    return a->linked ? "linked" : "not linked";
}

/* Of its two certificates: that of the node is known while a link stands. */
static int64_t ends_first(const struct control_agency *a)
{
    return a->transport_until_ms != 0 && a->transport_until_ms < a->certificate_until_ms ? a->transport_until_ms
                                                                                         : a->certificate_until_ms;
}

static void add_agency_row(struct agency_output *l, const struct control_agency *a)
{
    char until[RENDER_TIME];
    char certificate[RENDER_TIME + 16];
    char receipt[RENDER_TIME];
    char waiting[24];

    render_time(ends_first(a), until);
    (void)snprintf(certificate, sizeof certificate, "%s%s", until, a->transport_until_ms == 0 ? " (identity)" : "");
    render_time(a->last_receipt_ms, receipt);
    (void)snprintf(waiting, sizeof waiting, "%llu", (unsigned long long)a->waiting);
    render_cell(&l->table, a->agency.text);
    render_cell(&l->table, agency_kind_name(a->kind));
    render_cell(&l->table, agency_state_word(a));
    if (a->unlisted)
        render_cell(&l->table, a->out_of_reach ? "(out of reach)" : a->dials_only ? "(dials only)" : "(unlisted)");
    else
        render_cell_view(&l->table, a->endpoint);
    render_cell(&l->table, waiting);
    render_cell(&l->table, receipt);
    render_cell(&l->table, certificate);
}

static bool on_agency(void *cookie, const struct control_agency *a, struct error *err)
{
    struct agency_output *l = cookie;

    (void)err;
    if (l->json)
        told_view_json_line(&control_agency_contract, a);
    else
        add_agency_row(l, a);
    return true;
}

static bool run_list(struct command *c, int *status, struct error *err)
{
    static const char *const titles[] = {"AGENCY",           "KIND", "STATE", "ENDPOINT", "WAITING", "LAST RECEIPT",
                                         "CERTIFICATE UNTIL"};
    struct agency_output l = {.json = c->json, .table = {.columns = 7, .titles = titles}};
    bool ok = call_agency_list(c, NULL, on_agency, &l, err);

    (void)status;
    if (ok && !c->json)
        render_table_end(&l.table, "The directory has no members.");
    bytes_fini(&l.table.cells);
    return ok;
}

const struct verb cmd_agency_list = {
    .usage = "--home DIR",
    .summary = "Who is a member of the federation, as this node's directory says, and how the node stands with each.",
    .help =
        "CERTIFICATE UNTIL is the end of the one that ends first: of the agency's identity, or of its node. The latter "
        "is known\nwhile a link stands; else the former is shown, as (identity).",
    .run = run_list,
};

/* --- show --- */

static void print_agency(const struct control_agency *a)
{
    static const struct hash none;
    char listed[FINGERPRINT_TEXT];
    char known[FINGERPRINT_TEXT];
    char since[RENDER_TIME];

    fingerprint_write(&a->fingerprint, listed);
    fingerprint_write(&a->known_key, known);
    render_time(a->held_since_ms, since);
    (void)printf("%s, %s, %s\nfingerprint  %s\n", a->agency.text, agency_kind_name(a->kind), agency_state_word(a),
                 hash_equal(&a->fingerprint, &none) ? "none that is to be believed" : listed);
    if (a->held_since_ms != 0)
        (void)printf("before       %s\nchanged      seen here %s; nobody has compared the new one yet\n", known, since);
    for (int f = FINDING_FORK; f < FINDING_END; f++)
        if ((a->findings & 1U << f) != 0)
            (void)printf("found        %s: see `refex status`\n", finding_name((enum finding)f));
    if (a->clock_ahead_s != 0 || a->clock_behind_s != 0)
        (void)printf("its clock    %llu minutes %s this machine's: one of the two is wrong\n",
                     (unsigned long long)((a->clock_ahead_s + a->clock_behind_s) / 60),
                     a->clock_ahead_s != 0 ? "ahead of" : "behind");
    if (a->hold != HOLD_NONE)
        render_hold("waits        ", "lifted by    ", "next try     ",
                    &(struct render_wait){a->hold, a->hold_until_ms, a->next_try_ms});
}

static bool on_shown_agency(void *cookie, const struct control_agency *a, struct error *err)
{
    struct agency_output *l = cookie;
    bool is_asked = l->only == NULL || address_equal(&a->agency, l->only);

    (void)err;
    l->shown += is_asked;
    if ((is_asked || a->self) && l->json)
        told_view_json_line(&control_agency_contract, a);
    else if (is_asked || a->self)
        print_agency(a);
    return true;
}

static bool on_own_key(void *cookie, const struct control_own_key *own, struct error *err)
{
    const struct command *c = cookie;
    struct bytes line = {0};
    struct json_line j;
    char text[FINGERPRINT_TEXT];

    (void)err;
    fingerprint_write(&own->fingerprint, text);
    if (c->json) {
        render_json_begin(&j, &line);
        json_line_bool(&j, "self", true);
        json_line_bool(&j, "member", false);
        told_view_json(&j, &control_own_key_contract, own);
        render_json_end(&j);
    } else {
        (void)printf("%s, this node; not enrolled yet\nfingerprint  %s\n", own->agency.text, text);
    }
    bytes_fini(&line);
    return true;
}

/* What the federation asks for before it issues a membership: then the node has no directory yet. */
static bool show_own_key(struct command *c, struct error *err)
{
    connection_close(c);
    return call_own_key(c, NULL, on_own_key, c, err);
}

static bool run_show(struct command *c, int *status, struct error *err)
{
    struct agency_output l = {.json = c->json};
    struct address only;
    bool ok = connection_open(c, REFEX_NODE_OR_READER, err);

    (void)status;
    if (ok && c->options.word_count > 0) {
        l.only = &only;
        ok = connection_address(c, "agency", c->options.words[0], &only, err);
    }
    ok = ok && call_agency_list(c, NULL, on_shown_agency, &l, err);
    if (!ok && err->code == E_NOD_02 && c->options.word_count == 0)
        return show_own_key(c, err);
    return ok && (l.only == NULL || l.shown > 0 || error_set(err, E_FED_25, "%s is not in the directory", only.text));
}

const struct verb cmd_agency_show = {
    .usage = "--home DIR [AGENCY]",
    .summary = "Fingerprints to compare over the telephone: ours, and theirs as the directory lists it.",
    .help =
        "Phone the agency on a number you already had. Each side reads its own fingerprint from its own `refex agency "
        "show`\nand the other compares. With AGENCY: that one and ours.",
    .syntax.max_words = 1,
    .run = run_show,
};

/* --- confirm --- */

static bool keep_confirmed(void *cookie, const struct control_agency_confirmed *answer, struct error *err)
{
    (void)err;
    *(struct control_agency_confirmed *)cookie = *answer;
    return true;
}

static void print_confirmed(const struct address *agency, const struct control_agency_confirmed *answer)
{
    (void)printf(answer->changed ? "%s: this key counts; what waited for it goes.\n"
                                 : "%s: this key counted already, and nothing was held here for it.\n",
                 agency->text);
    if (answer->held_there)
        (void)puts("That agency holds what this one sends until somebody there confirms this agency's new key: phone "
                   "them.");
}

static bool run_confirm(struct command *c, int *status, struct error *err)
{
    struct control_agency_confirm_ask ask = {.fingerprint = view_of_text(c->options.words[1])};
    struct control_agency_confirmed answer = {0};

    (void)status;
    if (ask.fingerprint.size == 0 || ask.fingerprint.size > 128)
        return error_set(err, E_USE_04, "the fingerprint has 56 characters in 14 groups");
    if (!connection_open(c, REFEX_NODE, err) ||
        !connection_address(c, "agency", c->options.words[0], &ask.agency, err) ||
        !call_agency_confirm(c, &ask, keep_confirmed, &answer, err))
        return false;
    if (c->json)
        (void)printf("{\"agency\":\"%s\",\"confirmed\":true,\"changed\":%s,\"held_there\":%s}\n", ask.agency.text,
                     answer.changed ? "true" : "false", answer.held_there ? "true" : "false");
    else
        print_confirmed(&ask.agency, &answer);
    return true;
}

const struct verb cmd_agency_confirm = {
    .usage = "--home DIR AGENCY FINGERPRINT",
    .summary = "You compared an agency's fingerprint with it over the telephone: its new key counts from now on.",
    .help = "Type the fingerprint as the agency reads it from its own `refex agency show`, not as this node shows it. "
            "It is\nrecorded in the audit log. One that differs is refused: then the key is not theirs.",
    .syntax.needs = {"AGENCY", "FINGERPRINT"},
    .syntax.max_words = 2,
    .run = run_confirm,
};

/* --- close --- */

static const char *closing_word(unsigned n)
{
    return finding_closing_name((enum finding_closing)n);
}

static bool read_finding(const char *word, enum finding *out, struct error *err)
{
    for (*out = FINDING_FORK; *out < FINDING_END; (*out)++)
        if (strcmp(word, finding_name(*out)) == 0)
            return true;
    return error_set(err, E_USE_04, "what is closed is fork or unlinked, not \"%s\"", word);
}

static bool run_close(struct command *c, int *status, struct error *err)
{
    struct control_agency_close_ask ask;
    enum finding which;
    uint32_t reason;

    (void)status;
    if (!values_name(&c->options, "reason", closing_word, FINDING_CLOSING_END, 0, &reason, err) ||
        !read_finding(c->options.words[1], &which, err))
        return false;
    if (reason == 0)
        return error_set(err, E_USE_02, "--reason is missing: explained, replaced or parted");
    ask = (struct control_agency_close_ask){.which = which, .reason = (enum finding_closing)reason};
    if (!connection_open(c, REFEX_NODE, err) ||
        !connection_address(c, "agency", c->options.words[0], &ask.agency, err) ||
        !call_agency_close(c, &ask, NULL, NULL, err))
        return false;
    if (c->json)
        (void)printf("{\"agency\":\"%s\",\"closed\":\"%s\"}\n", ask.agency.text, finding_name(ask.which));
    else
        (void)printf("%s: %s is closed. Its log is followed anew from the next checkpoint.\n", ask.agency.text,
                     finding_name(ask.which));
    return true;
}

const struct verb cmd_agency_close = {
    .usage = "--home DIR AGENCY fork|unlinked --reason explained|replaced|parted",
    .summary = "You looked into what was found about an agency's audit log: it does not stand any more.",
    .help = "First phone the agency and the federation, and keep what `refex audit list --kind FORK` (or UNLINKED) "
            "shows.\nexplained: the agency said what happened, and that was looked into. replaced: its log began "
            "again on another machine.\nparted: nothing is exchanged with it any more. It is a record of the audit "
            "log; the two checkpoints stay in theirs.",
    .syntax.needs = {"AGENCY", "fork|unlinked"},
    .syntax.max_words = 2,
    .syntax.own = {OPTION_VALUE("reason", "REASON", "explained, replaced or parted")},
    .run = run_close,
};

/* --- told --- */

static const char *told_word(unsigned n)
{
    return closing_name((enum closing)n);
}

static bool run_told(struct command *c, int *status, struct error *err)
{
    struct control_agency_told_ask ask = {0};
    uint32_t reason;

    (void)status;
    if (!connection_ident("consent or referral", c->options.words[1], &ask.subject, err) ||
        !values_name(&c->options, "reason", told_word, CLOSING_END, 0, &reason, err))
        return false;
    if (reason == 0)
        return error_set(err, E_USE_02, "--reason is missing: told-outside, nobody-left or explained");
    ask.reason = (enum closing)reason;
    if (!connection_open(c, REFEX_NODE, err) ||
        !connection_address(c, "agency", c->options.words[0], &ask.agency, err) ||
        !call_agency_told(c, &ask, NULL, NULL, err))
        return false;
    if (c->json)
        (void)printf("{\"agency\":\"%s\",\"closed\":\"%s\"}\n", ask.agency.text, closing_name(ask.reason));
    else
        (void)printf("%s: recorded. `refex status` does not name this any more.\n", ask.agency.text);
    return true;
}

const struct verb cmd_agency_told = {
    .usage = "--home DIR AGENCY CONSENT|REFERRAL --reason told-outside|nobody-left|explained",
    .summary =
        "You told an agency outside refex what refex cannot tell it, or it explained what it stated: that is done.",
    .help =
        "For an agency that left, whose keys were revoked, or whose node refuses it for good: `refex status` names "
        "what it is owed (a withdrawal, a "
        "statement of\nerasure, an answer to a referral) and what to tell it. Also for an answer to what an agency "
        "lost "
        "when its machine was\nreplaced. told-outside: you told it. nobody-left: there is nobody left to be told, or "
        "asked. explained: an agency that had\nsigned for data stated that it held nothing (E-OWE-05), and told you "
        "what "
        "became of it; name the consent. It is a record of\nthe audit log; said again, it is none. What else a member "
        "is "
        "owed is not closed: this node goes on telling it.",
    .syntax.needs = {"AGENCY", "CONSENT|REFERRAL"},
    .syntax.max_words = 2,
    .syntax.own = {OPTION_VALUE("reason", "REASON", "told-outside, nobody-left or explained")},
    .run = run_told,
};
