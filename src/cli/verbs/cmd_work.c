#include "cli/verbs/cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/calls.h"
#include "cli/rendering/holder_view.h"
#include "cli/rendering/state_view.h"
#include "cli/values.h"
#include "model/case_date.h"
#include "model/spoken_id.h"

#define SHOWN 20 /* lines of a group: two groups fit a screen */

struct work {
    bool json;
    struct control_work_item *items; /* their accounts are copied */
    size_t count;
    size_t room;
    struct arena accounts;
    size_t findings; /* on which who asks acts */
    bool is_late;
};

/* --- one line --- */

static void write_by(struct bytes *out, const struct told_shown *s)
{
    const struct control_work_item *w = s->answer;
    char at[RENDER_TIME];

    render_time(w->by_ms, at);
    bytes_printf(out, "%s%s", w->overdue ? "! " : "", w->by_ms == 0 && w->overdue ? "now" : at);
}

static void write_who(struct bytes *out, const struct told_shown *s)
{
    const struct control_work_item *w = s->answer;

    if (w->note != 0)
        bytes_append_text(out, w->yours ? "you" : "a supervisor");
    else if (w->letter != 0 && w->group == WORK_WAITING)
        bytes_append_text(out, "who has the letter");
    else if (w->group == WORK_WAITING)
        bytes_append_text(out, w->agency.text);
    else if (w->yours)
        bytes_append_text(out, "you");
    else if (ident_is_zero(&w->holder))
        bytes_append_text(out, "who takes it");
    else
        holder_view_write(out, &w->holder, w->account);
}

/* Of an inquiry or a notification, by its number. */
static void write_inquiry(struct bytes *out, const struct control_work_item *w)
{
    const char *what = w->notification != 0 ? "notification" : "inquiry";
    const unsigned number = w->notification != 0 ? w->notification : w->inquiry;

    if (w->overdue)
        bytes_printf(out, "tell %s otherwise: %s %u is not answered, or did not get there", w->agency.text, what,
                     number);
    else if (w->group == WORK_WAITING)
        bytes_printf(out, "%s %s %u", w->notification != 0 ? "acknowledge" : "answer", what, number);
    else
        bytes_printf(out, "%s of %s: refex %s %u", what, w->agency.text,
                     w->notification != 0 ? "notification acknowledge" : "capacity answer", number);
}

static void write_correction(struct bytes *out, const struct control_work_item *w)
{
    if (w->direction == DIRECTION_IN)
        bytes_printf(out, "%s corrected what came: refex referral corrected", w->agency.text);
    else if (w->group == WORK_WAITING)
        bytes_append_text(out, "take your correction over, or contest it");
    else
        bytes_printf(out, "%s contests your correction: phone them", w->agency.text);
}

static void write_what(struct bytes *out, const struct told_shown *s)
{
    const struct control_work_item *w = s->answer;

    if (w->inquiry != 0 || w->notification != 0)
        write_inquiry(out, w);
    else if (w->letter != 0)
        bytes_printf(out, "%s letter %u", w->overdue ? "phone who has it: nobody has answered" : "answer",
                     (unsigned)w->letter);
    else if (w->note != 0)
        bytes_printf(out, "see to note %u of the case: refex case notes", (unsigned)w->note);
    else if (w->date != 0)
        bytes_printf(out, "%s: %s", date_kind_name(w->date), date_kind_does(w->date));
    else if (w->correction)
        write_correction(out, w);
    else if (!ident_is_zero(&w->consent))
        bytes_printf(out, "ask her again: her consent for %s ends", w->agency.text);
    else
        bytes_printf(out, "%s%s%s", referral_state_does((enum referral_state)w->state),
                     w->group == WORK_WAITING ? "" : ": ", w->group == WORK_WAITING ? "" : w->agency.text);
}

static void write_state(struct bytes *out, const struct told_shown *s)
{
    const struct control_work_item *w = s->answer;

    if (w->state != 0)
        state_view_write(out, (enum referral_state)w->state, w->direction);
}

/* What people say and type: the code-name of a referral, the label of a case. */
static void write_name(struct bytes *out, const struct told_shown *s)
{
    const struct control_work_item *w = s->answer;
    const bool has_case = !ident_is_zero(&w->case_id);
    char name[BOUND_SPOKEN_ID];

    if (!ident_is_zero(&w->referral)) {
        code_name_write(&w->referral, name);
        bytes_printf(out, "%s%s", name, has_case ? ", " : "");
    }
    if (has_case) {
        case_label_write(&w->case_id, name);
        bytes_append_text(out, name);
    }
}

static const struct told_line columns[] = {
    {"BY", .write = write_by, .says = "by overdue"},
    {"WHO", .write = write_who, .says = "agency yours holder holder_account"},
    {"DOES WHAT", .write = write_what, .says = "agency state next note date letter inquiry notification correction"},
    {"STATE", .write = write_state, .says = "word state direction"},
    {"URGENCY", .text = "{urgency}"},
    {"OF", .write = write_name, .says = "referral consent case"},
    {0}};

static const struct told_form item_form = {
    .answer = &control_work_item_contract, .lines = columns, .json_only = "group since" /* what stands above */};

static const struct told_line finding_lines[] = {
    {"! ", .text = "{text} ({code})"}, {"  -> ", .text = "{who}: {remedy}"}, {0}};

static const struct told_form finding_form = {
    .answer = &control_finding_contract, .lines = finding_lines, .json_only = "since clears about" /* as of status */};

/* --- asking --- */

static bool keep_item(void *cookie, const struct control_work_item *w, struct error *err)
{
    struct work *k = cookie;

    (void)err;
    if (k->count == k->room) {
        k->room = k->room == 0 ? 64 : 2 * k->room;
        k->items = xrealloc(k->items, k->room * sizeof *k->items);
    }
    k->items[k->count] = *w;
    k->items[k->count++].account = arena_copy(&k->accounts, w->account);
    k->is_late = k->is_late || w->overdue;
    return true;
}

static bool acts_on(const struct control_status *s, const struct control_finding *f)
{
    return f->who == CONTROL_CASEWORKER || (f->who == CONTROL_SUPERVISOR && s->supervises);
}

/* Of what status says, that on which a caseworker acts, and, for a supervisor, a supervisor; programs read it there. */
static bool show_findings(void *cookie, const struct control_status *s, struct error *err)
{
    struct work *k = cookie;

    (void)err;
    for (size_t i = 0; i < s->finding_count; i++) {
        if (!acts_on(s, &s->findings[i]))
            continue;
        if (k->json) {
            k->findings++;
            continue;
        }
        if (k->findings++ == 0)
            (void)puts("Overdue");
        told_form_show(stdout, false, &finding_form, &(struct told_shown){.answer = &s->findings[i]});
    }
    return true;
}

/* --- showing --- */

/* What is late first, then what is to be done first; last what has no time. */
static int by_time(const void *a, const void *b)
{
    const struct control_work_item *one = a;
    const struct control_work_item *other = b;
    int64_t first = one->by_ms != 0 ? one->by_ms : INT64_MAX;
    int64_t second = other->by_ms != 0 ? other->by_ms : INT64_MAX;

    if (one->overdue != other->overdue)
        return one->overdue ? -1 : 1;
    return first < second ? -1 : first > second;
}

static void show_group(const struct work *k, enum work_group group, const char *title)
{
    const char *titles[RENDER_COLUMNS_MAX];
    struct render_table table;
    size_t n = 0;

    told_form_table(&item_form, titles, &table);
    for (size_t i = 0; i < k->count; i++)
        if (k->items[i].group == group && n++ < SHOWN)
            told_form_row(&item_form, &(struct told_shown){.answer = &k->items[i]}, &table);
    if (n == 0) {
        bytes_fini(&table.cells);
        return;
    }
    (void)printf("%s\n", title);
    render_table_end(&table, "");
    if (n > SHOWN)
        (void)printf("and %zu more\n", n - SHOWN);
}

static void show_all(struct work *k)
{
    if (k->count > 0)
        qsort(k->items, k->count, sizeof *k->items, by_time);
    for (size_t i = 0; k->json && i < k->count; i++)
        told_form_show(stdout, true, &item_form, &(struct told_shown){.answer = &k->items[i]});
    if (k->json)
        return;
    show_group(k, WORK_TO_DO, "To do");
    show_group(k, WORK_NEW, "New for my team");
    show_group(k, WORK_WAITING, "Waiting for others");
    if (k->count == 0 && k->findings == 0)
        (void)fputs("Nothing is to be done, and nothing is waited for.\n", stderr);
}

static bool run_work(struct command *c, int *status, struct error *err)
{
    struct work k = {.json = c->json};
    struct view desk;
    bool ok;

    if (!values_desk(&c->options, &desk, err))
        return false;
    ok = call_work(c, &(struct control_work_ask){.desk = desk}, keep_item, &k, err) &&
         call_work(c, &(struct control_work_ask){.desk = desk, .consents = true}, keep_item, &k, err) &&
         call_work(c, &(struct control_work_ask){.desk = desk, .notes = true}, keep_item, &k, err) &&
         call_work(c, &(struct control_work_ask){.desk = desk, .dates = true}, keep_item, &k, err) &&
         call_work(c, &(struct control_work_ask){.desk = desk, .corrections = true}, keep_item, &k, err) &&
         call_work(c, &(struct control_work_ask){.desk = desk, .letters = true}, keep_item, &k, err) &&
         call_work(c, &(struct control_work_ask){.desk = desk, .inquiries = true}, keep_item, &k, err) &&
         call_status(c, NULL, show_findings, &k, err);
    if (ok)
        show_all(&k);
    *status = ok && (k.is_late || k.findings > 0);
    free(k.items);
    arena_fini(&k.accounts);
    return ok;
}

const struct verb cmd_work = {
    .usage = "--home DIR [--desk DESK]",
    .summary = "What is to be done, by whom and by when. Exit status 1 where something is overdue.",
    .help =
        "Overdue: what refex status says that a caseworker acts on, or a supervisor where you are one.\n"
        "To do: referrals that you or a colleague have to answer, or that came to nothing; corrections that came\n"
        "or are contested; consents that end within 14 days and that nobody has asked for again; notes for a\n"
        "supervisor; dates of cases that are near or past; letters and notifications that nobody answered by their\n"
        "day.\n"
        "New for my team: what nobody has taken yet. Waiting for others: what other agencies have to take or answer.\n"
        "Each with who does what by when (!: that is over). A caseworker sees what he holds and what nobody holds.",
    .syntax.own = {OPTION_VALUE("desk", "DESK", "what belongs to this desk, and to its cases, alone")},
    .forms = {&item_form},
    .run = run_work,
};
