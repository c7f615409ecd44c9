#include "refexd/backup/backup_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/disks.h"
#include "base/file.h"
#include "crypto/random.h"
#include "exchange/exchange.h"
#include "exchange/exchange_status.h"
#include "exchange/logs/audit_calls.h"

/* --- places --- */

bool backup_place_path(struct view folder, const char *name, char *out, struct error *err)
{
    char place[BOUND_BACKUP_PLACE + 1];
    struct stat st;

    if (folder.size == 0 || folder.size > BOUND_BACKUP_PLACE)
        return error_set(err, E_BAK_04, "node.conf names no folder for it");
    memcpy(place, folder.at, folder.size);
    place[folder.size] = '\0';
    if (stat(place, &st) != 0)
        return error_set(err, E_BAK_04, "the place of the backup is not there: %s", strerror(errno));
    if (!S_ISDIR(st.st_mode))
        return error_set(err, E_BAK_04, "the place of the backup is no folder");
    return file_join_path(out, place, name, err);
}

bool backup_same_file_system(const char *a, const char *b)
{
    struct stat first;
    struct stat second;

    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev;
}

static void compare_disks(const char *a, const char *b, bool *shared, bool *known)
{
    const enum disks_answer answer = disks_compare(a, b);

    *shared = answer == DISKS_SHARED;
    *known = answer != DISKS_UNKNOWN;
}

void backup_fill_disks(const char *home, struct view folder, struct view other, struct control_backup_part *out)
{
    char second[FILE_PATH_MAX];
    char first[FILE_PATH_MAX];
    struct error why;

    if (!backup_place_path(folder, "", first, &why))
        return;
    compare_disks(first, home, &out->own_disk, &out->own_known);
    out->apart = !backup_same_file_system(first, home);
    if (backup_place_path(other, "", second, &why))
        compare_disks(first, second, &out->one_disk, &out->one_known);
}

/* Between two names a crash may have left the other one. */
int backup_open_keys(struct view folder, struct error *err)
{
    char path[FILE_PATH_MAX];
    int fd = -1;

    if (!backup_place_path(folder, BACKUP_KEYS_FILE, path, err))
        return -1;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT && backup_place_path(folder, BACKUP_KEYS_FILE ".old", path, err))
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        (void)(errno == ENOENT ? error_set(err, E_BAK_13, "there is no keys part to open")
                               : error_set(err, E_BAK_04, "the keys part cannot be opened: %s", strerror(errno)));
    return fd;
}

/* --- the data part --- */

static bool add_log(struct exchange *x, enum log_id log, struct backup_facts *out, struct error *err)
{
    struct control_audit_verdict verdict;

    if (!exchange_audit_verify(x, log, &verdict, err))
        return false;
    out->is_good = out->is_good && verdict.good;
    if (verdict.last_ms > out->last_ms)
        out->last_ms = verdict.last_ms;
    return true;
}

static void add_own_entry(struct exchange *x, struct backup_facts *out)
{
    const struct member *m = exchange_own_entry(x);

    out->agency = *exchange_agency(x);
    out->is_listed = m != NULL;
    if (m == NULL)
        return;
    out->kind = m->kind;
    out->unlisted = m->unlisted;
    (void)snprintf(out->endpoint, sizeof out->endpoint, "%.*s", (int)m->endpoint.size, (const char *)m->endpoint.at);
    (void)address_read(m->relay, &out->relay);
}

bool backup_read_facts(const char *home, const char *database, struct backup_facts *out, struct error *err)
{
    const struct exchange_options options = {
        .home = home, .clock = &clock_real, .random = &random_real, .read_only = true, .database = database};
    struct exchange *x;
    bool ok;

    *out = (struct backup_facts){.is_good = true};
    if (!exchange_open(&options, &x, err))
        return false;
    ok = add_log(x, LOG_EXCHANGE, out, err) && add_log(x, LOG_HOUSE, out, err);
    add_own_entry(x, out);
    exchange_close(x);
    return ok;
}

bool backup_data_refused(const char *name, enum error_code code, struct error *err)
{
    static const enum error_code of_this_machine[] = {E_STO_01, E_STO_02, E_STO_03, E_FIL_01,
                                                      E_FIL_02, E_FIL_03, E_KEY_11};
    const struct error why = *err;

    for (size_t i = 0; i < sizeof of_this_machine / sizeof *of_this_machine; i++)
        if (why.code == of_this_machine[i])
            return false;
    if (why.code == E_STO_04 || why.code == E_STO_05 || why.code == E_STO_07)
        return error_set(err, code, "%s is damaged, or is no database of refex", name);
    if (why.code == E_NOD_02)
        return error_set(err, code, "%s has nothing of a node that ever joined a federation", name);
    return error_set(err, code, "%s: %s", name, why.text);
}

void backup_fill_counts(const struct db_counts *c, struct control_backup_counts *out)
{
    *out = (struct control_backup_counts){.cases = c->cases,
                                          .consents = c->consents,
                                          .referrals = c->referrals,
                                          .messages = c->messages,
                                          .exchange_records = c->exchange_records,
                                          .house_records = c->house_records,
                                          .slots = c->slots};
}
