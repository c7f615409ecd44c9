#include "cli/verbs/cmd.h"

#include <string.h>

#include "base/file.h"
#include "cli/calls.h"
#include "cli/rendering/entry_view.h"
#include "formats/entry_ini.h"

#define ENTRY_FILE 65536 /* bytes: a year's holidays fill a tenth */

/* --- set --- */

static bool set_from(struct command *c, struct view file, struct error *err)
{
    struct control_entry_set_ask ask = {0};
    struct entry_file said;
    bool ok = entry_ini_read(file, c->options.words[0], &said, err);

    ask.entry = said.entry;
    ok = ok && call_entry_set_as_lines(c, &ask, &entry_view, NULL, err);
    entry_file_fini(&said);
    return ok;
}

static bool run_set(struct command *c, int *status, struct error *err)
{
    struct bytes file = {0};
    bool ok;

    (void)status;
    ok = file_read(c->options.words[0], ENTRY_FILE, &file, err) && set_from(c, bytes_view(&file), err);
    bytes_fini(&file);
    return ok;
}

const struct verb cmd_entry_set = {
    .usage = "--home DIR FILE",
    .summary = "Say how this agency is reached, when, what it offers and how fast it answers: other agencies read it.",
    .help =
        "FILE holds, each where you want to say it\n"
        "  [agency]\n"
        "  phone = +48 22 123 45 67\n"
        "  night-phone = +48 600 100 200\n"
        "  zone = Europe/Warsaw\n"
        "  services = SHELTER, MEDICAL\n"
        "  [hours]\n"
        "  monday = 08:00-12:00, 13:00-16:00\n"
        "  saturday = 22:00-06:00\n"
        "  [holidays]\n"
        "  days = 2026-12-25, 2026-12-26\n"
        "  [answers]\n"
        "  all = emergency 1h, urgent 1d, normal 5d\n"
        "  [desks]\n"
        "  night = SHELTER\n\n"
        "Under [hours] monday to sunday, or daily. What was said before is replaced. It is signed with this agency's "
        "key and goes\nround all members within the hour; the federation is not asked. The entry of an unlisted agency "
        "stays here, unless\n[agency] says to-all-members = yes: then it must hold nothing that leads to the house.",
    .syntax.needs = {"FILE"},
    .syntax.max_words = 1,
    .forms = {&entry_view},
    .run = run_set,
};

/* --- show --- */

static bool run_show(struct command *c, int *status, struct error *err)
{
    struct control_entry_show_ask ask = {0};

    (void)status;
    return connection_open(c, REFEX_NODE_OR_READER, err) &&
           (c->options.word_count == 0 || connection_address(c, "agency", c->options.words[0], &ask.agency, err)) &&
           call_entry_show_as_lines(c, &ask, &entry_view, NULL, err);
}

const struct verb cmd_entry_show = {
    .usage = "--home DIR [AGENCY]",
    .summary = "What an agency says of itself: phone, hours, services, desks. Without AGENCY: this one.",
    .help = "Nothing here is guessed: what an agency does not say is not shown. Of one that says nothing the answer is "
            "exit 1.",
    .syntax.max_words = 1,
    .forms = {&entry_view},
    .run = run_show,
};
