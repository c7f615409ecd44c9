#include "cli/verbs/cmd.h"

#include "base/file.h"
#include "cli/calls.h"

static const struct told_line lines[] = {
    {"", .text = "Another certificate is asked for now; {linked} of the linked nodes renew certificates.",
     .when = "linked"},
    {"", .text = "No linked node renews certificates: the members are dialled, one after another.", .when = "!linked"},
    {"", .text = "The one in use ends on {transport_until:day}. `refex status` says when there is another."},
    {0}};

static const struct told_form form = {.answer = &control_renewing_contract, .lines = lines};

static bool run_renew(struct command *c, int *status, struct error *err)
{
    (void)status;
    return connection_open(c, REFEX_NODE, err) && call_node_renew_as_lines(c, NULL, &form, NULL, err);
}

const struct verb cmd_node_renew = {
    .usage = "--home DIR",
    .summary = "Ask for another transport certificate now, not when two thirds of its life are over.",
    .help = "A node renews its certificates by itself, where a node of the federation renews them. One a day is made.",
    .forms = {&form},
    .run = run_renew,
};

static const struct told_line rekey_lines[] = {
    {"Fingerprint of the next identity key: ",
     .text = "{fingerprint}\nThe one in use, {fingerprint_before}, signed for it at {since}."},
    {"Next: give the coordinator the request in ",
     .text = "{request} (refex federation issue). When a directory lists the\n"
             "key, this node uses it by itself: it goes on as before until then, and must not be enrolled again."},
    {0}};

static const struct told_form rekey_form = {
    .answer = &control_rekeying_contract, .beside = &control_rekeying_written_contract, .lines = rekey_lines};

static bool run_rekey(struct command *c, int *status, struct error *err)
{
    struct control_rekeying_written beside;
    char path[FILE_PATH_MAX];
    const char *home;

    (void)status;
    if (!connection_home(c, &home, err) || !file_join_path(path, home, "rekey.refex", err))
        return false;
    beside.request = view_of_text(path);
    return connection_open(c, REFEX_NODE, err) && call_node_rekey_as_lines(c, NULL, &rekey_form, &beside, err);
}

const struct verb cmd_node_rekey = {
    .usage = "--home DIR",
    .summary = "Make another identity key, for which the one in use signs, and ask the federation to list it.",
    .help = "By routine, while the key in use is in nobody else's hands. The other agencies take the new key on the\n"
            "word of the old one, and hold nothing. Where the old one may be known to others, phone the coordinator,\n"
            "who revokes it (key-compromise): what it signs is worth nothing then.",
    .forms = {&rekey_form},
    .run = run_rekey,
};
