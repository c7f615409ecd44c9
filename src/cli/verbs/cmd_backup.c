/* Backups: words, both parts, what there is of them, and a rehearsal with a person. */
#include "cli/verbs/cmd.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"
#include "base/text.h"
#include "cli/calls.h"
#include "cli/passphrase.h"
#include "cli/recovery_words.h"

#define PAUSE_MS     200 /* until it is looked again how far what runs is */
#define MOST_TRIES   5U  /* at typing the words again */
#define WORDS_A_LINE 4

/* --- the parts, as they are --- */

static void write_state(struct bytes *out, const struct told_shown *s)
{
    const struct control_backup_part *p = s->answer;

    if (p->running && p->total != 0)
        bytes_printf(out, "being made, %u %%", (unsigned)(100 * p->done / p->total));
    else if (p->running)
        bytes_append_text(out, "being made");
    else if (p->place.size == 0)
        bytes_append_text(out, "no place is set");
    else if (p->code.size != 0)
        bytes_printf(out, "failed: %.*s (%.*s)", (int)p->failure.size, (const char *)p->failure.at, (int)p->code.size,
                     (const char *)p->code.at);
    else if (p->made_ms == 0)
        bytes_append_text(out, "not made yet");
    else if (p->verified_ms == 0) /* what was noted of it came with the data */
        bytes_append_text(out, "not made yet since the home was put back");
    else if (p->outdated)
        bytes_append_text(out, "to be made anew: keys were destroyed since");
    else
        bytes_append_text(out, "good");
}

static const struct told_line part_columns[] = {
    {"PART", .text = "{part}"},
    {"MADE", .text = "{made}"},
    {"SIZE", .text = "{size}"},
    {"VERIFIED", .text = "{verified}"},
    {"KEPT", .text = "{generations}"},
    {"PLACE", .text = "{place}"},
    {"STATE", .write = write_state, .says = "running done total code failure outdated"},
    {0},
};

static const struct told_form part_form = {
    .answer = &control_backup_part_contract,
    .lines = part_columns,
    .json_only = "file tried failing_since outdated_since other_found other_gone own_disk one_disk own_disk_known "
                 "one_disk_known run hash cases consents referrals messages exchange_log house_log "
                 "keys", /* refex status says what is wrong */
};

static bool run_show(struct command *c, int *status, struct error *err)
{
    (void)status;
    return call_backup_show_as_table(c, NULL, &part_form, NULL, err);
}

const struct verb cmd_backup_show = {
    .usage = "--home DIR",
    .summary = "Both parts of the backup: when, how large, verified when, where, and what came of the last try.",
    .help = "The data part was opened in trial, both audit logs in it verified and its rows counted; the keys part was "
            "read back.",
    .forms = {&part_form},
    .run = run_show,
};

/* --- making them --- */

struct waiting {
    uint64_t run;
    bool waits;  /* a part is not done */
    bool unmade; /* nothing failed, and there is no keys part: it needs words */
    char text[ERROR_TEXT_MAX];
    char code[CONTROL_CODE_MAX + 1];
    bool shows;
};

static bool take_run(void *cookie, const struct control_backup_run *r, struct error *err)
{
    (void)err;
    *(uint64_t *)cookie = r->run;
    return true;
}

static bool look(void *cookie, const struct control_backup_part *p, struct error *err)
{
    struct waiting *w = cookie;

    (void)err;
    w->waits = w->waits || p->run < w->run;
    w->unmade = p->part == BACKUP_KEYS && p->made_ms == 0 && p->code.size == 0;
    if (p->code.size != 0 && w->code[0] == '\0') {
        (void)snprintf(w->text, sizeof w->text, "the %s part: %.*s", backup_kind_name(p->part), (int)p->failure.size,
                       (const char *)p->failure.at);
        (void)snprintf(w->code, sizeof w->code, "%.*s", (int)p->code.size, (const char *)p->code.at);
    }
    if (w->shows && p->running && p->total != 0)
        (void)fprintf(stderr, "\rrefex: %s part %u %% ", backup_kind_name(p->part),
                      (unsigned)(100 * p->done / p->total));
    return true;
}

/* The node goes on with it, whoever waits here. */
static bool wait_for_parts(struct command *c, struct waiting *w, struct error *err)
{
    w->shows = isatty(STDERR_FILENO) == 1;
    do {
        w->waits = false;
        w->code[0] = '\0';
        if (!call_backup_show(c, NULL, look, w, err))
            return false;
        if (w->waits)
            (void)poll(NULL, 0, PAUSE_MS);
    } while (w->waits);
    if (w->shows)
        (void)fprintf(stderr, "\r\033[K");
    return true;
}

static bool run_now(struct command *c, int *status, struct error *err)
{
    struct waiting w = {0};
    enum error_code code;

    (void)status;
    if (!call_backup_now(c, NULL, take_run, &w.run, err) || !wait_for_parts(c, &w, err))
        return false;
    code = error_code_find(w.code);
    if (code != E_NONE)
        return error_set(err, code, "%s", w.text);
    return call_backup_show_as_table(c, NULL, &part_form, NULL, err) &&
           (!w.unmade || error_set(err, E_BAK_06, "the data part is made, and no keys part without recovery words"));
}

const struct verb cmd_backup_now = {
    .usage = "--home DIR",
    .summary = "Make both parts of the backup now, and wait until they are made and tried.",
    .help = "The node makes them by itself once a day at night, and the keys part after each erasure; it goes on "
            "working\nmeanwhile. Whoever stops waiting stops nothing.",
    .forms = {&part_form},
    .run = run_now,
};

/* --- moving to another machine --- */

static bool make_for_move(struct command *c, const struct control_backup_move_ask *ask, struct error *err)
{
    struct waiting w = {0};
    enum error_code code;

    if (!call_backup_move(c, ask, take_run, &w.run, err) || !wait_for_parts(c, &w, err))
        return false;
    code = error_code_find(w.code);
    return code == E_NONE || error_set(err, code, "%s; %s", w.text,
                                       ask->stops ? "this home signs nothing any more: make room, and once more"
                                                  : "nothing was changed, and the node goes on");
}

static bool run_move(struct command *c, int *status, struct error *err)
{
    struct control_backup_move_ask ask = {0};
    const char *confirm;

    (void)status;
    if (!options_required_value(&c->options, "confirm", &confirm, err))
        return false;
    ask.confirm = view_of_text(confirm);
    if (ask.confirm.size == 0 || ask.confirm.size > BOUND_ADDRESS)
        return error_set(err, E_USE_04, "--confirm is the name of this agency");
    if (!make_for_move(c, &ask, err))
        return false;
    ask.stops = true;
    if (!make_for_move(c, &ask, err))
        return false;
    if (!call_backup_show_as_table(c, NULL, &part_form, NULL, err) || !call_node_stop(c, NULL, NULL, NULL, err))
        return false;
    (void)fprintf(stderr, "refex: this home signs nothing any more, and its node stops. On the other machine, with "
                          "both parts:\n  refex backup restore --home DIR --data DIR --keys DIR\n");
    return true;
}

const struct verb cmd_backup_move = {
    .usage = "--home DIR --confirm=AGENCY",
    .summary = "Move this home to another machine: it signs nothing any more, and both parts of its backup are made.",
    .help = "Example\n"
            "  refex backup move --home ~/refex --confirm=brama\n\n"
            "First both parts of the backup are made and tried: where one cannot be, nothing changes. Then the node "
            "signs its last\ncheckpoint, makes both once more with all that it has, and stops; started again it signs, "
            "sends and takes nothing. On\nthe other machine `refex backup restore` puts the parts back, and the agency "
            "goes on there when the coordinator has\nentered it.",
    .syntax.own = {OPTION_VALUE("confirm", "AGENCY", "the name of this agency, which goes on elsewhere")},
    .forms = {&part_form},
    .run = run_move,
};

/* --- the words --- */

/* On a screen of its own, which the terminal forgets: no word stays above the next prompt. */
static bool show_words(const struct secret *words, struct error *err)
{
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
    struct view rest = secret_view(words);
    struct view word;
    char line[8];
    bool ok = fd >= 0;

    if (!ok)
        return error_set(err, E_USE_02, "there is no terminal to show the words at; --help says what scripts do");
    (void)dprintf(fd, "\033[?1049h\033[HThe recovery words. Write them on paper, with their numbers, twice; they are "
                      "shown once.\r\nWho has them and both parts of a backup can read everything in it.\r\n\r\n");
    for (unsigned n = 1; text_split(&rest, ' ', &word); n++)
        (void)dprintf(fd, "%3u. %-10.*s%s", n, (int)word.size, (const char *)word.at,
                      n % WORDS_A_LINE == 0 ? "\r\n" : "");
    (void)dprintf(fd, "\r\nWhen they are written down: Enter. ");
    do
        ok = read(fd, line, sizeof line) > 0;
    while (ok && memchr(line, '\n', sizeof line) == NULL);
    (void)dprintf(fd, "\033[2J\033[?1049l");
    (void)close(fd);
    return true;
}

static bool take_words(void *cookie, const struct control_backup_words *w, struct error *err)
{
    (void)err;
    secret_copy(cookie, w->words);
    return true;
}

/* As a person who writes them down and types them again: made, written, read back. */
static bool write_words(struct command *c, const char *path, struct error *err)
{
    struct bytes file = {.wiping = true};
    struct secret words = {0};
    bool ok = call_backup_words(c, NULL, take_words, &words, err);

    if (ok) {
        bytes_append_view(&file, secret_view(&words));
        bytes_append_u8(&file, '\n');
        ok = file_create(path, bytes_view(&file), 0600, err);
    }
    bytes_fini(&file);
    secret_fini(&words);
    if (ok)
        (void)fprintf(
            stderr,
            "refex: the words are in %s, and nothing uses them yet: refex backup init --" WORDS_OPTION " FILE\n", path);
    return ok;
}

static const struct told_line inited_lines[] = {
    {"", .text = "From now on the keys part of the backup opens with these words. Key {key}."},
    {"", .text = "Those that were made before open no newer backup: strike them out.", .when = "replaced"},
    {"",
     .text = "In a service the unit must be allowed to write there: systemctl edit refexd, these two lines, and a new "
             "start:\n  [Service]\n  ReadWritePaths=-{data_place} -{keys_place}",
     .when = "data_place keys_place"},
    {"Next: ", .text = "refex backup rehearse, with the paper"},
    {0}};

static const struct told_form inited_form = {.answer = &control_backup_inited_contract, .lines = inited_lines};

static bool type_again(struct command *c, const struct secret *words, struct error *err)
{
    struct secret again = {0};
    bool ok = recovery_words_prompt(&again, err);

    if (ok) {
        const struct control_backup_init_ask ask = {.words = secret_view(words), .again = secret_view(&again)};

        ok = call_backup_init_as_lines(c, &ask, &inited_form, NULL, err);
    }
    secret_fini(&again);
    return ok;
}

static bool is_slip(const struct error *err)
{
    return err->code == E_WRD_01 || err->code == E_WRD_02 || err->code == E_WRD_03 || err->code == E_BAK_14;
}

/* What is on the paper by then is not shown again, so a slip is asked about here. */
static bool init_at_terminal(struct command *c, struct error *err)
{
    struct secret words = {0};
    bool ok = call_backup_words(c, NULL, take_words, &words, err) && show_words(&words, err);
    unsigned tries = 1;

    if (ok) {
        while (!(ok = type_again(c, &words, err)) && is_slip(err) && tries++ < MOST_TRIES)
            (void)fprintf(stderr, "refex: %s; compare them with the paper (%s)\n", err->text,
                          error_row(err->code)->code);
        if (!ok && is_slip(err))
            (void)error_set(err, E_BAK_14, "%u times what was typed was not what was shown", MOST_TRIES);
    }
    secret_fini(&words);
    return ok;
}

static bool run_init(struct command *c, int *status, struct error *err)
{
    const char *path = options_value(&c->options, "write-words");
    struct secret words = {0};
    bool given;
    bool ok;

    (void)status;
    if (path != NULL)
        return options_not_both(&c->options, "write-words", WORDS_OPTION, err) && write_words(c, path, err);
    if (!recovery_words_read(c, &words, &given, err))
        return false;
    if (!given)
        return init_at_terminal(c, err);
    ok = call_backup_init_as_lines(c, &(struct control_backup_init_ask){.words = secret_view(&words)}, &inited_form,
                                   NULL, err);
    secret_fini(&words);
    return ok;
}

const struct verb cmd_backup_init = {
    .usage = "--home DIR [--write-words FILE | --words-file FILE]",
    .summary = "Make the recovery words of the node's backup: 24, shown once, typed again.",
    .help = "Needs pen and paper. The node keeps nothing of the words but a public key: with it the keys part of the "
            "backup is\nwritten day by day, which only the words open.\n"
            "Scripts make a file of them (--write-words), bring that to a safe place, and take it into use from there "
            "(--words-file).",
    .syntax.own = {OPTION_VALUE("write-words", "FILE", "make words, write them into a new FILE, and use them not yet"),
                   WORDS_FILE},
    .forms = {&inited_form},
    .run = run_init,
};

/* --- rehearsing --- */

struct rehearsed {
    uint64_t run;
    bool waits;
    char text[ERROR_TEXT_MAX];
    char code[CONTROL_CODE_MAX + 1];
};

static bool look_at_rehearsal(void *cookie, const struct control_backup_rehearsal *r, struct error *err)
{
    struct rehearsed *k = cookie;

    (void)err;
    k->waits = r->run < k->run;
    (void)snprintf(k->text, sizeof k->text, "%.*s", (int)r->failure.size, (const char *)r->failure.at);
    (void)snprintf(k->code, sizeof k->code, "%.*s", (int)r->code.size, (const char *)r->code.at);
    return true;
}

static void write_holds(struct bytes *out, const struct told_shown *s)
{
    const struct control_backup_counts *n = &((const struct control_backup_rehearsal *)s->answer)->counts;

    bytes_printf(out, "%llu cases, %llu consents, %llu referrals, %llu messages, %llu and %llu records of the logs",
                 (unsigned long long)n->cases, (unsigned long long)n->consents, (unsigned long long)n->referrals,
                 (unsigned long long)n->messages, (unsigned long long)n->exchange_records,
                 (unsigned long long)n->house_records);
}

static const struct told_line rehearsed_lines[] = {
    {"The words open this backup. ", .text = "Data of {data_made}, keys of {keys_made}."},
    {"A restore would bring back: ", .write = write_holds,
     .says = "cases consents referrals messages exchange_log house_log"},
    {"Keys that open there: ", .text = "{keys_open}; of the others what they opened is erased", .when = "!keys_newer"},
    {"Keys that open there: ",
     .text = "{keys_open}. The keys part is older than the data part: {keys_newer} keys came into use behind it, and\n"
             "what lies under them would be lost, not erased; of the others what they opened is erased",
     .when = "keys_newer"},
    {"", .text = "Nothing was restored or changed. Bring the paper back to its place."},
    {0}};

static const struct told_form rehearsed_form = {
    .answer = &control_backup_rehearsal_contract,
    .lines = rehearsed_lines,
    .json_only = "rehearsed went_well code failure running run keys", /* an error says what went wrong */
};

static bool rehearse(struct command *c, const struct secret *words, struct error *err)
{
    const struct control_backup_rehearse_ask ask = {.words = secret_view(words)};
    struct rehearsed k = {.waits = true};
    enum error_code code;

    if (!call_backup_rehearse(c, &ask, take_run, &k.run, err))
        return false;
    while (k.waits) {
        if (!call_backup_rehearsal(c, NULL, look_at_rehearsal, &k, err))
            return false;
        if (k.waits)
            (void)poll(NULL, 0, PAUSE_MS);
    }
    code = error_code_find(k.code);
    if (code != E_NONE)
        return error_set(err, code, "%s", k.text);
    return call_backup_rehearsal_as_lines(c, NULL, &rehearsed_form, NULL, err);
}

static bool run_rehearse(struct command *c, int *status, struct error *err)
{
    struct secret words = {0};
    bool given;
    bool ok = recovery_words_read(c, &words, &given, err) &&
              (given || (connection_open(c, REFEX_NODE, err) && recovery_words_prompt(&words, err))) &&
              rehearse(c, &words, err);

    (void)status;
    secret_fini(&words);
    return ok;
}

const struct verb cmd_backup_rehearse = {
    .usage = "--home DIR [--words-file FILE]",
    .summary = "Try with the recovery words whether the newest backup opens; nothing is restored.",
    .help = "A process of its own opens the keys part with the words and the newest data part with these keys, counts, "
            "and ends.\nTo be done once after `refex backup init`, and every half year: `refex status` says when.",
    .syntax.own = {WORDS_FILE},
    .forms = {&rehearsed_form},
    .run = run_rehearse,
};
