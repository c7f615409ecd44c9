#include <inttypes.h>
#include <stdio.h>

#include "base/file.h"
#include "base/text.h"
#include "ca/cmd.h"
#include "ca/roster.h"
#include "ca/say.h"

static void say_published(const struct home *h, const struct order *o)
{
    const struct directory *d = &h->directory;
    struct bytes line = {0};
    char refresh[11];
    char expiry[11];

    if (o->json) {
        say_begin(&line);
        say_text(&line, "directory_file", view_of_text(o->out));
        say_number(&line, "directory", d->sequence);
        say_number(&line, "members", d->member_count);
        say_number(&line, "revocations", d->revocation_count);
        say_time(&line, "refresh_after", d->refresh_after_s * 1000);
        say_time(&line, "hard_expiry", d->hard_expiry_s * 1000);
        say_end(&line);
    } else {
        text_write_date((int32_t)day_of_ms(d->refresh_after_s * 1000), refresh);
        text_write_date((int32_t)day_of_ms(d->hard_expiry_s * 1000), expiry);
        (void)printf("Directory %" PRIu64 " (%zu members): %s\n"
                     "Nodes warn from %s and stop using it on %s: publish again before.\n"
                     "Next: give it to any member; members pass it on to each other.\n"
                     "  refex enrol --home DIR MEMBERSHIP %s\n",
                     d->sequence, d->member_count, o->out, refresh, expiry, o->out);
    }
    bytes_fini(&line);
}

static bool run(const struct order *o, struct error *err)
{
    int64_t now_ms = clock_now_ms(&clock_real);
    struct roster r = {0};
    struct home h;
    bool ok;

    if (!home_open(o->home, now_ms, &h, err))
        return false;
    ok = roster_begin(&h, now_ms, &r, err) && roster_publish(&r, &h, now_ms, err) &&
         file_write(o->out, bytes_view(&h.note), 0644, err);
    if (ok)
        say_published(&h, o);
    roster_end(&r);
    home_close(&h);
    return ok;
}

const struct verb cmd_publish = {
    .name = "publish",
    .summary = "Sign the directory anew and write it to a file",
    .usage = "--home FED --out DIRECTORY",
    .help =
        "Every directory has a number that only grows and is used for 14 days at most; nodes warn after 7. Publish at\n"
        "least weekly, and at once after `issue` and `revoke`.\n\n"
        "  refex federation publish --home fed --out directory.refex\n",
    .options = ORDER_BIT(ORDER_HOME) | ORDER_BIT(ORDER_OUT) | ORDER_BIT(ORDER_JSON) | ORDER_BIT(ORDER_HELP),
    .needs = ORDER_BIT(ORDER_HOME) | ORDER_BIT(ORDER_OUT),
    .run = run,
};
