#include "ca/ca_cmd.h"

#include <inttypes.h>

#include "base/file.h"
#include "ca/member_list.h"
#include "ca/overview.h"

static const struct told_line published_lines[] = {
    {"Directory ", .text = "{directory} ({members} members): {directory_file}"},
    {"Nodes warn from ", .text = "{refresh_after:day} and stop using it on {hard_expiry:day}: publish again before."},
    {"Next: ", .text = "give it to any member; members pass it on to each other.\n"
                       "  refex enrol --home DIR MEMBERSHIP {directory_file}"},
    {0}};

static const struct told_form published = {
    .answer = &federation_published_directory_contract, .lines = published_lines, .json_only = "revocations"};

static bool run(const struct options *o, struct error *err)
{
    const char *out = options_value(o, "out");
    int64_t now_ms = clock_now_ms(&clock_real);
    struct member_list next = {0};
    struct key_unlock unlock = {.options = o};
    struct federation_home h;
    FILE *to;
    bool ok;

    if (!file_check_named(out, err) || !federation_home_open(options_value(o, "home"), &unlock, now_ms, &h, err))
        return false;
    to = ca_cmd_beside(out);
    ok =
        member_list_init(&h, now_ms, &next, err) && member_list_publish(&next, &h, now_ms, err) &&
        (file_write_named(out, bytes_view(&h.note), 0644, err) ||
         error_wrap(err, "directory %" PRIu64 " is signed; repeat the command for a file of it", h.directory.sequence));
    if (ok)
        ca_cmd_tell(to, o, &published,
                    &(struct federation_published_directory){view_of_text(out), overview_directory(&h)});
    member_list_fini(&next);
    federation_home_close(&h);
    key_unlock_fini(&unlock);
    return ok;
}

const struct subcommand ca_cmd_publish = {
    .name = "publish",
    .summary = "Sign the directory anew and write it to a file",
    .usage = "--home FED --out DIRECTORY",
    .help =
        "Every directory has a number that only grows and is used for 14 days at most; nodes warn after 7. Publish at\n"
        "least weekly, and at once after `issue` and `revoke`.\n\n"
        "  refex federation publish --home fed --out directory.refex\n",
    .syntax.own = {CA_CMD_HOME, CA_CMD_OUT, CA_CMD_PASSPHRASE},
    .forms = {&published},
    .run = run,
};
