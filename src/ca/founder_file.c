#include "ca/founder_file.h"

#include <string.h>

#include "auditlog/note.h"
#include "base/file.h"
#include "base/text.h"
#include "codec/mailed_file.h"
#include "crypto/sign.h"

#define FIRST_LINE "refex-founder/v1"
#define SIGNER     ".founder"
#define FILE_MAX   1024 /* bytes: some 200 are in use */

bool founder_file_write(const struct sign_key *key, struct bytes *file, struct error *err)
{
    uint8_t public_key[KEY_SIZE];
    struct bytes text = {0};
    bool ok;

    sign_key_public(key, public_key);
    bytes_append_text(&text, FIRST_LINE "\n");
    text_append_base64(&text, view_of(public_key, KEY_SIZE));
    bytes_append_u8(&text, '\n');
    ok = note_sign(file, bytes_view(&text), SIGNER, key, err);
    bytes_fini(&text);
    return ok;
}

static bool read_key(struct view file, uint8_t out[static KEY_SIZE])
{
    struct bytes key = {0};
    struct verify_key *verify;
    struct error why;
    struct view line;
    struct view rest;
    struct note n;
    bool ok;

    if (!note_read(file, FIRST_LINE, &n, &why))
        return false;
    rest = n.text;
    ok = text_split(&rest, '\n', &line);
    ok = ok && text_split(&rest, '\n', &line) && text_read_base64(line, &key) && key.size == KEY_SIZE &&
         verify_key_new(key.at, &verify, &why);
    if (ok) {
        ok = note_verify(&n, view_of_text(SIGNER), verify, &why);
        verify_key_free(verify);
    }
    if (ok)
        memcpy(out, key.at, KEY_SIZE);
    bytes_fini(&key);
    return ok;
}

bool founder_file_read(const char *path, uint8_t out[static KEY_SIZE], struct error *err)
{
    struct bytes mailed = {0};
    struct bytes file = {0};
    bool ok = file_read(path, FILE_MAX, &mailed, err);

    mailed_file_restore(bytes_view(&mailed), &file);
    ok = ok && (read_key(bytes_view(&file), out) || error_set(err, E_ENR_20, "%s is no file of a founder", path));
    bytes_fini(&mailed);
    bytes_fini(&file);
    return ok;
}
