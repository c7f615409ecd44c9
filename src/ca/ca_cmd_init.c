#include "ca/ca_cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "ca/federation_home_create.h"
#include "ca/founder_file.h"
#include "ca/overview.h"

#define NEW_PROMPT "Passphrase for the federation's keys (empty: none, they lie on the disk in the clear): "

struct bases {
    char line[BOUND_BASES][BOUND_BASIS + 1 + BOUND_FIELD_TEXT + 2]; /* those that were typed */
    struct policy_basis list[BOUND_BASES];
    size_t count;
};

static bool add_basis(struct bases *b, const char *text, struct error *err)
{
    struct view rest = view_of_text(text);
    struct policy_basis basis;
    size_t at = b->count;

    if (!text_split(&rest, '=', &basis.code) || rest.at == NULL || basis.code.size == 0 ||
        basis.code.size > BOUND_BASIS || rest.size == 0 || rest.size > BOUND_FIELD_TEXT || !text_is_utf8(basis.code) ||
        !text_is_utf8(rest))
        return error_set(err, E_USE_04, "a legal basis is written CODE=TEXT, the code of at most %d bytes",
                         BOUND_BASIS);
    REQUIRE(b->count < BOUND_BASES); /* of the options, and of the lines typed */
    basis.text = rest;
    while (at > 0 && view_compare(b->list[at - 1].code, basis.code) > 0)
        at--;
    if (at > 0 && view_equal(b->list[at - 1].code, basis.code))
        return error_set(err, E_USE_03, "the legal basis %.*s was given twice", (int)basis.code.size,
                         (const char *)basis.code.at);
    memmove(&b->list[at + 1], &b->list[at], (b->count - at) * sizeof *b->list);
    b->list[at] = basis;
    b->count++;
    return true;
}

/* At a terminal only. */
static bool prompt_bases(struct bases *b, struct error *err)
{
    (void)fputs("Sharing without the person's consent is off. A legal basis can be named for when nodes know it.\n"
                "A basis as CODE=TEXT, or nothing to name none.\n",
                stderr);
    while (b->count < BOUND_BASES) {
        char *line = b->line[b->count];

        (void)fputs("Basis: ", stderr);
        if (fgets(line, (int)sizeof b->line[0], stdin) == NULL || line[0] == '\n')
            break;
        line[strcspn(line, "\n")] = '\0';
        if (!add_basis(b, line, err))
            return false;
    }
    return true;
}

static bool read_bases(const struct options *o, struct bases *b, struct error *err)
{
    struct options_given given = options_values(o, "basis");

    for (size_t i = 0; i < given.count; i++)
        if (!add_basis(b, given.values[i], err))
            return false;
    if (given.count > 0 || options_flag(o, "json") || !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
        return true;
    return prompt_bases(b, err);
}

/* --- who signs the directory --- */

struct founders {
    uint8_t keys[FEDERATION_HOME_KEYS][KEY_SIZE];
    uint32_t count;
    bool are_elsewhere; /* their keys are */
};

static bool add_founder(struct founders *f, struct view path, struct error *err)
{
    char text[FILE_PATH_MAX];

    if (path.size == 0 || path.size >= sizeof text)
        return error_set(err, E_USE_04, "--founders takes a number, or the founders' files with a comma between two");
    if (f->count == FEDERATION_HOME_KEYS)
        return error_set(err, E_USE_04, "--founders takes %d files at most", FEDERATION_HOME_KEYS);
    (void)snprintf(text, sizeof text, "%.*s", (int)path.size, (const char *)path.at);
    if (!founder_file_read(text, f->keys[f->count], err))
        return false;
    for (uint32_t i = 0; i < f->count; i++)
        if (memcmp(f->keys[i], f->keys[f->count], KEY_SIZE) == 0)
            return error_set(err, E_USE_03, "%s holds the key of founder %u, too", text, i + 1);
    f->count++;
    return true;
}

/* A number: that many keys are made here; else the files of founders who made theirs. */
static bool read_founders(const char *value, struct founders *out, struct error *err)
{
    struct view rest = view_of_text(value == NULL ? "1" : value);
    struct view path;
    uint64_t count;

    if (text_read_u64(rest, &count)) {
        out->count = (uint32_t)count;
        return (count >= 1 && count <= FEDERATION_HOME_KEYS) ||
               error_set(err, E_USE_04, "--founders takes a number of 1 to %d", FEDERATION_HOME_KEYS);
    }
    out->are_elsewhere = true;
    while (text_split(&rest, ',', &path))
        if (!add_founder(out, path, err))
            return false;
    return true;
}

static const struct told_line founded_lines[] = {
    {"Founded the federation ", .text = "{federation} in {home}."},
    {"Fingerprint  ", .text = "{fingerprint}\n"
                              "  Print it in the signed agreement: it is how agencies know that they join this "
                              "federation."},
    {"Sharing without consent is ", .text = "off.", .when = "!bases"},
    {"Sharing without consent is ", .text = "off as yet: the legal bases are named for when nodes know them.",
     .when = "bases"},
    {"Next: ",
     .text = "the first directory waits for {signatures_missing:signatures} of the founders. Write it with\n"
             "  refex federation publish --home {home} --out directory.refex\n"
             "pass the file round, each of them signs it with `refex federation sign`, and give it back with\n"
             "  refex federation publish --home {home} --signed directory.refex --out directory.refex",
     .when = "signatures_missing"},
    {"Next: ", .when = "!signatures_missing",
     .text = "ask each agency for its request.refex, then\n"
             "  refex federation issue --home {home} request.refex --out membership.refex"},
    {0}};

static const struct told_form founded = {
    .answer = &federation_overview_contract,
    .lines = founded_lines,
    .json_only = "authority authority_until authority_ending authority_ended invitations rolls_root "
                 "rolls_issuing rolls_transport behind_issuing behind_transport"};

static bool tell_founded(const struct options *o, struct federation_home *h, struct error *err)
{
    struct federation_overview overview;

    if (!overview_of(h, clock_now_ms(&clock_real), &overview, err))
        return false;
    ca_cmd_tell(stdout, o, &founded, &overview);
    if (overview.plain_keys > 0)
        render_warning(
            "the federation's keys are plain files in %s/keys: whoever copies them can admit false agencies. "
            "Give them a passphrase (refex federation passphrase), and keep this folder on a machine "
            "without network",
            h->path);
    if (overview.root_key_here)
        render_warning("carry %s/keys/root.key away: no command of every day needs it (--root-key puts it on a stick "
                       "at once)",
                       h->path);
    return true;
}

static bool run(const struct options *o, struct error *err)
{
    struct bases *b = xnew(sizeof *b);
    struct federation_params f = {.name = options_value(o, "name"),
                                  .erase_after_hours = options_number(o, "erase-after-hours", 72),
                                  .root_key = options_value(o, "root-key")};
    struct key_unlock unlock = {.options = o};
    struct founders founders = {0};
    int64_t now_ms = clock_now_ms(&clock_real);
    struct federation_home h;
    bool ok;

    ok = read_founders(options_value(o, "founders"), &founders, err);
    f.founders = founders.count;
    f.founder_keys = founders.are_elsewhere ? founders.keys : NULL;
    f.quorum = options_number(o, "threshold", 0);
    if (f.quorum == 0)
        f.quorum = f.founders / 2 + 1;
    if (ok && !federation_name_ok(view_of_text(f.name)))
        ok = error_set(err, E_USE_04, "--name takes a lower-case domain name such as nrm.example");
    else if (ok && f.quorum > f.founders)
        ok = error_set(err, E_USE_03, "%u of %u directory keys cannot sign", f.quorum, f.founders);
    else
        ok = ok && read_bases(o, b, err);
    ok = ok && key_unlock_choose(&unlock, NEW_PROMPT, err);
    f.bases = b->list;
    f.basis_count = b->count;
    f.passphrase = secret_view(&unlock.passphrase);
    if (ok && federation_home_create(options_value(o, "home"), &f, now_ms, err) &&
        federation_home_open(options_value(o, "home"), NULL, now_ms, &h, err)) {
        ok = tell_founded(o, &h, err);
        federation_home_close(&h);
    } else {
        ok = false;
    }
    key_unlock_fini(&unlock);
    free(b);
    return ok;
}

const struct subcommand ca_cmd_init = {
    .name = "init",
    .summary = "Found a federation: its root, its issuing CA, its directory",
    .usage = "--home FED --name DOMAIN [--root-key FILE] [--passphrase-file FILE | --plain-key]",
    .help =
        "Makes the folder FED with all keys, certificates and the first directory, or nothing. The name and the\n"
        "fingerprint that is printed are the federation's for ever. The keys are put under a passphrase, which is\n"
        "asked for at a terminal. The root's key is not needed day to day: --root-key puts it on a stick at once.\n\n"
        "  refex federation init --home /media/fed/nrm --name nrm.example\n"
        "  refex federation init --home fed --name nrm.example --root-key /media/stick/root.key\n"
        "  refex federation init --home fed --name nrm.example --founders a.founder,b.founder,c.founder \\\n"
        "      --threshold 2\n"
        "  refex federation init --home fed --name nrm.example --basis 'vital-interests=danger to life or limb'\n",
    .syntax.own = {CA_CMD_HOME,
                   {.name = "name",
                    .argument = "DOMAIN",
                    .help = "the federation's name, as in agency@DOMAIN; it cannot be changed",
                    .is_needed = true},
                   {.name = "basis",
                    .argument = "CODE=TEXT",
                    .help = "a legal basis for sharing without consent, named for later: nodes refuse it as yet",
                    .times = BOUND_BASES},
                   OPTION_VALUE(
                       "founders", "FILE,…",
                       "who signs the directory, at most 9: files of `founder`; or how many keys to make here"),
                   {.name = "threshold",
                    .argument = "K",
                    .help = "how many of them must sign a directory; more than half if not given",
                    .max = FEDERATION_HOME_KEYS},
                   {.name = "erase-after-hours",
                    .argument = "N",
                    .help = "between stop and erase after a withdrawal, 0 to 336; 72 if not given",
                    .max = BOUND_ERASE_HOURS},
                   OPTION_VALUE("root-key", "FILE",
                                "where to put the root's key: a stick; beside the others if not given"),
                   CA_CMD_PASSPHRASE,
                   OPTION_FLAG("plain-key", "no passphrase, and do not ask: for trying refex out")},
    .forms = {&founded},
    .run = run,
};
