#include "cli/verbs/cmd.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/calls.h"
#include "codec/control_values.h"
#include "model/event.h"
#include "model/message_kind.h"
#include "model/referral_state.h"
#include "output/told_form.h"

#define PAUSE_MS  1000 /* until the node is asked again, when it had nothing more to tell */
#define TRIES_MAX 60   /* in a row that are not answered, for a reason that passes */

/* --- an event --- */

static void add_word(struct bytes *out, const char *key, const char *word)
{
    bytes_printf(out, "  %s%s%s", key, key[0] != '\0' ? " " : "", word);
}

static void add_ident(struct bytes *out, const char *key, const struct ident *id)
{
    char text[IDENT_TEXT];

    ident_write(id, text);
    if (!ident_is_zero(id))
        add_word(out, key, text);
}

static void add_view(struct bytes *out, struct view text)
{
    if (text.size != 0)
        bytes_printf(out, "  %.*s", (int)text.size, (const char *)text.at);
}

static void add_roles(struct bytes *out, staff_roles roles)
{
    for (unsigned role = 1; role < STAFF_ROLE_END; role++)
        if ((roles & STAFF_ROLE_BIT(role)) != 0)
            add_word(out, "", staff_role_name(role));
    if (roles == 0)
        add_word(out, "", "left");
}

static void write_event(struct bytes *out, const struct told_shown *s)
{
    const struct control_event *e = s->answer;
    char at[25];

    if (e->event.size == 0) {
        bytes_printf(out, "From here: --since %.*s", (int)e->cursor.size, (const char *)e->cursor.at);
        return;
    }
    text_write_time(e->time_ms, at);
    bytes_printf(out, "%.10s %.8s  %-14.*s", at, at + 11, (int)e->event.size, (const char *)e->event.at);
    if (e->message_kind != 0)
        add_word(out, "", message_kind_name((enum message_kind)e->message_kind));
    if (e->answer != 0)
        add_word(out, "answer", referral_state_name((enum referral_state)e->answer));
    add_view(out, e->how);
    add_view(out, e->agency);
    add_ident(out, "referral", &e->referral);
    add_ident(out, "case", &e->case_id);
    if (e->state.size != 0)
        bytes_printf(out, "  now %.*s", (int)e->state.size, (const char *)e->state.at);
    add_ident(out, "consent", &e->consent);
    if (e->desk.size != 0)
        bytes_printf(out, "  desk %.*s", (int)e->desk.size, (const char *)e->desk.at);
    add_ident(out, "staff", &e->staff);
    if (e->record == RECORD_STAFF || e->record == RECORD_STAFF_PROPOSED)
        add_roles(out, e->roles);
}

static const struct told_line event_lines[] = {
    {"", .write = write_event,
     "cursor event time how agency message_kind answer referral case state consent staff roles desk record"},
    {0}};

static const struct told_form event_form = {.answer = &control_event_contract,
                                            .lines = event_lines,
                                            .json_only = "message" /* for who looks it up in the log */};

/* --- watching --- */

struct watch {
    bool json;
    bool mine;
    struct options_given only; /* words of events; none: all are told */
    bool says_place;           /* the end of the answer is told, too */
    bool is_answered;          /* CURSOR is the node's word */
    bool more;
    char cursor[CONTROL_CURSOR_MAX + 1]; /* behind what was printed; "": not known yet */
};

/* Ctrl-C: the line under way is ended first. */
static volatile sig_atomic_t is_ended;

static void on_interrupt(int signal)
{
    (void)signal;
    is_ended = 1;
}

/* Once: a second Ctrl-C ends a command that waits for its node, or for who reads it. */
static void watch_interrupt(void)
{
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND};

    (void)sigaction(SIGINT, &action, NULL);
}

static bool is_wanted(const struct watch *w, struct view event)
{
    for (size_t i = 0; i < w->only.count; i++)
        if (view_equal(event, view_of_text(w->only.values[i])))
            return true;
    return w->only.count == 0;
}

/* Whoever reads this gets whole lines, each as soon as it is there: the cursor goes on only behind what was written. */
static bool on_event(void *cookie, const struct control_event *e, struct error *err)
{
    struct watch *w = cookie;

    if (e->event.size != 0 ? is_wanted(w, e->event) : w->says_place && !e->more)
        told_form_show(stdout, w->json, &event_form, &(struct told_shown){.answer = e});
    if (fflush(stdout) != 0)
        return error_set(err, E_FIL_03, "the output could not be written");
    (void)snprintf(w->cursor, sizeof w->cursor, "%.*s", (int)e->cursor.size, (const char *)e->cursor.at);
    w->is_answered = true;
    w->more = e->more;
    return true;
}

/* What passes while the node goes on, or is just ending. */
static bool may_try_again(enum error_code code)
{
    return code == E_CTL_04 || code == E_CTL_06 || code == E_NOD_09 || code == E_STO_03;
}

/* False: nobody reads the output any more, so nobody is to be told. */
static bool wait_to_ask(void)
{
    struct pollfd output = {.fd = STDOUT_FILENO};

    return poll(&output, 1, PAUSE_MS) <= 0;
}

/* A connection for each question: who waits holds none of the node's places, and the node nothing of who waits. */
static bool ask_once(struct command *c, struct watch *w, struct error *err)
{
    const struct control_watch_ask ask = {.since = view_of_text(w->cursor), .mine = w->mine};
    bool ok = call_watch(c, &ask, on_event, w, err);

    connection_close(c);
    return ok;
}

static bool watch_on(struct command *c, struct watch *w, struct error *err)
{
    unsigned tries = 0;

    while (!is_ended) {
        w->more = false;
        if (ask_once(c, w, err))
            tries = 0;
        else if (!may_try_again(err->code) || ++tries > TRIES_MAX)
            return false;
        w->says_place = w->says_place && !w->is_answered;
        if (!w->more && !is_ended && !wait_to_ask())
            return true;
    }
    return true;
}

static bool read_all(struct command *c, struct watch *w, struct error *err)
{
    do {
        w->more = false;
        if (!ask_once(c, w, err))
            return false;
    } while (w->more && !is_ended);
    return true;
}

static void print_where(const struct watch *w)
{
    if (w->is_answered && !w->json)
        (void)fprintf(stderr, "refex: to go on from here: refex watch%s --since %s\n", w->mine ? " --mine" : "",
                      w->cursor);
}

static bool check_words(const struct options_given *only, struct error *err)
{
    const char *words[RECORD_HOUSE_END];
    size_t count = event_words(words);

    for (size_t i = 0; i < only->count; i++)
        if (!event_is_word(only->values[i]))
            return options_wrong_value(err, "event", only->values[i], words, count);
    return true;
}

static bool run_watch(struct command *c, int *status, struct error *err)
{
    const char *since = options_value(&c->options, "since");
    bool once = options_flag(&c->options, "once");
    struct watch w = {.json = c->json,
                      .mine = options_flag(&c->options, "mine"),
                      .says_place = once || since == NULL,
                      .only = options_values(&c->options, "event")};
    bool ok;

    (void)status;
    if (since != NULL && (since[0] == '\0' || strlen(since) > CONTROL_CURSOR_MAX))
        return error_set(err, E_USE_04, "--since takes a cursor as `refex watch` printed it, or \"start\"");
    if (!check_words(&w.only, err))
        return false;
    if (since != NULL)
        (void)snprintf(w.cursor, sizeof w.cursor, "%s", strcmp(since, "start") == 0 ? "0-0" : since);
    watch_interrupt();
    ok = once ? read_all(c, &w, err) : watch_on(c, &w, err);
    if (!ok || is_ended)
        print_where(&w);
    if (is_ended)
        (void)raise(SIGINT); /* as it ends who does not wait for its line */
    return ok;
}

const struct verb cmd_watch = {
    .usage = "--home DIR [--since CURSOR] [--once] [--mine] [--event WORD …]",
    .summary = "What happens at this node, one event a line, as it happens.",
    .help = "Examples\n"
            "  refex watch\n"
            "  refex watch --json --since \"$(tail -n 1 events | jq -r .cursor)\" >>events\n"
            "  refex watch --json --once --since start --event came | jq -r '.referral // empty'\n\n"
            "Without --since it begins now, and its first line is the place from which that is. Each event has the "
            "cursor of the\n"
            "place behind it (--json): who begins there again gets what comes next, nothing less and nothing twice, "
            "also after the\n"
            "node was started again. With --once it tells what there is, then the place, and ends.\n\n"
            "An event is a record of the audit log that is on the disk: ids and codes, no names and no text.\n"
            "Supervisors are also told of staff, of findings about other agencies' logs and keys, and of the clock.\n"
            "When the node stops, this ends (69).",
    .syntax.own = {OPTION_VALUE("since", "CURSOR", "what came behind this place; start: all there is"),
                   OPTION_FLAG("once", "what there is now, without waiting for more"),
                   OPTION_FLAG("mine", "only of what you hold, or stand in for"),
                   OPTION_LIST("event", "WORD", "only events of this word, or of these (docs/JSON.md has them)")},
    .forms = {&event_form},
    .run = run_watch,
};
