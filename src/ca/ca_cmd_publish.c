#include "ca/ca_cmd.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/file.h"
#include "base/text.h"
#include "ca/member_list.h"
#include "ca/output.h"

static void print_published(const struct federation_home *h, const struct options *o)
{
    const struct directory *d = &h->directory;
    struct bytes line = {0};
    char refresh[11];
    char expiry[11];

    if (options_flag(o, "json")) {
        output_json_begin(&line);
        output_json_text(&line, "directory_file", view_of_text(options_value(o, "out")));
        output_json_number(&line, "directory", d->sequence);
        output_json_number(&line, "members", d->member_count);
        output_json_number(&line, "revocations", d->revocation_count);
        output_json_time(&line, "refresh_after", d->refresh_after_s * 1000);
        output_json_time(&line, "hard_expiry", d->hard_expiry_s * 1000);
        output_json_end(&line);
    } else {
        text_write_date((int32_t)day_of_ms(d->refresh_after_s * 1000), refresh);
        text_write_date((int32_t)day_of_ms(d->hard_expiry_s * 1000), expiry);
        (void)fprintf(output_answer(),
                      "Directory %" PRIu64 " (%zu members): %s\n"
                      "Nodes warn from %s and stop using it on %s: publish again before.\n"
                      "Next: give it to any member; members pass it on to each other.\n"
                      "  refex enrol --home DIR MEMBERSHIP %s\n",
                      d->sequence, d->member_count, options_value(o, "out"), refresh, expiry, options_value(o, "out"));
    }
    bytes_fini(&line);
}

static bool run(const struct options *o, struct error *err)
{
    int64_t now_ms = clock_now_ms(&clock_real);
    struct member_list r = {0};
    struct federation_home h;
    bool ok;

    if (!file_check_named(options_value(o, "out"), err) ||
        !federation_home_open(options_value(o, "home"), now_ms, &h, err))
        return false;
    output_beside(options_value(o, "out"));
    ok =
        member_list_init(&h, now_ms, &r, err) && member_list_publish(&r, &h, now_ms, err) &&
        (file_write_named(options_value(o, "out"), bytes_view(&h.note), 0644, err) ||
         error_wrap(err, "directory %" PRIu64 " is signed; repeat the command for a file of it", h.directory.sequence));
    if (ok)
        print_published(&h, o);
    member_list_fini(&r);
    federation_home_close(&h);
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
    .syntax.own = {CA_CMD_HOME, CA_CMD_OUT},
    .run = run,
};
