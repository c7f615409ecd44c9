#include "refexd/backup/backup_opened.h"

#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/secret.h"
#include "crypto/keys_part.h"
#include "crypto/recovery_key.h"
#include "crypto/secretbox.h"
#include "crypto/sign.h"
#include "exchange/backup/keys_count.h"
#include "exchange/vault.h"

#define STORAGE_KEY_ITEM (8 + SECRETBOX_KEY_SIZE) /* bytes: generation and key */
#define SLOTS_AT         512                      /* of the file of data keys: docs/PROTOCOL.md 9 */
#define USED_ITEM        8                        /* bytes */
#define PEM_MAX          4096                     /* bytes of a key file in keys.d */

/* --- reading --- */

static bool write_slots(struct backup_opened *o, uint64_t at, struct view chunk, struct error *err)
{
    o->has_slots = true;
    o->slots_size = at + chunk.size;
    return file_write_at(o->slots, chunk, at) ||
           error_set(err, E_FIL_02, "the keys cannot be written: %s", strerror(errno));
}

static bool on_item(void *cookie, struct view name, uint64_t size, uint64_t at, struct view chunk, struct error *err)
{
    struct backup_opened *o = cookie;
    const struct {
        const char *name;
        struct bytes *out;
        size_t max;
    } items[] = {{KEYS_PART_STORAGE_KEY, &o->storage_key, STORAGE_KEY_ITEM},
                 {KEYS_PART_NODE, &o->node, IDENT_SIZE},
                 {KEYS_PART_IDENTITY, &o->identity, PEM_MAX},
                 {KEYS_PART_NEXT, &o->next, PEM_MAX},
                 {KEYS_PART_TRANSPORT, &o->transport, PEM_MAX},
                 {KEYS_PART_USED, &o->used, USED_ITEM},
                 {KEYS_PART_CONF, &o->conf, BOUND_CONFIG}};

    if (view_equal(name, view_of_text(KEYS_PART_SLOTS)))
        return write_slots(o, at, chunk, err);
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        if (!view_equal(name, view_of_text(items[i].name)))
            continue;
        if (size > items[i].max)
            return error_set(err, E_BAK_01, "the keys part holds a %s that is none", items[i].name);
        bytes_append_view(items[i].out, chunk);
    }
    return true;
}

static bool is_complete(const struct backup_opened *o)
{
    return o->storage_key.size == STORAGE_KEY_ITEM && o->node.size == IDENT_SIZE && o->identity.size > 0 &&
           o->transport.size > 0 && o->conf.size > 0 && o->has_slots;
}

static bool check_opened_key(const struct bytes *pem, const char *what, struct error *err)
{
    struct sign_key *key;

    if (!sign_key_of_pem(bytes_view(pem), what, &key, err))
        return false;
    sign_key_free(key);
    return true;
}

bool backup_opened_read(int fd, struct view words, int slots, struct backup_opened *out, struct error *err)
{
    struct keys_part_head head;
    struct seal_key *key;
    bool ok;

    *out = (struct backup_opened){.storage_key = {.wiping = true},
                                  .identity = {.wiping = true},
                                  .next = {.wiping = true},
                                  .transport = {.wiping = true},
                                  .slots = slots};
    if (!recovery_key_of_words(words, &key, err))
        return false;
    ok = keys_part_read(fd, key, on_item, out, &head, err);
    seal_key_free(key);
    if (!ok)
        return false;
    out->made_ms = head.made_ms;
    return (is_complete(out) || error_set(err, E_BAK_01, "the keys part lacks keys of the node")) &&
           check_opened_key(&out->identity, "the identity key of the backup", err) &&
           (out->next.size == 0 || check_opened_key(&out->next, "the next identity key of the backup", err)) &&
           check_opened_key(&out->transport, "the transport key of the backup", err);
}

void backup_opened_fini(struct backup_opened *o)
{
    bytes_fini(&o->storage_key);
    bytes_fini(&o->node);
    bytes_fini(&o->identity);
    bytes_fini(&o->next);
    bytes_fini(&o->transport);
    bytes_fini(&o->conf);
    bytes_fini(&o->used);
}

/* --- the data keys --- */

uint64_t backup_opened_generation(const struct backup_opened *o)
{
    return read_u64(o->storage_key.at);
}

struct view backup_opened_storage_key(const struct backup_opened *o)
{
    return view_of(o->storage_key.at + 8, SECRETBOX_KEY_SIZE);
}

uint64_t backup_opened_slots(const struct backup_opened *o)
{
    return o->slots_size < SLOTS_AT ? 0 : (o->slots_size - SLOTS_AT) / SECRETBOX_WRAPPED_SIZE;
}

bool backup_opened_key(const struct backup_opened *o, uint64_t slot, uint8_t *out)
{
    uint8_t wrapped[SECRETBOX_WRAPPED_SIZE];

    return slot < backup_opened_slots(o) &&
           file_read_at(o->slots, wrapped, sizeof wrapped, SLOTS_AT + slot * SECRETBOX_WRAPPED_SIZE) &&
           secretbox_unwrap(backup_opened_storage_key(o).at, backup_opened_generation(o), slot, wrapped, out);
}

static bool opens(void *cookie, uint64_t slot)
{
    uint8_t key[SECRETBOX_KEY_SIZE];
    bool ok = backup_opened_key(cookie, slot, key);

    secret_wipe(key, sizeof key);
    return ok;
}

bool backup_opened_fits(const struct backup_opened *o, struct db *db, bool *fits, struct error *err)
{
    uint8_t key[SECRETBOX_KEY_SIZE];
    bool ok = true;

    *fits = false;
    if (backup_opened_key(o, VAULT_OWN_SLOT, key))
        ok = vault_key_fits(db, key, fits, err);
    secret_wipe(key, sizeof key);
    return ok;
}

bool backup_opened_count(struct backup_opened *o, struct db *db, uint64_t *open, uint64_t *newer, struct error *err)
{
    struct keys_count c = {
        .opens = opens, .cookie = o, .generation = backup_opened_generation(o), .used = backup_opened_slots(o)};

    if (o->used.size == USED_ITEM)
        c.used = read_u64(o->used.at);
    if (!keys_count_walk(db, &c, err))
        return false;
    *open = c.open;
    *newer = c.newer;
    return true;
}

/* --- the request --- */

static struct view endpoint_of(const struct config *config, const struct backup_facts *facts)
{
    if (config->endpoint[0] != '\0')
        return view_of_text(config->endpoint);
    if (config->said[SETTING_LISTEN].value[0] != '\0')
        return view_of_text(config->said[SETTING_LISTEN].value);
    return view_of_text(facts->endpoint);
}

/* Where it is not known for sure, no place of a shelter is shown. */
bool backup_opened_request(const struct backup_opened *o, const struct backup_facts *facts, struct backup_request *out,
                           struct error *err)
{
    struct request *q = &out->request;

    config_read_lines(bytes_view(&o->conf), &out->config, &out->fault);
    *q = (struct request){.agency = facts->agency,
                          .kind = facts->is_listed ? facts->kind : out->config.kind,
                          .unlisted =
                              facts->is_listed ? facts->unlisted : out->config.unlisted || out->fault.code != E_NONE,
                          .relay = address_view(facts->is_listed ? &facts->relay : &out->config.relay)};
    if (!q->unlisted)
        q->endpoint = endpoint_of(&out->config, facts);
    return q->kind != 0 || error_set(err, E_NOD_06,
                                     "neither the directory in the data part nor node.conf of the keys "
                                     "part says the kind of the agency");
}
