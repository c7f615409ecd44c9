#include "cli/verbs/cmd.h"

#include <stdio.h>
#include <string.h>

#include "cli/calls.h"
#include "cli/rendering/agency_view.h"
#include "cli/values.h"

/* --- list --- */

static bool run_list(struct command *c, int *status, struct error *err)
{
    (void)status;
    return call_agency_list_as_table(c, NULL, &agency_view_listed, "The directory has no members.", err);
}

const struct verb cmd_agency_list = {
    .usage = "--home DIR",
    .summary = "Who is a member of the federation, as this node's directory says, and how the node stands with each.",
    .help =
        "CERTIFICATE UNTIL is the end of the one that ends first: of the agency's identity, or of its node. The latter "
        "is known\nwhile a link stands; else the former is shown, as (identity).",
    .forms = {&agency_view_listed},
    .run = run_list,
};

/* --- show --- */

struct agency_output {
    bool json;
    const struct address *only; /* show: this agency; NULL: all */
    size_t shown;
};

static bool on_shown_agency(void *cookie, const struct control_agency *a, struct error *err)
{
    struct agency_output *l = cookie;
    bool is_asked = l->only == NULL || address_equal(&a->agency, l->only);

    (void)err;
    l->shown += is_asked;
    if (is_asked || a->self)
        told_form_show(stdout, l->json, &agency_view_shown, &(struct told_shown){.answer = a});
    return true;
}

static const struct told_line own_key_lines[] = {
    {"", .text = "{agency}, this node; not enrolled yet", .when = "!member"},
    {"fingerprint  ", .text = "{fingerprint}", .when = "self"},
    {0}};

static const struct told_form own_key_form = {
    .answer = &control_own_key_contract, .beside = &control_no_member_contract, .lines = own_key_lines};

/* What the federation asks for before it issues a membership: then the node has no directory yet. */
static bool show_own_key(struct command *c, struct error *err)
{
    const struct control_no_member beside = {.self = true};

    connection_close(c);
    return call_own_key_as_lines(c, NULL, &own_key_form, &beside, err);
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
    .forms = {&agency_view_shown, &own_key_form},
    .run = run_show,
};

/* --- confirm --- */

static const struct told_line confirmed_lines[] = {
    {"", .text = "{agency}: this key counts; what waited for it goes.", .when = "changed"},
    {"", .text = "{agency}: this key counted already, and nothing was held here for it.", .when = "!changed"},
    {"",
     .text = "That agency holds what this one sends until somebody there confirms this agency's new key: phone them.",
     .when = "held_there"},
    {0}};

static const struct told_form confirmed_form = {.answer = &control_agency_confirmed_contract,
                                                .ask = &control_agency_confirm_ask_contract,
                                                .beside = &control_key_compared_contract,
                                                .lines = confirmed_lines,
                                                .json_only = "confirmed" /* the key counts, one way or another */};

static bool run_confirm(struct command *c, int *status, struct error *err)
{
    struct control_agency_confirm_ask ask = {.fingerprint = view_of_text(c->options.words[1])};
    const struct control_key_compared beside = {.confirmed = true};

    (void)status;
    if (ask.fingerprint.size == 0 || ask.fingerprint.size > CONTROL_FINGERPRINT_MAX)
        return error_set(err, E_USE_04, "the fingerprint has 56 characters in 14 groups");
    return connection_open(c, REFEX_NODE, err) &&
           connection_address(c, "agency", c->options.words[0], &ask.agency, err) &&
           call_agency_confirm_as_lines(c, &ask, &confirmed_form, &beside, err);
}

const struct verb cmd_agency_confirm = {
    .usage = "--home DIR AGENCY FINGERPRINT",
    .summary = "You compared an agency's fingerprint with it over the telephone: its new key counts from now on.",
    .help = "Type the fingerprint as the agency reads it from its own `refex agency show`, not as this node shows it. "
            "It is\nrecorded in the audit log. One that differs is refused: then the key is not theirs.",
    .syntax.needs = {"AGENCY", "FINGERPRINT"},
    .syntax.max_words = 2,
    .forms = {&confirmed_form},
    .run = run_confirm,
};

/* --- suspend --- */

static const struct told_line suspended_lines[] = {
    {"Stated: ", .text = "{agency} is to be suspended. This agency's word counts until {until}.", .when = "changed"},
    {"", .text = "This agency had stated that {agency} is to be suspended; that counts until {until}.",
     .when = "!changed"},
    {"", .text = "It is suspended until {suspended_until}: nothing is exchanged with it. Phone the coordinators.",
     .when = "suspended_until"},
    {"Nothing changes ",
     .text = "until another member states the same: phone one (refex agency suspend {agency} there), and the "
             "coordinators.",
     .when = "!suspended_until"},
    {0}};

static const struct told_form suspended_form = {.answer = &control_agency_suspended_contract,
                                                .ask = &control_agency_suspend_ask_contract,
                                                .lines = suspended_lines};

static bool run_suspend(struct command *c, int *status, struct error *err)
{
    const char *confirm = options_value(&c->options, "confirm");
    struct control_agency_suspend_ask ask;
    struct address confirmed;

    (void)status;
    if (confirm == NULL)
        return error_set(err, E_RVK_13, "--confirm=%s was not given", c->options.words[0]);
    return connection_open(c, REFEX_NODE, err) &&
           connection_address(c, "agency", c->options.words[0], &ask.agency, err) &&
           connection_address(c, "--confirm", confirm, &confirmed, err) &&
           (address_equal(&ask.agency, &confirmed) ||
            error_set(err, E_RVK_13, "--confirm names another agency than %s", ask.agency.text)) &&
           call_agency_suspend_as_lines(c, &ask, &suspended_form, NULL, err);
}

const struct verb cmd_agency_suspend = {
    .usage = "--home DIR AGENCY --confirm=AGENCY",
    .summary = "State that an agency is to be suspended: where two members do, nothing is exchanged with it for 72 "
               "hours.",
    .help = "For when its keys or its machine may be in wrong hands and no coordinator can be reached. The statement\n"
            "goes to all members, which name it, with this agency as who made it. It cannot be taken back: it ends\n"
            "after 72 hours, or with the next directory. An agency makes one in 72 hours, and one for each directory.\n"
            "What waits for the other agency stays, and goes on afterwards. Phone it first, on a number you already\n"
            "had, then another member and the coordinators.",
    .syntax.needs = {"AGENCY"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_VALUE("confirm", "AGENCY", "the agency's name again: yes, this one")},
    .forms = {&suspended_form},
    .run = run_suspend,
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

static const struct told_line closed_lines[] = {
    {"", .text = "{agency}: {closed} is closed. Its log is followed anew from the next checkpoint."}, {0}};

static const struct told_form closed_form = {.ask = &control_agency_close_ask_contract, .lines = closed_lines};

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
    told_form_show(stdout, c->json, &closed_form, &(struct told_shown){.ask = &ask});
    return true;
}

const struct verb cmd_agency_close = {
    .usage = "--home DIR AGENCY " FINDING_CHOICES " --reason " FINDING_CLOSING_CHOICES,
    .summary = "You looked into what was found about an agency's audit log: it does not stand any more.",
    .help = "First phone the agency and the federation, and keep what `refex audit list --kind FORK` (or UNLINKED) "
            "shows.\nexplained: the agency said what happened, and that was looked into. replaced: its log began "
            "again on another machine.\nparted: nothing is exchanged with it any more. It is a record of the audit "
            "log; the two checkpoints stay in theirs.",
    .syntax.needs = {"AGENCY", FINDING_CHOICES},
    .syntax.max_words = 2,
    .syntax.own = {OPTION_VALUE("reason", "REASON", "explained, replaced or parted")},
    .forms = {&closed_form},
    .run = run_close,
};

/* --- told --- */

static const char *told_word(unsigned n)
{
    return closing_name((enum closing)n);
}

static const struct told_line told_lines[] = {
    {"", .text = "{agency}: recorded. `refex status` does not name this any more."}, {0}};

static const struct told_form told_form = {
    .ask = &control_agency_told_ask_contract, .lines = told_lines, .json_only = "closed" /* it was typed */};

static bool run_told(struct command *c, int *status, struct error *err)
{
    struct control_agency_told_ask ask = {0};
    uint32_t reason;

    (void)status;
    if (!connection_ident(c, REFEX_NODE, CONSENT_ID | REFERRAL_ID, c->options.words[1], &ask.subject, err) ||
        !values_name(&c->options, "reason", told_word, CLOSING_END, 0, &reason, err))
        return false;
    if (reason == 0)
        return error_set(err, E_USE_02, "--reason is missing: told-outside, nobody-left or explained");
    ask.reason = (enum closing)reason;
    if (!connection_open(c, REFEX_NODE, err) ||
        !connection_address(c, "agency", c->options.words[0], &ask.agency, err) ||
        !call_agency_told(c, &ask, NULL, NULL, err))
        return false;
    told_form_show(stdout, c->json, &told_form, &(struct told_shown){.ask = &ask});
    return true;
}

const struct verb cmd_agency_told = {
    .usage = "--home DIR AGENCY CONSENT|REFERRAL --reason " CLOSING_CHOICES,
    .summary =
        "You told an agency outside refex what refex cannot tell it, or it explained what it stated: that is done.",
    .help = "For an agency that left, whose keys were revoked, or whose node refuses it for good: `refex status`\n"
            "names what it is owed (a withdrawal, a statement of erasure, an answer to a referral) and what to tell\n"
            "it. Also for an answer to what an agency lost when its machine was replaced. told-outside: you told it.\n"
            "nobody-left: there is nobody left to be told, or asked. explained: an agency that had signed for data\n"
            "stated that it held nothing (E-OWE-05), and told you what became of it; name the consent. It is a record\n"
            "of the audit log; said again, it is none. What else a member is owed is not closed: this node goes on\n"
            "telling it.",
    .syntax.needs = {"AGENCY", "CONSENT|REFERRAL"},
    .syntax.max_words = 2,
    .syntax.own = {OPTION_VALUE("reason", "REASON", "told-outside, nobody-left or explained")},
    .forms = {&told_form},
    .run = run_told,
};
