#include "ca/federation_home.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "crypto/certify_pem.h"
#include "crypto/sign.h"
#include "exchange/members/directory_note.h"

#define PEM_MAX      8192    /* bytes of one certificate's file */
#define ISSUED_MAX   4194304 /* bytes of an agency's certificates: a new pair each month for a century */
#define SEQUENCE_MAX 32

bool federation_home_path(const char *path, char out[static FEDERATION_HOME_PATH_MAX], struct error *err)
{
    size_t n = strlen(path);

    while (n > 1 && path[n - 1] == '/')
        n--;
    if (n == 0 || n + 1 > FEDERATION_HOME_PATH_MAX)
        return error_set(err, E_USE_04, "--home is empty or longer than %d bytes", FEDERATION_HOME_PATH_MAX - 1);
    memcpy(out, path, n);
    out[n] = '\0';
    return true;
}

/* --- reading --- */

static bool path_in_home(const struct federation_home *h, const char *name, char out[static FILE_PATH_MAX],
                         struct error *err)
{
    return file_join_path(out, h->path, name, err);
}

bool federation_home_read_certificate(const struct federation_home *h, const char *name, struct bytes *der,
                                      struct error *err)
{
    char path[FILE_PATH_MAX];
    struct bytes pem = {0};
    struct view text;
    struct error why = {0};
    bool ok = path_in_home(h, name, path, &why) && file_read(path, PEM_MAX, &pem, &why);

    text = bytes_view(&pem);
    ok = ok && certify_next_pem("CERTIFICATE", &text, der);
    bytes_fini(&pem);
    return ok || error_set(err, E_FED_01, "%s/%s is missing or holds no certificate", h->path, name);
}

static bool read_root(struct federation_home *h, struct error *err)
{
    struct certificate root;
    struct certificate transport;
    struct view der;
    struct error why;

    if (!federation_home_read_certificate(h, "certs/root.pem", &h->root, err) ||
        !federation_home_read_certificate(h, "certs/issuing.pem", &h->issuing, err) ||
        !federation_home_read_certificate(h, "certs/transport.pem", &h->transport_ca, err))
        return false;
    if (!certificate_read(bytes_view(&h->transport_ca), &transport, &why) || transport.use != CERTIFICATE_TRANSPORT_CA)
        return error_set(err, E_FED_01, "%s/certs/transport.pem is no transport CA's certificate", h->path);
    h->label = transport.label;
    der = bytes_view(&h->root);
    if (!certificate_read(der, &root, &why) || root.use != CERTIFICATE_ROOT)
        return error_set(err, E_FED_01, "%s/certs/root.pem is no root certificate", h->path);
    memcpy(h->federation.name, root.federation, sizeof h->federation.name);
    h->federation.fid = root.key_hash;
    return anchors_new(&h->federation, &der, 1, &h->anchors, &why) ||
           error_set(err, E_FED_01, "%s/certs/root.pem: %s", h->path, why.text);
}

static bool read_directory_keys(struct federation_home *h, struct error *err)
{
    for (unsigned i = 1; i <= FEDERATION_HOME_KEYS; i++) {
        char name[32];
        char path[FILE_PATH_MAX];
        struct certificate c;
        struct error why;

        (void)snprintf(name, sizeof name, "certs/directory-%u.pem", i);
        if (!path_in_home(h, name, path, err))
            return false;
        if (!file_exists(path))
            break;
        if (!federation_home_read_certificate(h, name, &h->directory_keys[i - 1], err))
            return false;
        if (!certificate_read(bytes_view(&h->directory_keys[i - 1]), &c, &why) || c.use != CERTIFICATE_DIRECTORY ||
            c.directory_i != i || (i > 1 && c.directory_k != h->quorum))
            return error_set(err, E_FED_01, "%s/%s is not the certificate of directory key %u", h->path, name, i);
        h->quorum = c.directory_k;
        h->directory_key_count = i;
    }
    return h->directory_key_count > 0 || error_set(err, E_FED_01, "%s has no directory key", h->path);
}

static bool read_newest_directory(struct federation_home *h, int64_t now_ms, struct error *err)
{
    const struct directory_trust trust = {.federation = &h->federation, .anchors = h->anchors, .now_ms = now_ms};
    char path[FILE_PATH_MAX];
    struct bytes text = {0};
    struct view line;
    bool ok;

    if (!path_in_home(h, "sequence", path, err) || !file_read(path, SEQUENCE_MAX, &text, err))
        return error_set(err, E_FED_01, "%s/sequence cannot be read", h->path);
    line = bytes_view(&text);
    ok =
        line.size > 1 && line.at[line.size - 1] == '\n' && text_read_u64(view_of(line.at, line.size - 1), &h->sequence);
    bytes_fini(&text);
    if (!ok)
        return error_set(err, E_FED_01, "%s/sequence holds no number", h->path);
    if (!path_in_home(h, "directory.note", path, err) || !file_read(path, BOUND_DIRECTORY, &h->note, err))
        return false;
    if (!directory_note_open(bytes_view(&h->note), &trust, &h->arena, &h->directory, err))
        return error_wrap(err, "%s/directory.note", h->path);
    if (h->directory.sequence > h->sequence)
        return error_set(err, E_FED_01, "%s/sequence is %" PRIu64 ", below the directory's %" PRIu64, h->path,
                         h->sequence, h->directory.sequence);
    return true;
}

static bool folder_lock(struct federation_home *h, struct error *err)
{
    char path[FILE_PATH_MAX];

    if (!path_in_home(h, "directory.note", path, err))
        return false;
    h->folder_lock = open(h->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (h->folder_lock < 0 && (errno == EACCES || errno == EPERM))
        return error_set(err, E_FIL_01, "%s cannot be read: %s", h->path, strerror(errno));
    if (h->folder_lock < 0 || !file_exists(path))
        return error_set(err, E_FED_01, "no federation was founded in %s", h->path);
    if (flock(h->folder_lock, LOCK_EX | LOCK_NB) != 0)
        return error_set(err, E_FED_03, "%s is in use by another command", h->path);
    return true;
}

bool federation_home_open(const char *path, struct key_unlock *unlock, int64_t now_ms, struct federation_home *out,
                          struct error *err)
{
    *out = (struct federation_home){.folder_lock = -1, .unlock = unlock};
    if (federation_home_path(path, out->path, err) && folder_lock(out, err) && read_root(out, err) &&
        read_directory_keys(out, err) && read_newest_directory(out, now_ms, err))
        return true;
    federation_home_close(out);
    return false;
}

void federation_home_close(struct federation_home *h)
{
    anchors_free(h->anchors);
    bytes_fini(&h->root);
    bytes_fini(&h->issuing);
    bytes_fini(&h->transport_ca);
    for (size_t i = 0; i < FEDERATION_HOME_KEYS; i++)
        bytes_fini(&h->directory_keys[i]);
    bytes_fini(&h->note);
    arena_fini(&h->arena);
    if (h->folder_lock >= 0)
        (void)close(h->folder_lock);
    *h = (struct federation_home){.folder_lock = -1};
}

static bool key_path(const struct federation_home *h, const char *name, char out[static FILE_PATH_MAX],
                     struct error *err)
{
    char file[48];

    (void)snprintf(file, sizeof file, "keys/%s.key", name);
    return path_in_home(h, file, out, err);
}

bool federation_home_open_key(const struct federation_home *h, const char *name, struct sign_key **out,
                              struct error *err)
{
    char path[FILE_PATH_MAX];

    REQUIRE(h->unlock != NULL);
    return key_path(h, name, path, err) && key_unlock_open(h->unlock, path, out, err);
}

bool federation_home_each_key(const struct federation_home *h, federation_home_key_fn *on_key, void *cookie,
                              struct error *err)
{
    static const char *const names[] = {"root",        "issuing",     "transport",   "directory-1",
                                        "directory-2", "directory-3", "directory-4", "directory-5",
                                        "directory-6", "directory-7", "directory-8", "directory-9"};

    _Static_assert(sizeof names / sizeof *names == 3 + FEDERATION_HOME_KEYS, "each directory key has its name");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[FILE_PATH_MAX];

        if (!key_path(h, names[i], path, err) || (file_exists(path) && !on_key(cookie, path, err)))
            return false;
    }
    return true;
}

/* --- issued certificates --- */

static bool issued_path(const struct federation_home *h, const struct address *agency, char out[static FILE_PATH_MAX],
                        struct error *err)
{
    char name[16 + BOUND_AGENCY];
    struct view short_name = address_agency(agency);

    (void)snprintf(name, sizeof name, "members/%.*s.pem", (int)short_name.size, (const char *)short_name.at);
    return path_in_home(h, name, out, err);
}

bool federation_home_read_issued(const struct federation_home *h, const struct address *agency, struct bytes *pem,
                                 struct error *err)
{
    char path[FILE_PATH_MAX];

    return issued_path(h, agency, path, err) && (!file_exists(path) || file_read(path, ISSUED_MAX, pem, err));
}

bool federation_home_add_issued(const struct federation_home *h, const struct address *agency, struct view transport,
                                struct view identity, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct bytes pem = {0};
    bool ok = federation_home_read_issued(h, agency, &pem, err) && issued_path(h, agency, path, err);

    if (ok) {
        certify_write_pem("CERTIFICATE", transport, &pem);
        certify_write_pem("CERTIFICATE", identity, &pem);
        ok = file_write(path, bytes_view(&pem), 0644, err);
    }
    bytes_fini(&pem);
    return ok;
}

/* --- signing --- */

static bool write_sequence(const struct federation_home *h, uint64_t sequence, struct error *err)
{
    char path[FILE_PATH_MAX];
    char text[SEQUENCE_MAX];

    (void)snprintf(text, sizeof text, "%" PRIu64 "\n", sequence);
    return path_in_home(h, "sequence", path, err) && file_write(path, view_of_text(text), 0644, err);
}

/* The directory keys that sign. */
struct quorum {
    struct sign_key *keys[FEDERATION_HOME_KEYS];
    struct directory_signer signers[FEDERATION_HOME_KEYS];
    size_t count;
};

/* Opens as many of the folder's directory keys as must sign; the error names one that is missing. */
static bool quorum_open(const struct federation_home *h, struct quorum *q, struct error *err)
{
    struct error why = {0};

    for (unsigned i = 1; i <= h->directory_key_count && q->count < h->quorum; i++) {
        char name[24];

        (void)snprintf(name, sizeof name, "directory-%u", i);
        if (!federation_home_open_key(h, name, &q->keys[q->count], &why)) {
            if (why.code == E_KEY_01)
                continue;
            *err = why;
            return false;
        }
        q->signers[q->count] = (struct directory_signer){i, q->keys[q->count]};
        q->count++;
    }
    if (q->count == h->quorum)
        return true;
    return error_set(err, E_FED_11, "%zu of the %" PRIu32 " directory keys that must sign are here: %s", q->count,
                     h->quorum, why.text);
}

static void quorum_close(struct quorum *q)
{
    for (size_t i = 0; i < q->count; i++)
        sign_key_free(q->keys[i]);
}

/* Verifies the signed note as a node would before it replaces directory.note. */
static bool replace_newest_directory(struct federation_home *h, struct bytes *note, int64_t now_ms, struct error *err)
{
    const struct directory_trust trust = {.federation = &h->federation, .anchors = h->anchors, .now_ms = now_ms};
    char path[FILE_PATH_MAX];
    struct arena arena = {0};
    struct directory d;

    if (!directory_note_open(bytes_view(note), &trust, &arena, &d, err) ||
        !path_in_home(h, "directory.note", path, err) || !file_write(path, bytes_view(note), 0644, err)) {
        arena_fini(&arena);
        return false;
    }
    arena_fini(&h->arena);
    bytes_fini(&h->note);
    h->arena = arena;
    h->directory = d;
    h->note = *note;
    *note = (struct bytes){0};
    return true;
}

bool federation_home_publish(struct federation_home *h, struct directory *d, int64_t now_ms, struct error *err)
{
    struct quorum q = {0};
    struct view keys[FEDERATION_HOME_KEYS];
    struct bytes note = {0};
    bool ok = quorum_open(h, &q, err) && write_sequence(h, h->sequence + 1, err);

    if (ok) {
        for (size_t i = 0; i < h->directory_key_count; i++)
            keys[i] = bytes_view(&h->directory_keys[i]);
        d->federation = h->federation;
        d->sequence = ++h->sequence;
        d->refresh_after_s = now_ms / 1000 + DIRECTORY_REFRESH_DAYS * (DAY_MS / 1000);
        d->hard_expiry_s = now_ms / 1000 + BOUND_HARD_EXPIRY_DAYS * (DAY_MS / 1000);
        d->keys = keys;
        d->key_count = h->directory_key_count;
        ok = directory_note_sign(d, q.signers, q.count, &note, err) && replace_newest_directory(h, &note, now_ms, err);
    }
    quorum_close(&q);
    bytes_fini(&note);
    return ok;
}
