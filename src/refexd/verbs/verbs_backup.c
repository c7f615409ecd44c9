/* Verbs on backups: words, init, now, show, rehearse. */
#include "refexd/verbs/verbs.h"

#include <string.h>

#include "base/secret.h"
#include "crypto/recovery_key.h"
#include "exchange/backup/backup_notes.h"
#include "exchange/backup/backup_places.h"
#include "refexd/backup/backups.h"

CONTROL_ANSWER(backup_run)
CONTROL_ANSWER(backup_part)
CONTROL_ANSWER(backup_words)
CONTROL_ANSWER(backup_inited)
CONTROL_ANSWER(backup_rehearsal)
CONTROL_ANSWER(backup_destroyed)

CONTROL_ONE(verbs_backup_destroyed, backup_destroyed_ask, exchange_backup_destroyed, backup_destroyed)

bool verbs_backup_words(struct control_call *c, struct error *err)
{
    struct control_backup_words line;
    struct secret words = {0};
    bool ok;

    if (!control_empty_decode(c->message, err))
        return false;
    recovery_key_make_words(&words);
    line.words = secret_view(&words);
    ok = answer_backup_words(c, &line, err);
    secret_fini(&words);
    return ok;
}

static bool read_public(struct view words, uint8_t out[static SEAL_PUBLIC_SIZE], struct error *err)
{
    struct seal_key *key;

    if (!recovery_key_of_words(words, &key, err))
        return false;
    seal_key_public(key, out);
    seal_key_free(key);
    return true;
}

bool verbs_backup_init(struct control_call *c, struct error *err)
{
    struct control_backup_init_ask ask;
    struct control_backup_inited line = {.replaced = false};
    uint8_t again[SEAL_PUBLIC_SIZE];
    uint8_t key[SEAL_PUBLIC_SIZE];

    if (!control_backup_init_ask_decode(c->message, c->arena, &ask, err) || !read_public(ask.words, key, err) ||
        (ask.again.size > 0 && !read_public(ask.again, again, err)))
        return false;
    if (ask.again.size > 0 && memcmp(key, again, sizeof key) != 0)
        return error_set(err, E_BAK_14, "the words that were typed are not those that were shown");
    seal_key_id(SEAL_SUITE, key, &line.key);
    if (!exchange_backup_set_words(c->x, key, &line.replaced, err))
        return false;
    if (c->context->config->backup) {
        line.data = view_of_text(c->context->config->backup_data);
        line.keys = view_of_text(c->context->config->backup_keys);
    }
    backups_words_changed(c->context->backups);
    return answer_backup_inited(c, &line, err);
}

bool verbs_backup_now(struct control_call *c, struct error *err)
{
    struct control_backup_run line;

    return control_empty_decode(c->message, err) && exchange_backup_may_write(c->x, err) &&
           backups_ask(c->context->backups, &line.run, err) && answer_backup_run(c, &line, err);
}

static bool answer_part(struct control_call *c, enum backup_kind kind, struct error *err)
{
    struct control_backup_part line;

    if (!exchange_backup_part(c->x, kind, &line, err))
        return false;
    backups_fill_part(c->context->backups, c->context->config, &line);
    return answer_backup_part(c, &line, err);
}

bool verbs_backup_show(struct control_call *c, struct error *err)
{
    return control_empty_decode(c->message, err) && answer_part(c, BACKUP_DATA, err) &&
           answer_part(c, BACKUP_KEYS, err);
}

/* Words that cannot be are refused at once, before a process is started with them. */
bool verbs_backup_rehearse(struct control_call *c, struct error *err)
{
    struct control_backup_rehearse_ask ask;
    struct control_backup_run line;
    uint8_t ours[SEAL_PUBLIC_SIZE];
    uint8_t key[SEAL_PUBLIC_SIZE];
    bool found;

    if (!control_backup_rehearse_ask_decode(c->message, c->arena, &ask, err) ||
        !exchange_backup_find_words(c->x, ours, &found, err))
        return false;
    if (!found)
        return error_set(err, E_BAK_06, "no recovery words were made");
    if (!read_public(ask.words, key, err))
        return false;
    if (memcmp(key, ours, sizeof key) != 0)
        return error_set(err, E_BAK_02, "these are not the words that were made last");
    return backups_rehearse(c->context->backups, ask.words, &line.run, err) && answer_backup_run(c, &line, err);
}

bool verbs_backup_rehearsal(struct control_call *c, struct error *err)
{
    struct control_backup_rehearsal line;

    if (!control_empty_decode(c->message, err) || !exchange_backup_rehearsal(c->x, &line, err))
        return false;
    backups_fill_rehearsal(c->context->backups, &line);
    return answer_backup_rehearsal(c, &line, err);
}
