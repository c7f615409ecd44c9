/* A backup is put back on a new machine. */
#include "cli/verbs/cmd.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cli/calls.h"
#include "cli/recovery_words.h"

static void write_brought(struct bytes *out, const struct told_shown *s)
{
    const struct control_backup_counts *n = &((const struct control_backup_restored *)s->answer)->counts;

    bytes_printf(out, "%llu cases, %llu consents, %llu referrals, %llu messages", (unsigned long long)n->cases,
                 (unsigned long long)n->consents, (unsigned long long)n->referrals, (unsigned long long)n->messages);
}

#define CONF                                                                                                           \
    "node.conf is that of the old machine: see whether this one has the address that it listens on, and the folders\n" \
    "of the backup (backup_data, backup_keys)."

/* A node that runs meanwhile takes no membership in place of its log. */
#define THEN                                                                                                           \
    "Then, with what comes back, this node being stopped:\n"                                                           \
    "  refex enrol --home DIR membership.refex --federation FINGERPRINT\n"                                             \
    "  refex node run --home DIR\n"                                                                                    \
    "which makes both parts of its own backup at its start (refex backup show)."

#define CONF_FAULT                                                                                                     \
    {                                                                                                                  \
        "Correct it: ",                                                                                                \
            .text = "{node_conf}.\nNo node starts before that; `refex config check` says whether there is more.",      \
            .when = "node_conf"                                                                                        \
    }

/* What both say of the backup. */
#define BROUGHT_BACK                                                                                                   \
    {"Brought back: ", .write = write_brought, .says = "cases consents referrals messages"},                           \
        {"Keys that open: ", .text = "{keys_open}; of the others what they opened is erased", .when = "!keys_newer"},  \
    {                                                                                                                  \
        "Keys that open: ",                                                                                            \
            .text = "{keys_open}. The keys part is older than the data part: {keys_newer} keys came into use behind "  \
                    "it, and\n"                                                                                        \
                    "what lies under them is not in this backup; of the others what they opened is erased. Is there "  \
                    "a newer "                                                                                         \
                    "keys part?",                                                                                      \
            .when = "keys_newer"                                                                                       \
    }

static const struct told_line restored_lines[] = {
    {"", .text = "{agency} is put back. Data of {data_made}, keys of {keys_made}; both audit logs hold."},
    BROUGHT_BACK,
    {"", .text = "Other agencies hold more than this: until the federation has entered that the logs of {agency} begin "
                 "anew, it signs,\nsends and takes nothing; and no case is read before they have said what was "
                 "withdrawn since.\n" CONF},
    CONF_FAULT,
    {"Next: ",
     .text = "make sure that no other home of {agency} runs, or will. Give {request} to the coordinator:\n"
             "  refex federation issue --home FED request.refex --restored --confirm={agency} --out membership.refex\n"
             "and compare this fingerprint over the telephone:\n  {fingerprint}\n" THEN},
    {0}};

static const struct told_form restored_form = {.answer = &control_backup_restored_contract,
                                               .lines = restored_lines,
                                               .json_only = "exchange_log house_log keys records"};

static const struct told_line replaced_lines[] = {
    {"", .text = "{agency} is put back with new keys. Data of {data_made}, keys of {keys_made}; both audit logs hold."},
    BROUGHT_BACK,
    {"", .text = "Identity, transport and storage key are new, and nothing of the old ones is here. Until the "
                 "federation has entered them\nthe node does not start; then no case is read before the other agencies "
                 "have compared the new key and said what was\nwithdrawn since.\n" CONF},
    CONF_FAULT,
    {"Next: ",
     .text = "give {request} to the coordinator, who revokes what was stolen with it:\n"
             "  refex federation issue --home FED request.refex --replace --confirm={agency} --out membership.refex\n"
             "and compare this fingerprint over the telephone, with each other agency too:\n  {fingerprint}\n" THEN},
    {0}};

static const struct told_form replaced_form = {.answer = &control_backup_restored_contract,
                                               .lines = replaced_lines,
                                               .json_only = "exchange_log house_log keys records"};

/* refexd is another process, which may stand in another folder. */
static bool take_folder(struct command *c, const char *option, char out[static PATH_MAX], struct view *folder,
                        struct error *err)
{
    const char *given;

    if (!options_required_value(&c->options, option, &given, err))
        return false;
    if (realpath(given, out) == NULL)
        return errno == ENOENT ? error_set(err, E_RST_09, "there is no folder %s", given)
                               : error_set(err, E_FIL_01, "%s cannot be reached: %s", given, strerror(errno));
    *folder = view_of_text(out);
    return folder->size <= BOUND_BACKUP_PLACE || error_set(err, E_USE_04, "the path of --%s is too long", option);
}

static bool ask_all(struct command *c, bool replaces, struct secret *words, struct secret *passphrase,
                    struct error *err)
{
    char data[PATH_MAX];
    char keys[PATH_MAX];
    struct control_backup_restore_ask ask = {0};
    const char *home;
    bool given;

    if (!connection_home(c, &home, err) || !take_folder(c, "data", data, &ask.data, err) ||
        !take_folder(c, "keys", keys, &ask.keys, err) || !recovery_words_read(c, words, &given, err) ||
        (!given && !recovery_words_prompt(words, err)) || !passphrase_choose(c, passphrase, err))
        return false;
    ask.words = secret_view(words);
    ask.passphrase = secret_view(passphrase);
    if (replaces ? !call_backup_replace_as_lines(c, &ask, &replaced_form, NULL, err)
                 : !call_backup_restore_as_lines(c, &ask, &restored_form, NULL, err))
        return false;
    if (ask.passphrase.size == 0)
        render_warning("the storage key lies on the disk in the clear, for trying refex out: whoever takes the disk "
                       "can read everything");
    return true;
}

static bool put_back(struct command *c, bool replaces, struct error *err)
{
    struct secret words = {0};
    struct secret passphrase = {0};
    bool ok = ask_all(c, replaces, &words, &passphrase, err);

    secret_fini(&words);
    secret_fini(&passphrase);
    return ok;
}

static bool run_restore(struct command *c, int *status, struct error *err)
{
    (void)status;
    return put_back(c, false, err);
}

static bool run_replace(struct command *c, int *status, struct error *err)
{
    (void)status;
    return put_back(c, true, err);
}

#define PARTS                                                                                                          \
    OPTION_VALUE("data", "DIR", "the folder with the data part, refex-data-…"),                                        \
        OPTION_VALUE("keys", "DIR", "the folder with the keys part, refex-keys"), WORDS_FILE, PASSPHRASE_OPTION,       \
        PLAIN_KEY_OPTION

const struct verb cmd_backup_restore = {
    .usage = "--home DIR --data DIR --keys DIR [--words-file FILE]",
    .summary = "Put a backup back into an empty folder, with the recovery words: how the agency goes on.",
    .help = "Example, on the new machine\n"
            "  refex backup restore --home ~/refex --data /media/backup/refex --keys /media/stick/refex\n\n"
            "The newest data part is taken. Both parts are opened and tried before the folder has anything of them. "
            "The home is\nmarked as put back: its log goes on under the same keys when the coordinator has entered "
            "that. Cases are read when\nall agencies have said what was withdrawn since the backup was made.",
    .syntax.own = {PARTS},
    .forms = {&restored_form},
    .run = run_restore,
};

const struct verb cmd_backup_replace = {
    .usage = "--home DIR --data DIR --keys DIR [--words-file FILE]",
    .summary = "The machine was stolen: put its backup back with new keys, which take the place of the old.",
    .help = "Example, on the new machine\n"
            "  refex backup replace --home ~/refex --data /media/backup/refex --keys /media/stick/refex\n\n"
            "As `refex backup restore`, but whoever has the old machine may have its keys: new ones are made, and the "
            "coordinator\nrevokes the old ones as compromised when the new ones are entered. Each other agency holds "
            "the new key until a person\nthere has compared it; then what waited goes on, sealed to the new keys.",
    .syntax.own = {PARTS},
    .forms = {&replaced_form},
    .run = run_replace,
};
