#include "cli/verbs/cmd.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/secret.h"
#include "cli/calls.h"
#include "cli/passphrase.h"
#include "codec/mailed_file.h"
#include "output/told_form.h"

#define REQUEST_ROOM 4096 /* bytes of a request beside the files: tags, lengths, fingerprint and passphrase */

static void write_older(struct bytes *out, const struct told_shown *shown)
{
    const struct control_enrol_result *r = shown->answer;

    if (r->offered_sequence < r->directory_sequence)
        bytes_printf(
            out,
            "The certificates were taken. Directory %llu, which came with them, is older and was not: directory "
            "%llu counts.",
            (unsigned long long)r->offered_sequence, (unsigned long long)r->directory_sequence);
}

/* Beside it stands the command. */
static void write_unchecked(struct bytes *out, const struct told_shown *shown)
{
    const struct command *c = shown->beside;

    if (options_value(&c->options, "federation") == NULL)
        bytes_append_text(out, "Compare it with the one on your agreement: it was not checked.");
}

static const struct told_line enrolled_lines[] = {
    {"", .text = "{agency} is a member of {federation} (directory {directory})."},
    {"", .write = write_older, "offered_directory"},
    {"Federation fingerprint  ", .text = "{fingerprint}"},
    {"", .write = write_unchecked},
    {"! ", .text = "No backup of this node is made: backup_data and backup_keys are not in node.conf (or backup = no).",
     .when = "backup_unsaid"},
    {"Next: ", .text = "refex node run"},
    {0}};

static const struct told_form enrolled_form = {.answer = &control_enrol_result_contract, .lines = enrolled_lines};

static const struct told_line taken_lines[] = {
    {"The running node has directory ", .text = "{directory}."},
    {"Its certificates: ", .text = "transport until {transport_until}, identity until {identity_until}. Links stand; "
                                   "new ones are made with them."},
    {0}};

static const struct told_form taken_form = {.answer = &control_membership_taken_contract, .lines = taken_lines};

static bool check_federation(void *cookie, const struct control_status *s, struct error *err)
{
    return hash_equal(&s->federation_id, cookie) ||
           error_set(err, E_ENR_01, "the node is a member of another federation than the one of this fingerprint");
}

/* A home that was put back begins its log when its node starts, and so is enrolled while that is stopped. */
static bool wrap_running(struct error *err)
{
    if (err->code == E_RST_01 || err->code == E_RST_03)
        (void)error_wrap(err, "the node runs: `refex node stop`, then this command once more");
    return false;
}

/* A running node takes the newer directory first: revocations wait for nothing. */
static bool send_to_running(struct command *c, const struct hash *fid, const struct control_enrol_ask *ask,
                            struct error *err)
{
    const struct control_take_directory_ask directory = {ask->directory};
    const struct control_take_membership_ask membership = {ask->membership, ask->fingerprint};

    return (fid == NULL || call_status(c, NULL, check_federation, (void *)(uintptr_t)fid, err)) &&
           (ask->directory.size == 0 || call_take_directory(c, &directory, NULL, NULL, err)) &&
           (call_take_membership_as_lines(c, &membership, &taken_form, NULL, err) || wrap_running(err));
}

static struct view given(const struct command *c, const char *option)
{
    const char *value = options_value(&c->options, option);

    return value != NULL ? view_of_text(value) : (struct view){0};
}

static bool send_enrol(struct command *c, struct control_enrol_ask *ask, const struct secret *passphrase,
                       struct error *err)
{
    ask->passphrase = secret_view(passphrase);
    ask->backup_data = given(c, "backup-data");
    ask->backup_keys = given(c, "backup-keys");
    ask->no_backup = options_flag(&c->options, "no-backup");
    if (ask->membership.size + ask->directory.size > BOUND_FRAME - REQUEST_ROOM)
        return error_set(err, E_FIL_04, "membership and directory together are over %d bytes", BOUND_FRAME);
    return call_enrol_as_lines(c, ask, &enrolled_form, c, err);
}

/* Whether the storage key has a passphrase is known only from the node's E-KEY-20; then the person is asked for it. */
static bool enrol_with_passphrase(struct command *c, struct control_enrol_ask *ask, struct error *err)
{
    struct secret passphrase = {0};
    bool given;
    bool ok = passphrase_read_file(c, &passphrase, &given, err) && connection_open(c, REFEX_TOOL, err) &&
              send_enrol(c, ask, &passphrase, err);

    if (!ok && !given && err->code == E_KEY_20 && passphrase_has_terminal())
        ok = passphrase_prompt("Passphrase of the storage key: ", &passphrase, err) &&
             send_enrol(c, ask, &passphrase, err);
    secret_fini(&passphrase);
    return ok;
}

static bool enrol_node(struct command *c, const struct bytes *membership, const struct bytes *directory,
                       struct error *err)
{
    const char *fingerprint = options_value(&c->options, "federation");
    struct control_enrol_ask ask = {.membership = bytes_view(membership), .directory = bytes_view(directory)};
    struct error not_running = {0};
    struct hash fid;

    if (fingerprint != NULL && (strlen(fingerprint) > CONTROL_FINGERPRINT_MAX || /* blanks are passed over */
                                !fingerprint_read(view_of_text(fingerprint), &fid)))
        return error_set(err, E_USE_04,
                         "--federation was not typed as it is written: a character is wrong, or missing");
    if (ask.membership.size == 0)
        return error_set(err, E_ENR_02, "%s is empty", c->options.words[0]);
    if (fingerprint != NULL)
        ask.fingerprint = view_of_text(fingerprint);
    if (connection_open(c, REFEX_NODE, &not_running))
        return send_to_running(c, fingerprint != NULL ? &fid : NULL, &ask, err);
    return enrol_with_passphrase(c, &ask, err);
}

/* One of the files that the federation sends by mail, as it was made. */
static bool read_mailed(const char *path, size_t max, struct bytes *out, struct error *err)
{
    struct bytes mailed = {0};
    bool ok = file_read(path, MAILED_FILE_ROOM * max, &mailed, err);

    mailed_file_restore(bytes_view(&mailed), out);
    bytes_fini(&mailed);
    return ok && (out->size <= max || error_set(err, E_FIL_04, "%s is over %zu bytes", path, max));
}

static bool run_enrol(struct command *c, int *status, struct error *err)
{
    struct bytes membership = {0};
    struct bytes directory = {0};
    const char *home;
    bool ok;

    (void)status;
    ok = options_not_both(&c->options, "no-backup", "backup-data", err) &&
         options_not_both(&c->options, "no-backup", "backup-keys", err) && connection_home(c, &home, err) &&
         read_mailed(c->options.words[0], BOUND_FRAME - 4096, &membership, err) &&
         (c->options.word_count < 2 || read_mailed(c->options.words[1], BOUND_DIRECTORY, &directory, err)) &&
         enrol_node(c, &membership, &directory, err);
    bytes_fini(&membership);
    bytes_fini(&directory);
    return ok;
}

const struct verb cmd_enrol = {
    .usage = "--home DIR MEMBERSHIP [DIRECTORY] [--federation FINGERPRINT] [--backup-data DIR --backup-keys DIR | "
             "--no-backup]",
    .summary = "Check what the federation sent back and take it into use.",
    .help = "Example\n"
            "  refex enrol --home ~/refex mission.membership --federation 7F3A-QK2M-…\n\n"
            "The fingerprint is on the agreement with the federation. Without it nothing tells the true federation "
            "from a false one.\nA node that runs takes a newer DIRECTORY and new certificates at once, and its links "
            "stand.\n"
            "Where backups are to lie is written into node.conf; else none is made: refex status says so.",
    .syntax.needs = {"MEMBERSHIP"},
    .syntax.max_words = 2,
    .syntax.own = {OPTION_VALUE("federation", "FINGERPRINT", "what the federation's fingerprint must be"),
                   OPTION_VALUE("backup-data", "DIR", "where the data part of the backup is to lie: a whole path"),
                   OPTION_VALUE("backup-keys", "DIR", "where its keys part is to lie, on another disk than either"),
                   OPTION_FLAG("no-backup", "there is no backup of this node, and its loss would not matter"),
                   PASSPHRASE_OPTION},
    .forms = {&enrolled_form, &taken_form},
    .run = run_enrol,
};
