/* Lets a node join its federation, or renew its membership. Run by refexd --tool. */
#include "exchange/setup.h"

#include "base/file.h"
#include "base/text.h"
#include "codec/directory_codec.h"
#include "codec/membership_codec.h"
#include "crypto/digest.h"
#include "crypto/sign.h"
#include "exchange/backup/backup_places.h"
#include "exchange/home.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/members/directory_note.h"
#include "exchange/members/federation.h"
#include "exchange/members/issuers_known.h"
#include "exchange/members/membership.h"
#include "exchange/members/membership_suspension.h"
#include "exchange/renewal/renewal.h"
#include "exchange/restored/elsewhere.h"
#include "exchange/restored/own_note.h"
#include "exchange/restored/restored_asks.h"
#include "exchange/suspension/suspension.h"
#include "exchange/suspension/suspension_note.h"
#include "exchange/vault_identity.h"
#include "pki/certificate.h"
#include "store/note_store.h"
#include "store/number_store.h"

#include <string.h>
#include <unistd.h>

struct enrolling {
    const struct exchange_options *options;
    struct vault *vault;
    struct db *db;
    struct membership *membership;
    struct audit *audit;
    struct trusted_time time;
    struct membership_files files;
    struct bytes kept; /* the directory that the node has; empty: none yet */
    bool is_first;     /* the home was never enrolled before */
    bool key_is_new;   /* the identity key is another than before */
    struct suspension suspension;
    struct view suspension_note; /* that came with the membership, and is new; else empty */
    struct control_enrol_result result;
    bool in_transaction;
    bool compared; /* somebody typed the federation's fingerprint */
    bool invited;  /* the words of an invitation proved it */
};

/* The directory that the node has stays where the membership brings none that is newer: an older one would admit again
 * whom the federation has revoked since. */
static bool open_membership(struct enrolling *e, struct view newer, struct error *err)
{
    struct membership_files files = e->files;

    files.is_kept = e->kept.size != 0;
    if (files.is_kept) {
        files.offered = newer.size > 0 && !suspension_note_is_one(newer) ? newer : files.directory;
        files.directory = bytes_view(&e->kept);
    }
    if (membership_open(&files, trusted_time_record_ms(&e->time), &e->membership, err))
        return issuers_known_load(e->db, e->membership, err);
    return files.is_kept && err->code == E_FED_21
               ? error_set(err, E_ENR_01, "the node is a member of another federation than that of this membership")
               : false;
}

static bool take_directory(struct enrolling *e, struct view note, struct error *err)
{
    enum directory_result what;
    struct directory_head head;
    struct view text;

    if (note.size == 0)
        return true;
    if (!directory_note_peek(note, &text, &head, err) ||
        !membership_take_directory(e->membership, note, trusted_time_record_ms(&e->time),
                                   trusted_time_closing_ms(&e->time), &what, err))
        return false;
    if (head.sequence > e->result.offered_sequence)
        e->result.offered_sequence = head.sequence;
    return true;
}

static bool take_suspension(struct enrolling *e, struct view note, struct error *err)
{
    int64_t now_ms = trusted_time_record_ms(&e->time);
    bool is_new;

    if (!suspension_check_key(e->db, e->membership, note, err) ||
        !suspension_load_into(e->db, e->membership, now_ms, err) ||
        !membership_take_suspension(e->membership, note, now_ms, false, &e->suspension, &is_new, err))
        return false;
    e->suspension_note = is_new ? note : (struct view){0};
    return true;
}

/* Of the identity key in use, or of the next one, which the node then takes into use when it starts. */
static bool identity_of_membership(const struct enrolling *e, uint8_t out[static KEY_SIZE], struct error *err)
{
    const struct sign_key *next;
    uint8_t key[KEY_SIZE];

    sign_key_public(vault_identity(e->vault), out);
    if (!vault_has_next_identity(e->vault))
        return true;
    if (!vault_next_identity(e->vault, &next, err))
        return false;
    sign_key_public(next, key);
    if (memcmp(membership_identity_key(e->membership), key, sizeof key) == 0)
        memcpy(out, key, sizeof key);
    return true;
}

/* Whether the words of an invitation proved which federation it is; of another it takes none but by its fingerprint. */
static bool check_invited(struct enrolling *e, struct error *err)
{
    const struct hash *fid = &membership_federation(e->membership)->fid;
    char path[FILE_PATH_MAX];
    struct bytes hex = {0};
    struct hash invited;
    bool ok;

    if (!file_join_path(path, e->options->home, HOME_INVITED, err))
        return false;
    if (!file_exists(path))
        return true;
    ok = file_read(path, 2 * HASH_SIZE, &hex, err) &&
         (text_read_hex(bytes_view(&hex), invited.at, HASH_SIZE) ||
          error_set(err, E_ENR_01, "%s does not say which federation the invitation was of", path));
    bytes_fini(&hex);
    e->invited = ok && hash_equal(&invited, fid);
    return ok && (e->invited || e->compared ||
                  error_set(err, E_ENR_01, "the invitation was of another federation than this membership"));
}

/* It is in the log, or another federation's. */
static void forget_invitation(const struct enrolling *e)
{
    char path[FILE_PATH_MAX];
    struct error why;

    if (file_join_path(path, e->options->home, HOME_INVITED, &why))
        (void)unlink(path);
}

static bool check_membership(struct enrolling *e, struct view directory, struct view fingerprint, struct error *err)
{
    const int64_t now_ms = trusted_time_closing_ms(&e->time);
    uint8_t transport[KEY_SIZE];
    uint8_t identity[KEY_SIZE];
    struct ident node;

    sign_key_public(vault_transport(e->vault), transport);
    if (!open_membership(e, directory, err) || !identity_of_membership(e, identity, err))
        return false;
    if (fingerprint.size != 0 && !membership_check_fingerprint(e->membership, fingerprint, err))
        return false;
    if (!check_invited(e, err))
        return false;
    if (!home_read_node(e->options->home, &node, err) ||
        !membership_check_keys(e->membership, transport, identity, &node, err) ||
        !renewal_check_begun(e->files.transport, now_ms, err) || !renewal_check_begun(e->files.identity, now_ms, err))
        return false;
    /* The newer first: a membership file that lay for long must not be refused for its directory. */
    if (suspension_note_is_one(directory)) /* of the newest one */
        return take_directory(e, e->files.directory, err) && take_suspension(e, directory, err);
    return take_directory(e, directory, err) && take_directory(e, e->files.directory, err);
}

static bool log_suspension(struct enrolling *e, struct error *err)
{
    struct record r = {.kind = RECORD_DIRECTORY, .note_hash.sequence = e->suspension.directory};

    if (e->suspension_note.size == 0)
        return true;
    digest_sha256(e->suspension_note, &r.note_hash.note);
    return suspension_store(e->db, &e->suspension, e->suspension_note, err) && audit_append(e->audit, &r, NULL, err);
}

/* It was the federation's. On a stopped node it is its user who asks. */
static bool log_comparison(struct enrolling *e, enum compared_how how, struct error *err)
{
    struct record r = {.kind = RECORD_COMPARED, .has_actor = true, .compared.how = how};

    r.compared.key = membership_federation(e->membership)->fid;
    return acting_of_user(e->vault, geteuid(), &r.actor, err) && audit_append(e->audit, &r, NULL, err);
}

static bool log_membership(struct enrolling *e, struct error *err)
{
    struct record own = {.kind = RECORD_CERTIFICATE};
    struct record directory = {.kind = RECORD_DIRECTORY};
    struct record house = {.kind = RECORD_CONFIGURED};

    own.notes.first = e->files.identity;
    digest_sha256(membership_note(e->membership), &directory.note_hash.note);
    directory.note_hash.sequence = membership_directory(e->membership)->sequence;
    house.house.what = HOUSE_ENROLLED;
    return audit_append(e->audit, &own, NULL, err) &&
           (view_equal(membership_note(e->membership), bytes_view(&e->kept)) ||
            audit_append(e->audit, &directory, NULL, err)) &&
           log_suspension(e, err) && audit_append(e->audit, &house, NULL, err);
}

static bool open_log(struct enrolling *e, struct error *err)
{
    struct audit_options options = {.db = e->db,
                                    .time = &e->time,
                                    .random = e->options->random,
                                    .federation = membership_federation(e->membership),
                                    .agency = membership_own(e->membership),
                                    .incarnation = membership_own_incarnation(e->membership),
                                    .key = vault_identity(e->vault)};

    return audit_open(&options, &e->audit, err);
}

/* The log of a home that was put back goes on nowhere: others hold what it signed behind what it has. It begins anew,
 * as the directory says, for which a person at the federation has answered. */
static bool begin_logs_anew(struct enrolling *e, struct error *err)
{
    uint32_t stated = membership_own_incarnation(e->membership);
    struct bytes held = {0};
    struct audit_options options = {.federation = membership_federation(e->membership),
                                    .agency = membership_own(e->membership),
                                    .incarnation = stated,
                                    .key_is_new = e->key_is_new};
    struct address by;
    uint64_t size;
    int64_t marked;
    bool ok = own_note_marked(e->db, &marked, err);

    if (ok && marked == 0)
        return stated <= audit_incarnation(e->audit) ||
               error_set(err, E_RST_03, "directory %llu says that the log of %s began anew, and this home's did not",
                         (unsigned long long)membership_directory(e->membership)->sequence, options.agency->text);
    if (ok && stated <= audit_incarnation(e->audit))
        return error_set(err, E_RST_02, "directory %llu does not say that the log of %s begins anew",
                         (unsigned long long)membership_directory(e->membership)->sequence, options.agency->text);
    /* What others hold under the key before may be anybody's. */
    ok = ok && (e->key_is_new || own_note_shown(e->db, &held, &size, &by, err)) &&
         audit_begin_anew(e->audit, &options, bytes_view(&held), err) && own_note_mark(e->db, 0, err) &&
         elsewhere_invalidate(e->db, err) &&
         number_store_put(e->db, FEDERATION_BEGUN_ON, day_of_ms(trusted_time_closing_ms(&e->time)), err) &&
         restored_asks_begin(e->db, stated, err);
    bytes_fini(&held);
    return ok;
}

static bool alloc_own_slot(struct enrolling *e, struct error *err)
{
    uint64_t slot;
    int64_t ignored;
    bool there;

    if (!number_store_get(e->db, "own_slot", &there, &ignored, err))
        return false;
    if (there)
        return true;
    if (!vault_alloc_slot(e->vault, e->db, &slot, err))
        return false;
    REQUIRE(slot == VAULT_OWN_SLOT);
    return number_store_put(e->db, "own_slot", (int64_t)slot, err);
}

static bool open_store(struct enrolling *e, struct error *err)
{
    char path[FILE_PATH_MAX];
    uint64_t sequence;
    bool found;

    if (e->options->database == NULL && !file_join_path(path, e->options->home, HOME_DATABASE, err))
        return false;
    if (!db_open(e->options->database != NULL ? e->options->database : path, DB_WRITE, &e->db, err) ||
        !db_begin(e->db, err))
        return false;
    e->in_transaction = true;
    return trusted_time_begin(&e->time, e->options->clock, e->db, err) &&
           note_store_get(e->db, NOTE_DIRECTORY, view_of_text(""), &found, &sequence, &e->kept, err);
}

/* By the certificate that the node had. */
static bool compare_identity(struct enrolling *e, struct error *err)
{
    struct bytes before = {0};
    struct certificate c;
    uint8_t key[KEY_SIZE];
    uint64_t sequence;
    bool found;
    bool ok = note_store_get(e->db, NOTE_IDENTITY, view_of_text(""), &found, &sequence, &before, err);

    sign_key_public(vault_identity(e->vault), key);
    if (ok && found)
        ok = certificate_read(bytes_view(&before), &c, err);
    e->is_first = ok && !found;
    e->key_is_new = ok && found && memcmp(c.public_key, key, KEY_SIZE) != 0;
    bytes_fini(&before);
    return ok;
}

static bool save_membership(struct enrolling *e, struct error *err)
{
    e->files.directory = membership_note(e->membership);
    if (!compare_identity(e, err) || (e->is_first && !backup_places_begin(e->db, err)) ||
        !federation_save(e->db, &e->files, membership_directory(e->membership)->sequence, err) ||
        !issuers_known_store(e->db, e->membership, err) || !alloc_own_slot(e, err) || !open_log(e, err) ||
        !begin_logs_anew(e, err) || !log_membership(e, err) || (e->compared && !log_comparison(e, 0, err)) ||
        (e->invited && !log_comparison(e, COMPARED_BY_WORDS, err)) || !audit_sign(e->audit, err) ||
        !db_commit(e->db, err))
        return false;
    e->in_transaction = false;
    return true;
}

static void fill_result(struct enrolling *e, struct arena *arena)
{
    const struct federation *f = membership_federation(e->membership);

    e->result.agency = *membership_own(e->membership);
    e->result.federation = arena_copy(arena, view_of_text(f->name));
    e->result.federation_id = f->fid;
    e->result.directory_sequence = membership_directory(e->membership)->sequence;
}

bool exchange_enrol(const struct exchange_options *options, const struct control_enrol_ask *ask, struct arena *arena,
                    struct control_enrol_result *out, struct error *err)
{
    struct enrolling e = {.options = options, .compared = ask->fingerprint.size != 0};
    struct membership_file file;
    bool ok;

    if (!home_check(options->home, err))
        return false;
    ok = membership_file_decode(ask->membership, arena, &file, err);
    if (ok)
        e.files = (struct membership_files){.root = file.root,
                                            .issuing = file.issuing,
                                            .transport_ca = file.transport_ca,
                                            .transport = file.transport,
                                            .identity = file.identity,
                                            .directory = file.directory};
    ok = ok && vault_open(options->home, ask->passphrase, &e.vault, err) && open_store(&e, err) &&
         check_membership(&e, ask->directory, ask->fingerprint, err) && save_membership(&e, err);
    if (ok) {
        forget_invitation(&e);
        fill_result(&e, arena);
        *out = e.result;
    }
    if (e.in_transaction)
        db_rollback(e.db);
    audit_close(e.audit);
    db_close(e.db);
    membership_free(e.membership);
    vault_close(e.vault);
    bytes_fini(&e.kept);
    return ok;
}
