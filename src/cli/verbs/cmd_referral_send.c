#include "cli/verbs/cmd.h"

#include <stdio.h>
#include <string.h>

#include "cli/asking.h"
#include "cli/calls.h"
#include "cli/rendering/entry_view.h"
#include "cli/rendering/linked_view.h"
#include "cli/rendering/needs_view.h"
#include "cli/rendering/reach_view.h"
#include "cli/rendering/state_view.h"
#include "cli/rendering/waiting_view.h"
#include "cli/values.h"
#include "model/case_fields.h"
#include "output/told_form.h"

/* Words of --kind, the kind of message of each, and the defaults of --purpose and --service (0: must be given). */
static const struct {
    const char *word;
    enum message_kind kind;
    enum purpose purpose;
    uint32_t service;
} kinds[] = {
    {"referral", MESSAGE_REFERRAL, PURPOSE_SERVICES, 0},
    {"transfer", MESSAGE_TRANSFER, PURPOSE_CASE_MANAGEMENT, 0},
    {"sub", MESSAGE_SUB_REFERRAL, PURPOSE_SERVICES, 0},
    {"status", MESSAGE_STATUS_APPLICATION, PURPOSE_STATUS_APPLICATION, SERVICE_VICTIM_STATUS_APPLICATION},
    {"return", MESSAGE_RETURN, PURPOSE_RETURN, SERVICE_VOLUNTARY_RETURN},
    {"tracing", MESSAGE_TRACING, PURPOSE_FAMILY_TRACING, SERVICE_FAMILY_TRACING},
};
#define EXIT_WAITS 75 /* saved, and does not leave now: E-FED-41, E-FED-45 */
#define KIND_COUNT (sizeof kinds / sizeof kinds[0])

struct send_context {
    struct command *command;
    struct control_refer_ask ask;
    uint32_t services[BOUND_SERVICES];
    uint32_t not_known[BOUND_EXCLUDED];
    bool preview;           /* the answer is shown on standard error before she decides */
    size_t held_back_count; /* of the last answer */
    section_set harmful;    /* the same */
    enum hold hold;         /* of the last answer */
};

/* --- the request --- */

static bool read_kind(const struct command *c, struct send_context *s, struct error *err)
{
    struct control_refer_ask *ask = &s->ask;
    const char *word = options_value(&c->options, "kind");
    const char *names[KIND_COUNT];
    uint32_t purpose;

    for (size_t i = 0; i < KIND_COUNT; i++) {
        names[i] = kinds[i].word;
        if (strcmp(word != NULL ? word : kinds[0].word, kinds[i].word) != 0)
            continue;
        ask->kind = kinds[i].kind;
        if (!values_name(&c->options, "purpose", values_purpose, PURPOSE_END, kinds[i].purpose, &purpose, err))
            return false;
        ask->purpose = (enum purpose)purpose;
        if (kinds[i].service != 0 && options_value(&c->options, "service") == NULL)
            s->services[ask->service_count++] = kinds[i].service;
        return true;
    }
    return options_wrong_value(err, "kind", word, names, KIND_COUNT);
}

static bool add_service(void *cookie, const char *part, struct error *err)
{
    struct send_context *s = cookie;
    size_t at = s->ask.service_count;
    uint32_t number;

    if (!values_find_number("service", part, values_service, SERVICE_END, &number, err))
        return false;
    for (size_t i = 0; i < s->ask.service_count; i++)
        if (s->services[i] == number)
            return true;
    if (s->ask.service_count == BOUND_SERVICES)
        return error_set(err, E_USE_04, "--service names more than %d services", BOUND_SERVICES);
    while (at > 0 && s->services[at - 1] > number) {
        s->services[at] = s->services[at - 1];
        at--;
    }
    s->services[at] = number;
    s->ask.service_count++;
    return true;
}

static bool add_not_known(void *cookie, const char *part, struct error *err)
{
    struct send_context *s = cookie;
    uint32_t field = case_field_ref_find(view_of_text(part));
    size_t at = s->ask.not_known_count;

    if (field == 0)
        return error_set(err, E_USE_04, "--not-known: \"%s\" is no field of a case", part);
    if (field_ref_is_among(field, s->not_known, at))
        return true;
    if (at == BOUND_EXCLUDED)
        return error_set(err, E_USE_04, "--not-known names more than %d fields", BOUND_EXCLUDED);
    for (; at > 0 && s->not_known[at - 1] > field; at--)
        s->not_known[at] = s->not_known[at - 1];
    s->not_known[at] = field;
    s->ask.not_known_count++;
    return true;
}

static bool read_release(const struct command *c, struct control_refer_ask *ask, struct error *err)
{
    static const char *const words[] = {"now", "on-acceptance"};
    const char *word = options_value(&c->options, "release");

    ask->release_now = word != NULL && strcmp(word, words[0]) == 0;
    return word == NULL || ask->release_now || strcmp(word, words[1]) == 0 ||
           options_wrong_value(err, "release", word, words, 2);
}

static bool read_ask(struct command *c, struct send_context *s, struct error *err)
{
    const char *of;
    const char *to;
    const char *request_id = options_value(&c->options, "request-id");
    uint32_t urgency;

    s->ask.services = s->services;
    s->ask.not_known = s->not_known;
    if (!options_required_value(&c->options, "case", &of, err) ||
        !connection_ident(c, REFEX_NODE, CASE_ID, of, &s->ask.case_id, err) ||
        !options_required_value(&c->options, "to", &to, err) || !read_kind(c, s, err) ||
        !values_each_part(&c->options, "service", add_service, s, err) ||
        !values_each_part(&c->options, "not-known", add_not_known, s, err) ||
        !values_name(&c->options, "urgency", values_urgency, URGENCY_END, URGENCY_NORMAL, &urgency, err) ||
        !values_sections(&c->options, "require", &s->ask.require, err) || !read_release(c, &s->ask, err))
        return false;
    if (s->ask.service_count == 0)
        return error_set(err, E_USE_02, "--service is missing: what is asked for, like SHELTER,MEDICAL");
    if (request_id != NULL && (request_id[0] == '\0' || strlen(request_id) > BOUND_REQUEST_ID))
        return error_set(err, E_USE_04, "--request-id has 1 to %d bytes", BOUND_REQUEST_ID);
    s->ask.urgency = (enum urgency)urgency;
    s->ask.partial = options_flag(&c->options, "partial");
    s->ask.dry_run = options_flag(&c->options, "dry-run");
    s->ask.request_id = view_of_text(request_id != NULL ? request_id : "");
    return true;
}

/* --- the answer --- */

static void write_held_back(struct bytes *out, const struct told_shown *shown)
{
    const struct control_referral_result *r = shown->answer;

    for (size_t i = 0; i < r->held_back_count; i++)
        bytes_printf(out, "%s%s: %s", i > 0 ? "\nheld back           " : "", section_name(r->held_back[i].section),
                     denial_says(r->held_back[i].why));
}

static void write_left_out(struct bytes *out, const struct told_shown *shown)
{
    const struct control_referral_result *r = shown->answer;

    for (size_t i = 0; i < r->left_out_count; i++) {
        bytes_printf(out, "%s%s:", i > 0 ? "\nleft out            " : "", section_name(r->left_out[i].section));
        for (size_t n = 0; n < r->left_out[i].field_count; n++) {
            const char *name = case_field_ref_name(r->left_out[i].fields[n]);

            bytes_printf(out, "%s %s", n == 0 ? "" : ",", name != NULL ? name : "?");
        }
    }
}

static void write_linked(struct bytes *out, const struct told_shown *shown)
{
    const struct control_referral_result *r = shown->answer;

    linked_view_write(out, r->linked, r->linked_count);
}

/* What is shown before she decides, and again of what was sent. */
static const struct told_line sections_lines[] = {
    {"shared now          ", .text = "{shared}"},
    {"shared on accepting ", .text = "{offered}"},
    {"left out            ", .write = write_left_out, "left_out"},
    {"held back           ", .write = write_held_back, "held_back"},
    {"", .write = needs_view_write, .says = "needed lacking", .when = "needed"},
    {"it may harm         ", .text = "that nothing goes of {harmful_without}", .when = "harmful_without"},
    {"not in this referral ", .write = write_linked, .says = "not_in_this_referral", .when = "not_in_this_referral"},
    {0}};

static const struct told_form sections_form = {.answer = &control_referral_result_contract, .lines = sections_lines};

static void write_sections(struct bytes *out, const struct told_shown *s)
{
    told_form_write(&sections_form, s, out);
}

/* The desk, if it is for one, and its agency. */
static void write_to(struct bytes *out, const struct control_refer_ask *ask)
{
    bytes_append_view(out, ask->desk);
    bytes_printf(out, "%s%s", ask->desk.size != 0 ? "." : "", ask->to.text);
}

static void write_recipient(struct bytes *out, const struct told_shown *s)
{
    write_to(out, s->ask);
    bytes_append_text(out, "; this is what would be.");
}

static void write_sent(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral_result *r = s->answer;

    write_to(out, s->ask);
    bytes_append_text(out, ": ");
    state_view_write(out, (enum referral_state)r->state, DIRECTION_OUT);
    bytes_append_text(out, r->repeated ? " (it was sent before under this request id)" : "");
}

/* Before all else: refex is no emergency line. */
static void write_phone(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral_result *r = s->answer;
    const struct control_refer_ask *ask = s->ask;

    if (ask->dry_run ||
        (ask->urgency != URGENCY_EMERGENCY && (ask->urgency != URGENCY_URGENT || r->reach.paused_until_ms == 0)))
        return;
    if (r->reach.phone.size != 0)
        bytes_printf(out, "Phone %s now, too: ", ask->to.text);
    else
        bytes_printf(out, "No phone of %s is known: phone it now, too, on a number you already had.", ask->to.text);
    reach_view_phone(out, &r->reach);
    if (r->other_count > 0)
        bytes_append_text(out, "\nIt is also offered by ");
    reach_view_others(out, "\n                      ", r->others, r->other_count);
}

static void write_not_offered(struct bytes *out, const struct told_shown *s)
{
    const struct control_refer_ask *ask = s->ask;

    entry_view_services(out, ((const struct control_referral_result *)s->answer)->not_offered);
    bytes_append_text(out, ": not among what ");
    write_to(out, ask);
    bytes_printf(out, " says that it offers%s", ask->dry_run ? "" : ". Phone them");
}

static void write_hours(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral_result *r = s->answer;

    reach_view_hours(out, &r->reach);
    if (r->reach.hours_known && !r->reach.open && r->offered != 0)
        bytes_append_text(out, "\n                    they get what is shared on accepting then; all at once goes\n"
                               "                    with refex referral send --release now");
}

static void write_working_days(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral_result *r = s->answer;

    if (r->due_working_days != 0)
        bytes_printf(out, ", %u working day%s there", (unsigned)r->due_working_days,
                     r->due_working_days == 1 ? "" : "s");
}

static void write_transfer(struct bytes *out, const struct told_shown *s)
{
    const struct control_refer_ask *ask = s->ask;

    if (ask->kind == MESSAGE_TRANSFER)
        bytes_printf(out, "A transfer: you stay responsible for her case until %s accepts it; then they are.",
                     ask->to.text);
}

static void write_waits(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral_result *r = s->answer;

    bytes_append_text(out, ((const struct control_refer_ask *)s->ask)->dry_run
                               ? "It would not leave now."
                               : "It is saved and waits; nothing of it has left.");
    bytes_append_text(out, "\nwhy                 ");
    waiting_view_hold(out, "lifted by           ", "", &(struct waiting){r->hold, r->hold_until_ms, 0});
}

static const struct told_line result_lines[] = {
    {"", .write = write_phone, .says = "reach also_offered_by"},
    {"Nothing was sent to ", .write = write_recipient, .when = "dry_run"},
    {"referral ", "{code_name}, {referral}, to ", write_sent, "word state repeated", "!dry_run"},
    {"", .write = write_sections},
    {"to be answered by   ", "{due}", write_working_days, .says = "due_working_days"},
    {"there               ", .write = write_hours, .says = "reach"},
    {"not offered there   ", .write = write_not_offered, .when = "not_offered"},
    {"", .write = write_transfer},
    {"", .write = write_waits, .when = "waits"},
    {0}};

static const struct told_form result_form = {.answer = &control_referral_result_contract,
                                             .ask = &control_refer_ask_contract,
                                             .lines = result_lines,
                                             .json_only = "message"}; /* its id is for programs */

static bool on_result(void *cookie, const struct control_referral_result *r, struct error *err)
{
    struct send_context *s = cookie;
    const struct told_shown shown = {.answer = r, .ask = &s->ask};

    (void)err;
    s->held_back_count = r->held_back_count;
    s->harmful = r->harmful;
    s->hold = r->hold;
    if (s->preview)
        told_form_show(stderr, false, &sections_form, &shown);
    else
        told_form_show(stdout, s->command->json, &result_form, &shown);
    return true;
}

static bool send_referral(struct send_context *s, struct error *err)
{
    return call_referral_send(s->command, &s->ask, on_result, s, err);
}

/* --- what was found about the agency --- */

struct agency_check {
    const struct address *agency;
    uint32_t findings;
};

static bool on_checked_agency(void *cookie, const struct control_agency *a, struct error *err)
{
    struct agency_check *check = cookie;

    (void)err;
    if (address_equal(&a->agency, check->agency))
        check->findings = a->findings;
    return true;
}

/* Whoever sends is told on standard error what stands about the agency's audit log; on a terminal she decides. */
static bool warn_of_findings(struct send_context *s, bool interactive, bool *confirmed, struct error *err)
{
    struct agency_check check = {.agency = &s->ask.to};

    if (!call_agency_list(s->command, NULL, on_checked_agency, &check, err))
        return false;
    if (check.findings == 0)
        return true;
    (void)fprintf(stderr, "Warning: %s %s. Phone before you send what can wait (`refex status` says more).\n",
                  s->ask.to.text,
                  (check.findings & 1U << FINDING_FORK) != 0 ? "has signed two histories of its audit log"
                                                             : "did not prove that its audit log only grew");
    if (!interactive || s->ask.dry_run)
        return true;
    *confirmed = asking_says_yes("Send to %s all the same?", s->ask.to.text);
    return true;
}

/* On a terminal the person sees what would be held back, and decides. *CONFIRMED is false when she said no. */
static bool confirm_partial(struct send_context *s, bool *confirmed, struct error *err)
{
    bool ok;

    s->preview = true;
    s->ask.dry_run = s->ask.partial = true;
    ok = send_referral(s, err);
    s->preview = s->ask.dry_run = s->ask.partial = false;
    if (!ok || (s->held_back_count == 0 && s->harmful == 0))
        return ok;
    *confirmed = s->held_back_count != 0
                     ? asking_says_yes("Send to %s without what is held back?", s->ask.to.text)
                     : asking_says_yes("Send to %s although what they do not get may harm her?", s->ask.to.text);
    s->ask.partial = *confirmed;
    return true;
}

static bool run_send(struct command *c, int *status, struct error *err)
{
    struct send_context s = {.command = c};
    bool interactive = asking_has_terminal(c);
    bool confirmed = true;

    if (!read_ask(c, &s, err) || !connection_open(c, REFEX_NODE, err) ||
        !connection_desk(c, "to", options_value(&c->options, "to"), &s.ask.desk, &s.ask.to, err) ||
        !warn_of_findings(&s, interactive, &confirmed, err))
        return false;
    if (confirmed && interactive && !s.ask.partial && !s.ask.dry_run && !confirm_partial(&s, &confirmed, err))
        return false;
    if (!confirmed) {
        (void)fputs("Nothing was sent.\n", stderr);
        *status = 1;
        return true;
    }
    if (!send_referral(&s, err))
        return false;
    if (s.hold != HOLD_NONE && !s.ask.dry_run)
        *status = EXIT_WAITS;
    return true;
}

const struct verb cmd_referral_send = {
    .usage = "--home DIR --case CASE --to AGENCY --service SERVICE,… --urgency " URGENCY_CHOICES " [--partial] …",
    .summary = "Refer a person to another agency. Only what her consent covers leaves this node.",
    .help =
        "Example\n"
        "  refex referral send --case 4f… --to shelter --service SHELTER,MEDICAL --urgency urgent --dry-run\n\n"
        "First go the service and the urgency and, where she granted triage, that section and the names of the "
        "others;\n"
        "the others follow by themselves when the receiver accepts (--release now sends all at once). A section that\n"
        "consent does not cover is held back: on a terminal you are asked, in a script --partial is needed, and\n"
        "--require makes sending fail without a section.",
    .syntax.own = {OPTION_VALUE("case", "CASE", "who is referred"),
                   OPTION_VALUE("to", "AGENCY", "to which agency; legal.shelter: to which desk of it"),
                   OPTION_LIST("service", "SERVICE,…", "what is asked for: SHELTER, MEDICAL, …: all of them below"),
                   OPTION_VALUE("urgency", "URGENCY", "emergency (24 h), urgent (72 h) or normal (14 days)"),
                   OPTION_VALUE("purpose", "PURPOSE", "what the data is for (services unless the kind says otherwise)"),
                   OPTION_VALUE("kind", "KIND", "referral, transfer, sub, status, return or tracing"),
                   OPTION_LIST("require", "SECTION,…", "fail if one of these is not covered"),
                   OPTION_LIST("not-known", "FIELD,…", "of these she was asked, and nobody knows: docs/FIELDS.md"),
                   OPTION_FLAG("partial", "leave out what consent does not cover"),
                   OPTION_VALUE("release", "now|on-acceptance", "when the sections go"),
                   OPTION_VALUE("request-id", "ID", "the caller's own id: asking again is the same referral"),
                   OPTION_FLAG("dry-run", "say what would be sent, and send nothing")},
    .lists = {{"service", values_service, SERVICE_END}, {"purpose", values_purpose, PURPOSE_END}},
    .forms = {&result_form, &sections_form},
    .run = run_send,
};
