#include "cli/verbs/cmd.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/account.h"
#include "cli/asking.h"
#include "cli/calls.h"
#include "cli/rendering/staff_view.h"
#include "cli/values.h"
#include "output/told_form.h"

/* --- list --- */

static void write_user(struct bytes *out, const struct told_shown *s)
{
    const struct control_staff_person *p = s->answer;
    const struct control_staff_account *now = s->beside;

    if (p->roles == 0)
        return;
    bytes_printf(out, "%u", (unsigned)p->uid);
    if (now->account_now.size != 0) {
        bytes_append_text(out, ", now ");
        render_escaped(out, now->account_now);
    }
}

static void write_roles(struct bytes *out, const struct told_shown *s)
{
    const struct control_staff_person *p = s->answer;

    staff_view_roles(out, "", p->roles);
    if (p->roles == 0)
        bytes_append_text(out, p->unread        ? "does not open"
                               : p->forgotten   ? "forgotten"
                               : p->not_entered ? "not entered"
                                                : "left");
}

static const struct told_line listed_lines[] = {
    {"ACCOUNT", .text = "{account}"},
    {"UNIX USER", .write = write_user, .says = "uid account_now"},
    {"ROLES", .write = write_roles, .says = "roles unread not_entered forgotten"},
    {"UNTIL", .text = "{until}", .when = "until"},
    {"SCOPE", .write = staff_view_write_scope, .says = "scope_logs scope_from scope_until"},
    {"NAME", .text = "{name}"},
    {"SINCE", .text = "{since:day}"},
    {"NEW", .text = "changed", .when = "changed"},
    {"WAITS FOR A SECOND SUPERVISOR", .text = "", .write = staff_view_write_proposal,
     .says = "proposed_give proposed_take proposed_until proposed_scope_logs proposed_scope_from proposed_scope_until"},
    {"ENDS", .text = "{proposal_ends:day}", .when = "proposed_by"},
    {"STANDS IN FOR", .write = staff_view_write_stand_ins, .says = "stands_in"},
    {"STAFF", .text = "{staff}"},
    {0}};

static const struct told_form listed_form = {.answer = &control_staff_person_contract,
                                             .beside = &control_staff_account_contract,
                                             .lines = listed_lines,
                                             .json_only = "first_supervisor" /* when one is added */};

struct staff_output {
    bool json;
    struct render_table table;
};

/* What this machine calls the Unix user now, where that is not as it was entered: it may be somebody else. */
static struct control_staff_account account_now(const struct control_staff_person *p)
{
    const struct passwd *now = p->roles != 0 ? getpwuid((uid_t)p->uid) : NULL;
    struct control_staff_account out = {0};

    if (now != NULL && !text_is(p->account, now->pw_name) && strlen(now->pw_name) <= BOUND_ACCOUNT)
        out.account_now = view_of_text(now->pw_name);
    return out;
}

static bool on_listed(void *cookie, const struct control_staff_person *p, struct error *err)
{
    struct staff_output *o = cookie;
    const struct control_staff_account now = account_now(p);
    const struct told_shown shown = {.answer = p, .beside = &now};

    (void)err;
    if (o->json)
        told_form_show(stdout, true, &listed_form, &shown);
    else
        told_form_row(&listed_form, &shown, &o->table);
    return true;
}

static bool run_list(struct command *c, int *status, struct error *err)
{
    const char *titles[RENDER_COLUMNS_MAX];
    struct staff_output o = {.json = c->json};
    bool ok;

    (void)status;
    told_form_table(&listed_form, titles, &o.table);
    ok = call_staff_list(c, &(struct control_staff_list_ask){.look = true}, on_listed, &o, err);
    if (ok && !c->json)
        render_table_end(&o.table, "Nobody is entered: whoever is this node's Unix user may do everything here.");
    bytes_fini(&o.table.cells);
    return ok;
}

const struct verb cmd_staff_list = {
    .usage = "--home DIR",
    .summary = "Who uses this node, and with which roles; who left, too.",
    .help = "STAFF is the id that stands in the audit log. Where this machine calls a Unix user otherwise now than\n"
            "when he was entered, that stands beside it: find out whether it is still the same person. What others\n"
            "changed since you last looked is marked; `refex status` says so until then.",
    .forms = {&listed_form},
    .run = run_list,
};

/* --- what is given --- */

static bool add_role(void *cookie, const char *part, struct error *err)
{
    staff_roles *roles = cookie;
    enum staff_role role;

    if (!staff_role_find(view_of_text(part), &role))
        return error_set(err, E_USE_04, "\"%s\" is no role: " STAFF_ROLE_CHOICES, part);
    *roles |= STAFF_ROLE_BIT(role);
    return true;
}

/* One line, which may end as on any system; empty without a file. */
static bool read_person_name(const struct command *c, struct bytes *file, struct view *name, struct error *err)
{
    const char *path = options_value(&c->options, "name-file");
    struct view rest;

    *name = (struct view){0};
    if (path == NULL)
        return true;
    if (!file_read(path, BOUND_FIELD_TEXT, file, err))
        return false;
    rest = bytes_view(file);
    if (text_split(&rest, '\n', name) && name->size > 0 && name->at[name->size - 1] == '\r')
        name->size--;
    return (rest.size == 0 && account_is_line(*name, BOUND_STAFF_NAME)) ||
           error_set(err, E_USE_04, "--name-file has one line of 1 to %d bytes", BOUND_STAFF_NAME);
}

#define SCOPE_USAGE "[--scope-log " LOG_CHOICES "] [--scope-from DAY] [--scope-until DAY]"
#define SCOPE_OPTIONS                                                                                                  \
    OPTION_VALUE("scope-log", LOG_CHOICES, "an auditor reads this log alone"),                                         \
        OPTION_VALUE("scope-from", "DAY", "… and no record of before"),                                                \
        OPTION_VALUE("scope-until", "DAY", "… nor of after that day")

static bool read_scope(const struct command *c, uint32_t *logs, uint32_t *from, uint32_t *until, struct error *err)
{
    uint32_t log;

    if (!values_name(&c->options, "scope-log", values_log, LOG_END, 0, &log, err))
        return false;
    *logs = log != 0 ? UINT32_C(1) << log : 0;
    return values_day(&c->options, "scope-from", from, err) && values_day(&c->options, "scope-until", until, err);
}

/* --- add --- */

static const struct told_line given_lines[] = {
    {"", .text = "{account}: {roles}.", .when = "roles"},
    {"",
     .text =
         "{account} has left: no role is left. What that person held supervisors alone see now. Give it to another:\n"
         "refex staff hand-over {staff} --to ACCOUNT",
     .when = "!roles !not_entered"},
    {"", .text = "{account} is not entered yet.", .when = "not_entered"},
    {"Until     ", .text = "{until}", .when = "until"},
    {"Scope     ", .write = staff_view_write_scope, .says = "scope_logs scope_from scope_until"},
    {"For       ", .write = staff_view_write_stand_ins, .says = "stands_in"},
    {"Proposed  ", .write = staff_view_write_proposal,
     .says = "proposed_give proposed_take proposed_until proposed_scope_logs proposed_scope_from proposed_scope_until"},
    {"          ",
     .text = "It waits until {proposal_ends} for a second supervisor (refex staff confirm ACCOUNT), and counts for "
             "nothing before.",
     .when = "proposed_by"},
    {"",
     .text = "From now on the node's own Unix user and root run this node and open no case: whoever works with cases "
             "needs a role (refex staff add).",
     .when = "first_supervisor"},
    {0}};

static const struct told_form given_form = {
    .answer = &control_staff_person_contract,
    .lines = given_lines,
    .json_only = "name uid since unread changed forgotten" /* as `staff list` has them */};

static bool note_run_alone(void *cookie, const struct control_status *s, struct error *err)
{
    (void)err;
    *(bool *)cookie = s->alone;
    return true;
}

/* Who enters the first supervisor gives up what he may do himself: *YES is false where he does not want that. */
static bool may_go_on(struct command *c, staff_roles roles, bool *yes, int *status, struct error *err)
{
    bool alone = false;

    *yes = true;
    if (!asking_has_terminal(c) || (roles & STAFF_ROLE_BIT(STAFF_SUPERVISOR)) == 0)
        return true;
    if (!call_status(c, NULL, note_run_alone, &alone, err))
        return false;
    *yes = !alone || asking_says_yes("This is the first supervisor. From then on this node's own Unix user and root "
                                     "open no case.\nGo on?");
    if (!*yes) {
        (void)fputs("Nothing was changed.\n", stderr);
        *status = 1;
    }
    return true;
}

static bool run_add(struct command *c, int *status, struct error *err)
{
    struct control_staff_add_ask ask = {0};
    struct bytes file = {.wiping = true};
    bool yes = false;
    bool ok = account_read(c->options.words[0], &ask.uid, &ask.account, err) &&
              values_each_part(&c->options, "role", add_role, &ask.roles, err) &&
              values_day(&c->options, "until", &ask.until, err) &&
              read_scope(c, &ask.scope_logs, &ask.scope_from, &ask.scope_until, err) &&
              read_person_name(c, &file, &ask.name, err) && may_go_on(c, ask.roles, &yes, status, err);

    if (ok && yes)
        ok = call_staff_add_as_lines(c, &ask, &given_form, NULL, err);
    bytes_fini(&file);
    return ok;
}

const struct verb cmd_staff_add = {
    .usage = "--home DIR ACCOUNT --role ROLE,… [--until DAY] [--name-file FILE]\n    " SCOPE_USAGE,
    .summary = "A Unix user of this machine uses this node from now on, with these roles.",
    .help = "ACCOUNT is a Unix user, or the number of one. Until there is a supervisor, the Unix user that the node\n"
            "runs as, and root, may do everything; from then on they run the node, and open no case. What a person\n"
            "decides is recorded under a random id. Where there are two supervisors or more, a second one has to\n"
            "agree: `refex staff confirm`, or the same command again. The name goes into a file, since others see the\n"
            "words of a command.",
    .syntax.own = {{.name = "role",
                    .argument = "ROLE,…",
                    .help = "of: " STAFF_ROLE_CHOICES,
                    .times = BOUND_OPTION_VALUES,
                    .is_needed = true},
                   OPTION_VALUE("until", "DAY", "an auditor's last day; 366 days ahead at most"),
                   SCOPE_OPTIONS,
                   OPTION_VALUE("name-file", "FILE", "one line: the person's name, as colleagues know it; - is stdin")},
    .syntax.needs = {"ACCOUNT"},
    .syntax.max_words = 1,
    .forms = {&given_form},
    .run = run_add,
};

/* --- role --- */

static bool take_role(void *cookie, const char *part, struct error *err)
{
    staff_roles *roles = cookie;

    if (strcmp(part, "all") != 0)
        return add_role(cookie, part, err);
    *roles = STAFF_ROLES_ALL;
    return true;
}

static bool read_role_ask(const struct command *c, struct bytes *file, struct control_staff_role_ask *ask,
                          struct error *err)
{
    struct view account;

    if (!account_read(c->options.words[0], &ask->uid, &account, err) ||
        !values_each_part(&c->options, "give", add_role, &ask->give, err) ||
        !values_each_part(&c->options, "take", take_role, &ask->take, err) ||
        !values_day(&c->options, "until", &ask->until, err) ||
        !read_scope(c, &ask->scope_logs, &ask->scope_from, &ask->scope_until, err) ||
        !read_person_name(c, file, &ask->name, err))
        return false;
    return ask->give != 0 || ask->take != 0 || ask->until != 0 || ask->name.size != 0 ||
           (ask->scope_logs | ask->scope_from | ask->scope_until) != 0 ||
           error_set(err, E_USE_02, "give a role, or take one: --give or --take");
}

static bool run_role(struct command *c, int *status, struct error *err)
{
    struct control_staff_role_ask ask = {0};
    struct bytes file = {.wiping = true};
    bool yes = false;
    bool ok = read_role_ask(c, &file, &ask, err) && may_go_on(c, ask.give, &yes, status, err);

    if (ok && yes)
        ok = call_staff_role_as_lines(c, &ask, &given_form, NULL, err);
    bytes_fini(&file);
    return ok;
}

const struct verb cmd_staff_role = {
    .usage =
        "--home DIR ACCOUNT [--give ROLE,…] [--take ROLE,…|all] [--until DAY] [--name-file FILE]\n    " SCOPE_USAGE,
    .summary = "Give a person other roles, or take them; from the next request on.",
    .help = "Who has no role left has left: the node answers that Unix user no more, and who is entered again is "
            "another person to\nthe log. Take the roles before the account is deleted. The last supervisor stays one.\n"
            "Where there are two supervisors or more, a second one has to agree to what is given, and to a supervisor "
            "who loses that\nrole; all else is taken at once.",
    .syntax.own = {OPTION_LIST("give", "ROLE,…", "of: " STAFF_ROLE_CHOICES),
                   OPTION_LIST("take", "ROLE,…", "of the same, or all"),
                   OPTION_VALUE("until", "DAY", "an auditor's last day; 366 days ahead at most"), SCOPE_OPTIONS,
                   OPTION_VALUE("name-file", "FILE", "one line: the name from now on, where it was wrong or changed")},
    .syntax.needs = {"ACCOUNT"},
    .syntax.max_words = 1,
    .forms = {&given_form},
    .run = run_role,
};

/* --- confirm --- */

struct proposed_search {
    uint32_t uid;
    bool found;
    struct control_staff_confirm_ask *ask;
    struct bytes text;
};

static bool match_proposed(void *cookie, const struct control_staff_person *p, struct error *err)
{
    struct proposed_search *s = cookie;

    (void)err;
    if (p->uid != s->uid || ident_is_zero(&p->proposed_by))
        return true;
    s->found = true;
    s->ask->give = p->proposed_give;
    s->ask->take = p->proposed_take;
    s->ask->until = p->proposed_until;
    s->ask->scope_logs = p->proposed_scope_logs;
    s->ask->scope_from = p->proposed_scope_from;
    s->ask->scope_until = p->proposed_scope_until;
    render_escaped(&s->text, p->account);
    bytes_append_text(&s->text, ": ");
    staff_view_proposal(&s->text, p);
    return true;
}

static bool run_confirm(struct command *c, int *status, struct error *err)
{
    struct control_staff_confirm_ask ask = {.refuse = options_flag(&c->options, "refuse")};
    struct proposed_search s = {.ask = &ask};
    struct view account;
    bool ok = account_read(c->options.words[0], &s.uid, &account, err) &&
              call_staff_list(c, &(struct control_staff_list_ask){0}, match_proposed, &s, err);

    ask.uid = s.uid;
    if (ok && s.found && !ask.refuse && asking_has_terminal(c) &&
        !asking_says_yes("%.*s.\nDo you agree?", (int)s.text.size, (const char *)s.text.at)) {
        (void)fputs("Nothing was changed.\n", stderr);
        *status = 1;
        ok = false;
    } else if (ok) {
        ok = call_staff_confirm_as_lines(c, &ask, &given_form, NULL, err);
    }
    bytes_fini(&s.text);
    return ok || *status == 1;
}

const struct verb cmd_staff_confirm = {
    .usage = "--home DIR ACCOUNT [--refuse]",
    .summary = "Agree, as a second supervisor, to what another proposed: a role, or somebody new.",
    .help = "`refex staff list` shows what waits, and until when. Who proposed it can take it back with --refuse. "
            "What nobody agrees\nto in 7 days ends.",
    .syntax.own = {OPTION_FLAG("refuse", "do not agree, or take back what you proposed")},
    .syntax.needs = {"ACCOUNT"},
    .syntax.max_words = 1,
    .forms = {&given_form},
    .run = run_confirm,
};

/* --- stand-in --- */

static void write_stands_in(struct bytes *out, const struct told_shown *s)
{
    const struct control_stand_in_ask *ask = s->ask;
    const char *absent = s->beside;
    char day[11];

    if (ask->until == 0) {
        bytes_printf(out, " does not stand in for %s any more.", absent);
        return;
    }
    render_day(ask->until, day);
    bytes_printf(out, " stands in for %s until %s, that day included.", absent, day);
}

static const struct told_line standing_lines[] = {{"", "{account}", write_stands_in, .says = "stands_in"}, {0}};

static const struct told_form standing_form = {
    .answer = &control_staff_person_contract,
    .lines = standing_lines,
    .json_only = "staff name uid roles until since unread changed forgotten first_supervisor not_entered "
                 "proposed_give proposed_take proposed_until proposed_by proposal_ends scope_logs scope_from "
                 "scope_until proposed_scope_logs proposed_scope_from proposed_scope_until" /* as `staff list` */};

static bool run_stand_in(struct command *c, int *status, struct error *err)
{
    const char *absent = NULL;
    struct control_stand_in_ask ask = {0};
    bool ends = options_flag(&c->options, "end");
    struct view account;

    (void)status;
    if (!options_required_value(&c->options, "for", &absent, err) ||
        !account_read(c->options.words[0], &ask.uid, &account, err) ||
        !account_read_former(absent, &ask.for_staff, &ask.for_uid, err) ||
        !values_day(&c->options, "until", &ask.until, err))
        return false;
    if (ends == (ask.until != 0))
        return error_set(err, E_USE_02, "--until DAY, or --end");
    return call_staff_stand_in_as_lines(c, &ask, &standing_form, absent, err);
}

const struct verb cmd_staff_stand_in = {
    .usage = "--home DIR ACCOUNT --for ACCOUNT --until DAY|--end",
    .summary = "A person does the work of a colleague who is away, beside his own.",
    .help = "He sees and does what that colleague holds, as himself; what he is kept from (`refex case never`) stays "
            "shut. For good:\n`refex staff hand-over`.",
    .syntax.own = {OPTION_VALUE("for", "ACCOUNT", "who is away; of who left the staff id"),
                   OPTION_VALUE("until", "DAY", "the last day; within three months"),
                   OPTION_FLAG("end", "not any more")},
    .syntax.needs = {"ACCOUNT"},
    .syntax.max_words = 1,
    .forms = {&standing_form},
    .run = run_stand_in,
};
