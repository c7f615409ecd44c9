#include "ca/ca_cmd.h"

#include <string.h>

#include "ca/authority.h"
#include "ca/founder_rollover.h"
#include "ca/root_rollover.h"
#include "codec/federation_messages.h"

static const struct told_line rolled_lines[] = {
    {"Would make a new ",
     .text = "{authority} CA and list it in directory {directory} beside the one in use, which certifies\n"
             "nobody any more and stays good for what it has issued.",
     .when = "!done !finish !compromised"},
    {"Would make a new ",
     .text = "{authority} CA in directory {directory} and revoke the one in use: nothing that it issued is\n"
             "believed any more, and every member is out until it has a certificate of the new one.",
     .when = "!done !finish compromised"},
    {"Would drop the old ", .text = "{authority} CA from directory {directory}.", .when = "!done finish !behind"},
    {"Would cut members off ", .text = "with the old {authority} CA, and is refused.", .when = "!done finish behind"},
    {"There is a new ",
     .text = "{authority} CA. Directory {directory} lists {listed}; the old one stays good for what it has issued.",
     .when = "done !finish !compromised !signatures_missing"},
    {"There is a new ",
     .text = "{authority} CA. Directory {directory} revokes the old one: nothing that it issued is believed any more.",
     .when = "done !finish compromised !signatures_missing"},
    {"There is a new ",
     .text = "{authority} CA, which is used once directory {directory} is signed; until then the old one is.",
     .when = "done !finish !compromised signatures_missing"},
    {"There is a new ",
     .text = "{authority} CA. The old one is believed until directory {directory}, which revokes it, is signed; it\n"
             "certifies nobody any more.",
     .when = "done !finish compromised signatures_missing"},
    {"Directory ", .text = "{directory} lists the {authority} CA in use alone.", .when = "done finish"},
    {"It waits for ", .text = "{signatures_missing:signatures}.", .when = "signatures_missing"},
    {"Have certificates of the old one: ", .text = "{behind}", .when = "behind"},
    {"To do it, ", .text = "put --confirm={authority} for --dry-run.", .when = "!done !finish"},
    {"To do it, ", .text = "put --confirm={authority} for --dry-run.", .when = "!done finish !behind"},
    {"Next: ",
     .text = "give members the new directory, issue for each of these again (Renew), then\n"
             "  refex federation publish --home {home} --out directory.refex\n"
             "  refex federation rollover {authority} --home {home} --finish --dry-run",
     .when = "done !finish"},
    {"Next: ", .text = "refex federation publish --home {home} --out directory.refex", .when = "done finish"},
    {0}};

static const struct told_line root_lines[] = {
    {"Would make a new ",
     .text = "root, certified by the one in use, and list it in directory {directory}: both are good then.",
     .when = "!done !finish"},
    {"Would certify the directory's keys ", .text = "by the new root, and drop the old one with directory {directory}.",
     .when = "!done finish"},
    {"There is a new ", .text = "root. Directory {directory} lists it beside the one in use.", .when = "done !finish"},
    {"Directory ", .text = "{directory} ends the old root.", .when = "done finish"},
    {"It waits for ", .text = "{signatures_missing:signatures}.", .when = "signatures_missing"},
    {"To do it, ", .text = "put --confirm={authority} for --dry-run.", .when = "!done"},
    {"Next: ",
     .text = "refex federation publish --home {home} --out directory.refex, and give it to the members. Then roll over "
             "the\n"
             "issuing and the transport CA by the new root's key (--root-key), --finish both, and\n"
             "  refex federation rollover root --home {home} --finish --dry-run",
     .when = "done !finish"},
    {"Next: ",
     .text =
         "refex federation publish --home {home} --out directory.refex. When it is signed and in use, destroy the old\n"
         "root's key: nothing needs it any more.",
     .when = "done finish"},
    {0}};

static const struct told_form rolled_root = {.answer = &federation_rolled_over_contract,
                                             .lines = root_lines,
                                             .json_only = "listed behind compromised key_number"};

static const struct told_line founder_lines[] = {
    {"Would put another key ",
     .text = "in the place of directory key {key_number}, which directory {directory} revokes.", .when = "!done"},
    {"Directory ", .text = "{directory} lists another key {key_number}, and revokes the one before.", .when = "done"},
    {"It waits for ", .text = "{signatures_missing:signatures}: the old key's does not count.",
     .when = "signatures_missing"},
    {"To do it, ", .text = "put --confirm={authority} for --dry-run.", .when = "!done"},
    {"Next: ", .text = "refex federation publish --home {home} --out directory.refex", .when = "done"},
    {0}};

static const struct told_form rolled_founder = {.answer = &federation_rolled_over_contract,
                                                .lines = founder_lines,
                                                .json_only = "listed behind compromised finish"};

static const struct told_form rolled = {
    .answer = &federation_rolled_over_contract, .lines = rolled_lines, .json_only = "key_number"};

static bool find_use(const char *which, enum certificate_use *out)
{
    static const enum certificate_use uses[] = {CERTIFICATE_ISSUING, CERTIFICATE_TRANSPORT_CA, CERTIFICATE_ROOT,
                                                CERTIFICATE_DIRECTORY};

    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++)
        if (strcmp(authority_name(uses[i]), which) == 0) {
            *out = uses[i];
            return true;
        }
    return false;
}

static bool read_words(const struct options *o, struct rollover *r, struct error *err)
{
    const char *which = o->words[0];
    const char *confirmed = options_value(o, "confirm");

    if (!find_use(which, &r->use))
        return error_set(err, E_USE_04, "rollover takes issuing, transport, root or directory");
    r->root_key = options_value(o, "root-key");
    r->new_root_key = options_value(o, "new-root-key");
    if (!options_not_both(o, "finish", "compromised", err) || !options_not_both(o, "finish", "new-root-key", err))
        return false;
    if (r->use == CERTIFICATE_ROOT && options_flag(o, "compromised"))
        return error_set(err, E_USE_03, "a root in other hands is not rolled over: found another federation");
    if (r->use != CERTIFICATE_ROOT && r->new_root_key != NULL)
        return error_set(err, E_USE_03, "--new-root-key is of `rollover root`");
    if (r->use == CERTIFICATE_DIRECTORY
            ? options_value(o, "founder") == NULL || options_number(o, "number", 0) == 0 || options_flag(o, "finish")
            : options_value(o, "founder") != NULL || options_number(o, "number", 0) != 0)
        return error_set(err, E_USE_02, "`rollover directory`, and nothing else, takes --number and --founder, both");
    if (options_flag(o, "dry-run"))
        return true;
    return (confirmed != NULL && strcmp(confirmed, which) == 0) ||
           error_set(err, E_USE_02, "--confirm=%s was not given: see with --dry-run what it does", which);
}

/* The old authority is what old certificates need. */
static bool check_finish(const struct rollover *r, size_t behind, struct error *err)
{
    if (rollover_count(r) < 2)
        return error_set(err, E_RVK_02, "the directory lists one %s CA", authority_name(r->use));
    return behind == 0 ||
           error_set(err, E_RVK_01, "%zu members have a certificate of the old %s CA", behind, authority_name(r->use));
}

static bool act(const struct options *o, struct rollover *r, struct federation_rolled_over *answer, struct error *err)
{
    if (answer->finish && !check_finish(r, answer->behind_count, err))
        return false;
    if (options_flag(o, "dry-run"))
        return true;
    answer->done = true;
    return answer->finish ? rollover_finish(r, err) : rollover_begin(r, answer->compromised, err);
}

static bool replace_authority(const struct options *o, struct rollover *r, struct arena *arena,
                              struct federation_rolled_over *answer, struct error *err)
{
    answer->listed = (uint32_t)rollover_count(r);
    if (!(!answer->finish || rollover_settle(r, err)) ||
        !rollover_find_behind(r, arena, &answer->behind, &answer->behind_count, err) || !act(o, r, answer, err) ||
        !rollover_find_behind(r, arena, &answer->behind, &answer->behind_count, err))
        return false;
    answer->listed = (uint32_t)rollover_count(r);
    return true;
}

static bool replace_root(const struct options *o, struct rollover *r, struct federation_rolled_over *answer,
                         struct error *err)
{
    answer->done = !options_flag(o, "dry-run");
    if (!answer->finish && answer->done && !root_rollover_begin(r, err))
        return false;
    if (answer->finish && !(answer->done ? root_rollover_finish(r, err) : root_rollover_check(r, err)))
        return false;
    answer->listed = (uint32_t)root_rollover_count(r);
    return true;
}

static bool replace_founder(const struct options *o, struct rollover *r, struct federation_rolled_over *answer,
                            struct error *err)
{
    const struct founder_rollover f = {.home = r->home,
                                       .root_key = r->root_key,
                                       .founder = options_value(o, "founder"),
                                       .number = options_number(o, "number", 0),
                                       .compromised = answer->compromised,
                                       .now_ms = r->now_ms};

    answer->done = !options_flag(o, "dry-run");
    answer->key_number = f.number;
    return answer->done ? founder_rollover_run(&f, err) : founder_rollover_check(&f, err);
}

static bool replace(const struct options *o, struct rollover *r, struct arena *arena,
                    struct federation_rolled_over *answer, struct error *err)
{
    switch (r->use) {
    case CERTIFICATE_ROOT:
        return replace_root(o, r, answer, err);
    case CERTIFICATE_DIRECTORY:
        return replace_founder(o, r, answer, err);
    default:
        return replace_authority(o, r, arena, answer, err);
    }
}

static bool run(const struct options *o, struct error *err)
{
    struct key_unlock unlock = {.options = o};
    struct federation_home h;
    struct rollover r = {.home = &h, .now_ms = clock_now_ms(&clock_real)};
    struct federation_rolled_over answer = {.finish = options_flag(o, "finish"),
                                            .compromised = options_flag(o, "compromised")};
    struct arena arena = {0};
    bool ok;

    if (!read_words(o, &r, err) || !federation_home_open(options_value(o, "home"), &unlock, r.now_ms, &h, err))
        return false;
    answer.authority = view_of_text(authority_name(r.use));
    ok = replace(o, &r, &arena, &answer, err);
    if (ok || (options_flag(o, "dry-run") && err->code == E_RVK_01)) { /* which says who they are */
        answer.home = view_of_text(h.path);
        answer.signatures_missing = answer.done ? federation_home_missing(&h) : 0;
        answer.directory = h.sequence + (answer.done ? 0 : 1);
        ca_cmd_tell(stdout, o,
                    r.use == CERTIFICATE_ROOT        ? &rolled_root
                    : r.use == CERTIFICATE_DIRECTORY ? &rolled_founder
                                                     : &rolled,
                    &answer);
    }
    arena_fini(&arena);
    federation_home_close(&h);
    key_unlock_fini(&unlock);
    return ok;
}

const struct subcommand ca_cmd_rollover = {
    .name = "rollover",
    .summary = "Put a new issuing CA, transport CA, root or founder's key in place of another",
    .usage = "issuing | transport | root | directory --home FED --confirm=WHICH [--finish | --compromised]\n"
             "      [--root-key FILE] [--new-root-key FILE] [--number I --founder FILE] [--dry-run]",
    .help =
        "A new authority is made under the root, whose key is needed, and listed beside the one in use: for a time\n"
        "certificates of both are good, so nobody is cut off. Once that directory is signed, `issue` certifies by the "
        "new\n"
        "one. When all members have renewed, --finish drops the old one; it is refused, and says who has not, before.\n"
        "--compromised: somebody has its key. It is revoked at once, and each member is out until it has renewed.\n"
        "root: the root in use certifies a new one, whose key is made at --new-root-key, or taken from there. Issuing\n"
        "and transport CA are rolled over by it then; --finish, with the new root's key, certifies the directory's "
        "keys\n"
        "by it and drops the old root.\n"
        "directory: the key of another founder (`founder` makes its file) takes the place of key --number; the others "
        "sign\n"
        "the directory that says so, and the key that goes counts in none from then on.\n"
        "Certificates of old authorities stay in the folder, under the name of their key.\n\n"
        "  refex federation rollover issuing --home fed --dry-run\n"
        "  refex federation rollover issuing --home fed --root-key /media/stick/root.key --confirm=issuing\n"
        "  refex federation rollover issuing --home fed --finish --confirm=issuing\n",
    .syntax.own = {CA_CMD_HOME,
                   OPTION_VALUE("confirm", "WHICH", "issuing, transport, root or directory again: yes, this one"),
                   OPTION_FLAG("finish", "drop the old one, which no member needs any more"),
                   OPTION_FLAG("compromised", "revoke the one in use at once"),
                   OPTION_VALUE("root-key", "FILE", "the root's key, where it is kept elsewhere"),
                   OPTION_VALUE("new-root-key", "FILE", "where to put a new root's key, or where it is"),
                   {.name = "number",
                    .argument = "I",
                    .help = "of the directory key that another one takes the place of",
                    .max = FEDERATION_HOME_KEYS},
                   OPTION_VALUE("founder", "FILE", "the file of the founder who comes"),
                   CA_CMD_DRY_RUN,
                   CA_CMD_PASSPHRASE},
    .syntax.needs = {"issuing, transport, root or directory"},
    .syntax.max_words = 1,
    .forms = {&rolled, &rolled_root, &rolled_founder},
    .run = run,
};
