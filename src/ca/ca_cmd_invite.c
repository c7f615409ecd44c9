#include "ca/ca_cmd.h"

#include <stdio.h>

#include "ca/invites.h"
#include "codec/federation_messages.h"
#include "crypto/invite_words.h"
#include "crypto/random.h"

static const struct told_line invited_lines[] = {
    {"Invitation for ", .text = "{agency}, one use, until {until}: {file} (no secret)"},
    {"Six words to read out by telephone, never by mail:\n  ", .text = "{words}"},
    {"Next: ", .text = "the agency runs\n"
                       "  refex request --home DIR --invite {file}\n"
                       "and gives you its request.refex. Three requests by other words end the invitation."},
    {0}};

static const struct told_form invited = {.answer = &federation_invitation_contract, .lines = invited_lines};

static bool make(const struct options *o, const struct federation_home *h, int64_t now_ms, struct invite *i,
                 struct secret *words, struct error *err)
{
    struct secret key = {0};
    struct bytes file = {0};
    bool ok;

    *i = (struct invite){.federation = h->federation, .until_s = now_ms / 1000 + INVITE_HOURS * 3600};
    if (!address_read_short(view_of_text(o->words[0]), h->federation.name, &i->agency, err))
        return false;
    ident_random(&random_real, &i->id);
    invite_words_make(words);
    ok = invite_words_key(secret_view(words), &i->id, &key, err);
    if (ok) {
        invite_write(i, &key, &file);
        ok = file_write_named(options_value(o, "out"), bytes_view(&file), 0644, err) && invites_add(h, i, &key, err);
    }
    secret_fini(&key);
    bytes_fini(&file);
    return ok;
}

static bool run(const struct options *o, struct error *err)
{
    const char *out = options_value(o, "out");
    int64_t now_ms = clock_now_ms(&clock_real);
    struct federation_home h;
    struct secret words = {0};
    struct invite i;
    bool ok;

    if (!file_check_named(out, err) || !federation_home_open(options_value(o, "home"), NULL, now_ms, &h, err))
        return false;
    ok = make(o, &h, now_ms, &i, &words, err);
    if (ok)
        ca_cmd_tell(ca_cmd_beside(out), o, &invited,
                    &(struct federation_invitation){.agency = i.agency,
                                                    .until_ms = i.until_s * 1000,
                                                    .file = view_of_text(out),
                                                    .words = secret_view(&words)});
    secret_fini(&words);
    federation_home_close(&h);
    return ok;
}

const struct subcommand ca_cmd_invite = {
    .name = "invite",
    .summary = "Invite an agency by six words that are read out by telephone",
    .usage = "AGENCY --home FED --out FILE",
    .help = "Writes FILE, which is no secret, and prints six words, which are: read them out on a number that you\n"
            "already had. `refex request --invite` binds the agency's request to them, and `issue` checks it: nobody\n"
            "else can join in the agency's name. An invitation is for one request, for 72 hours, and ends after three\n"
            "requests by other words.\n\n"
            "  refex federation invite brama --home fed --out brama.refex-invite\n",
    .syntax.own = {CA_CMD_HOME, CA_CMD_OUT},
    .syntax.needs = {"AGENCY"},
    .syntax.max_words = 1,
    .forms = {&invited},
    .run = run,
};
