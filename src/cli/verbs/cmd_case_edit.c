#include "cli/verbs/cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/calls.h"
#include "cli/rendering/case_view.h"
#include "cli/rendering/correction_view.h"
#include "cli/rendering/holder_view.h"
#include "cli/verbs/case_sender.h"
#include "codec/case_codec.h"
#include "formats/case_likeness.h"
#include "formats/import.h"
#include "model/case_change.h"

#define CLEARED_MAX (SECTION_END * CASE_SECTION_FIELDS) /* each field stands once in a file */

/* --- edit --- */

struct edit {
    struct command *command;
    const char *file;
    uint32_t today;
    uint32_t version;     /* that was looked at */
    struct case_view was; /* the case as the node has it */
    struct bytes before[SECTION_END];
    struct arena arena;
    struct case_data set; /* of the file */
    const struct case_field *cleared[CLEARED_MAX];
    struct case_change change;
    struct control_case_edit_ask ask;
    struct control_case_section sections[SECTION_END];
    struct bytes after[SECTION_END];
    struct case_likeness_key keys[CASE_LIKENESSES];
    struct control_case_likeness likenesses[CASE_LIKENESSES];
};

static const struct told_line edited_lines[] = {
    {"case ", .text = "{label} is version {version} now: {changed} changed", .when = "changed"},
    {"case ", .text = "{label} is so already: version {version}", .when = "!changed"},
    {"",
     .text = "not confirmed: {not_confirmed}. Ask her, alone, whether it is so; then the same again with --told-by "
             "herself --seen-alone yes",
     .when = "not_confirmed"},
    {"", .text = "seems to be the person of case {alike}", .when = "alike"},
    {0}};

static const struct told_form edited_form = {
    .answer = &control_case_edited_contract, .lines = edited_lines, .json_only = "case"};

static bool take_shown(void *cookie, const struct control_case_section *s, struct error *err)
{
    struct edit *e = cookie;

    if (e->version == 0)
        e->version = s->version;
    bytes_append_view(&e->before[s->section], s->data);
    return case_view_add(&e->was, s->section, s->data, err);
}

static void note_finding(void *cookie, const struct import_finding *f)
{
    const struct edit *e = cookie;

    case_sender_tell(e->file, e->command->json, f);
}

static void take_replaced(void *cookie, const struct case_field *f, enum case_group g)
{
    struct edit *e = cookie;

    if (f == NULL)
        e->change.groups |= UINT32_C(1) << g;
    else if (e->change.cleared_count < CLEARED_MAX)
        e->cleared[e->change.cleared_count++] = f;
}

/* Values live as long as the file's reader: they are copied. */
static bool take_changes(void *cookie, uint32_t row, const struct case_data *c, struct error *err)
{
    struct edit *e = cookie;

    if (row != 1)
        return error_set(err, E_IMP_03, "the file has more than one case: it says what is to change of one");
    for (size_t i = 0; i < c->count; i++) {
        const struct case_value *v = &c->values[i];

        if (!(case_field_is_text(v->field) ? case_set_text(&e->set, v->field, v->record, v->text, err)
                                           : case_set_numbers(&e->set, v->field, v->record, v->numbers, v->count, err)))
            return false;
    }
    return true;
}

static bool read_file(struct edit *e, struct error *err)
{
    struct import_options options = {.format = IMPORT_HTCDS_JSON, .today = e->today, .is_change = true};
    struct import_sink sink = {e, note_finding, take_changes, take_replaced};
    struct bytes file = {.wiping = true};
    size_t cases;
    bool ok =
        file_read(e->file, BOUND_IMPORT, &file, err) && import_cases(bytes_view(&file), &options, &sink, &cases, err);

    bytes_fini(&file);
    return ok;
}

/* Of the sections only those that change. */
static bool fill_ask(struct edit *e, struct error *err)
{
    struct case_data now;
    size_t keys;

    e->change.set = &e->set;
    e->change.cleared = e->cleared;
    e->change.is_confirmed = e->ask.told_by == TOLD_BY_HERSELF && e->ask.seen_alone;
    case_init(&now, &e->arena);
    if (!case_change_apply(&e->was.data, &e->change, e->today, &now, err))
        return false;
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++) {
        bool empty = false;

        if (!case_section_encode(&now, s, &e->after[s], &empty, err))
            return false;
        if (view_equal(bytes_view(&e->before[s]), bytes_view(&e->after[s])))
            continue;
        if (e->after[s].size == 0)
            e->ask.removed |= SECTION_BIT(s);
        else
            e->sections[e->ask.section_count++] =
                (struct control_case_section){.section = s, .data = bytes_view(&e->after[s])};
    }
    keys = case_likeness_keys(&now, e->keys);
    for (size_t i = 0; i < keys; i++)
        e->likenesses[i] =
            (struct control_case_likeness){.likeness = e->keys[i].likeness, .key = bytes_view(&e->keys[i].key)};
    e->ask.sections = e->sections;
    e->ask.likenesses = e->likenesses;
    e->ask.likeness_count = keys;
    e->ask.version = e->version;
    return true;
}

/* What stands there, and what was to stand there: whoever typed it decides. */
static void show_both(const struct edit *e)
{
    const struct case_view yours = {.data = e->set, .sections = case_sections(&e->set)};

    if (e->command->json)
        return;
    (void)printf("--- as it is now\n");
    case_view_print_of(&e->was, yours.sections);
    (void)printf("--- in %s\n", e->file);
    case_view_print(&yours);
}

static bool show_holder(void *cookie, const struct control_correction *c, struct error *err)
{
    bool json = false;

    *(bool *)cookie = true;
    return correction_view_show(&json, c, err);
}

/* Who holds it as it was, and what may be done about that. */
static bool tell_holders(struct edit *e, struct error *err)
{
    const struct control_case_correct_ask ask = {.case_id = e->ask.case_id, .dry_run = true};
    bool any = false;

    if (e->command->json)
        return true;
    if (!call_case_correct(e->command, &ask, show_holder, &any, err))
        return false;
    if (any)
        (void)printf("Send what changed to whoever holds it: refex case correct %s\n", e->command->options.words[0]);
    return true;
}

static bool send_edit(struct edit *e, struct error *err)
{
    if (call_case_edit_as_lines(e->command, &e->ask, &edited_form, NULL, err))
        return tell_holders(e, err);
    if (err->code == E_CAS_23)
        show_both(e);
    return false;
}

static bool read_who_told(const struct command *c, struct control_case_edit_ask *ask, struct error *err)
{
    static const char *const who[] = {"herself", "other"};
    static const char *const answers[] = {"yes", "no"};
    const char *by = options_value(&c->options, "told-by");
    const char *alone = options_value(&c->options, "seen-alone");

    if (by != NULL && !told_by_find(view_of_text(by), &ask->told_by))
        return options_wrong_value(err, "told-by", by, who, 2);
    ask->seen_alone = alone != NULL && strcmp(alone, "yes") == 0;
    return alone == NULL || ask->seen_alone || strcmp(alone, "no") == 0 ||
           options_wrong_value(err, "seen-alone", alone, answers, 2);
}

static struct edit *edit_new(struct command *c)
{
    struct edit *e = xnew(sizeof *e);

    e->command = c;
    e->today = clock_local_day(clock_now_ms(&clock_real));
    e->version = options_number(&c->options, "from", 0);
    e->arena.wiping = true;
    case_view_init(&e->was);
    case_init(&e->set, &e->arena);
    for (int s = 0; s < SECTION_END; s++) {
        e->before[s].wiping = true;
        e->after[s].wiping = true;
    }
    return e;
}

static void edit_free(struct edit *e)
{
    for (int s = 0; s < SECTION_END; s++) {
        bytes_fini(&e->before[s]);
        bytes_fini(&e->after[s]);
    }
    for (int i = 0; i < CASE_LIKENESSES; i++)
        bytes_fini(&e->keys[i].key);
    case_view_fini(&e->was);
    arena_fini(&e->arena);
    free(e);
}

static bool run_edit(struct command *c, int *status, struct error *err)
{
    struct control_case_show_ask show = {0};
    struct edit *e = edit_new(c);
    bool ok;

    (void)status;
    ok = options_required_value(&c->options, "file", &e->file, err) && read_who_told(c, &e->ask, err) &&
         connection_ident(c, REFEX_NODE, CASE_ID, c->options.words[0], &show.case_id, err) && read_file(e, err) &&
         call_case_show(c, &show, take_shown, e, err);
    e->ask.case_id = show.case_id;
    ok = ok && fill_ask(e, err) && send_edit(e, err);
    edit_free(e);
    return ok;
}

const struct verb cmd_case_edit = {
    .usage = "--home DIR CASE --file FILE [--told-by herself|other] [--seen-alone yes|no] [--from VERSION]",
    .summary = "Change what is known of a person; how it was before stays with the case.",
    .help =
        "Example\n"
        "  refex case edit amber-lake-4 --file changes.json\n\n"
        "FILE is an object in HTCDS JSON with the fields that change (docs/FIELDS.md): null takes a field away, a "
        "group like\n"
        "ext_Events stands there as it is to be. Where a phone, an address or a rule of safe contact changes, say who "
        "told it\n"
        "and whether she was seen alone: unless she said it herself, alone, it is marked as not confirmed, for you "
        "and for\n"
        "whoever gets that section. --from names the version that you looked at: what was changed since by somebody "
        "else is not\n"
        "overwritten, both are shown.",
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_VALUE("file", "FILE", "what changes; - is standard input"),
                   OPTION_VALUE("told-by", "WHO", "herself or other: who said how she is reached"),
                   OPTION_VALUE("seen-alone", "yes|no", "whether nobody else was there"),
                   {.name = "from",
                    .argument = "VERSION",
                    .help = "the version that you looked at (refex case show); otherwise the newest",
                    .min = 1,
                    .max = UINT32_MAX}},
    .forms = {&edited_form, &case_sender_finding},
    .run = run_edit,
};

/* --- history --- */

static void write_staff(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_change *c = s->answer;

    holder_view_write(out, &c->staff, c->account);
}

static void write_told(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_change *c = s->answer;

    if (c->told_by != 0)
        bytes_printf(out, "; told by %s, %s", told_by_name(c->told_by), c->seen_alone ? "alone" : "not seen alone");
    bytes_append_text(out, c->before_count > 0 ? "; before:" : "; before: nothing");
}

static void put_before(struct json_line *j, const struct told_shown *s)
{
    case_view_json(s->beside, j);
}

static const struct told_line change_lines[] = {{"version ", .text = "{version}, {time}"},
                                                {"by ", .write = write_staff, .says = "staff staff_account"},
                                                {"", .text = "{how} {other_case}", .when = "how"},
                                                {"fields ", .text = "{fields}", .when = "fields"},
                                                {"changed ", "{changed}", write_told, "told_by seen_alone", "changed"},
                                                {0}};

static const struct told_form change_form = {
    .answer = &control_case_change_contract, .lines = change_lines, .sections = put_before};

struct shown_history {
    const struct command *command;
    bool any;
};

static bool show_change(void *cookie, const struct control_case_change *change, struct error *err)
{
    struct shown_history *h = cookie;
    const struct command *c = h->command;
    struct case_view before;
    bool ok = true;

    h->any = true;
    case_view_init(&before);
    for (size_t i = 0; ok && i < change->before_count; i++)
        ok = case_view_add(&before, change->before[i].section, change->before[i].data, err);
    if (ok)
        told_form_show(stdout, c->json, &change_form, &(struct told_shown){.answer = change, .beside = &before});
    if (ok && !c->json)
        case_view_print(&before);
    case_view_fini(&before);
    return ok;
}

static bool run_history(struct command *c, int *status, struct error *err)
{
    struct control_case_history_ask ask = {0};
    struct shown_history h = {.command = c};

    (void)status;
    if (!connection_ident(c, REFEX_NODE, CASE_ID, c->options.words[0], &ask.case_id, err) ||
        !call_case_history(c, &ask, show_change, &h, err))
        return false;
    if (!h.any && !c->json)
        (void)puts("Nothing of the case was changed yet.");
    return true;
}

const struct verb cmd_case_history = {
    .usage = "--home DIR CASE",
    .summary = "What was changed of a case, by whom, and how it was before. The opening is logged in the house log.",
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .forms = {&change_form},
    .run = run_history,
};
