/* The keys part: who wrote what lies at its place is seen before it is overwritten, and what a home needs is asked of
 * it by a rehearsal as by a restore. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/secret.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/keys_part.h"
#include "crypto/recovery_key.h"
#include "crypto/seal.h"
#include "crypto/secretbox.h"
#include "refexd/backup_opened.h"
#include "refexd/backup_process.h"

static char folder[FILE_PATH_MAX];
static struct backup_work work;

/* As one home of the agency makes it; each is another, for it is sealed. */
static void make_part(struct bytes *out)
{
    struct keys_part_writer *w;
    uint8_t key[SEAL_PUBLIC_SIZE];
    struct secret words = {0};
    struct seal_key *opens;
    struct error err = {0};

    recovery_key_make_words(&words);
    assert_true(recovery_key_of_words(secret_view(&words), &opens, &err));
    seal_key_public(opens, key);
    assert_true(keys_part_writer_new(key, 1795000000000, out, &w, &err));
    assert_true(keys_part_writer_item(w, KEYS_PART_CONF, 1, out, &err));
    assert_true(keys_part_writer_put(w, view_of_text("x"), out, &err));
    assert_true(keys_part_writer_end(w, out, &err));
    keys_part_writer_free(w);
    seal_key_free(opens);
    secret_fini(&words);
}

static void write_at_place(struct view content)
{
    char path[FILE_PATH_MAX];
    struct error err = {0};

    assert_true(file_join_path(path, folder, BACKUP_KEYS_FILE, &err));
    (void)unlink(path);
    assert_true(file_create(path, content, 0600, &err));
}

/* The home writes its next one there: what it found. */
static void write_next(const struct bytes *part)
{
    struct control_backup_part out = {.part = BACKUP_KEYS};
    struct error err = {0};
    struct hash hash;

    work.task.keys = work.task.data = view_of_text(folder);
    work.home = folder;
    work.other_ms = 0;
    work.other_gone = false;
    digest_sha256(bytes_view(part), &hash);
    assert_true(backup_begin_keys(&work, &err));
    assert_true(backup_write_keys(&work, bytes_view(part), &err));
    assert_true(backup_end_keys(&work, hash_view(&hash), &out, &err));
    assert_true(hash_equal(&out.hash, &hash));
    work.task.keys_hash = out.hash;
    arena_fini(&work.arena);
}

static void test_what_this_home_did_not_write_is_seen(void **state)
{
    struct bytes mine = {0};
    struct bytes other = {0};
    char path[FILE_PATH_MAX];
    struct error err = {0};

    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/refex-backup-keys-XXXXXX");
    assert_non_null(mkdtemp(folder));
    assert_true(file_join_path(path, folder, BACKUP_KEYS_FILE, &err));
    work = (struct backup_work){0};
    make_part(&mine);
    make_part(&other);
    assert_false(view_equal(bytes_view(&mine), bytes_view(&other)));

    write_at_place(bytes_view(&other)); /* a home that knows of none of its own there, as one that was put back */
    write_next(&mine);
    assert_int_equal(work.other_ms, 0);
    write_next(&mine); /* its own of the day before */
    assert_int_equal(work.other_ms, 0);
    write_at_place(bytes_view(&other)); /* the stolen machine runs, and reaches the place */
    write_next(&mine);
    assert_int_not_equal(work.other_ms, 0);
    assert_false(work.other_gone);
    digest_sha256(bytes_view(&other), &work.task.keys_coming); /* its own, over which the node was killed */
    write_at_place(bytes_view(&other));
    write_next(&mine);
    assert_int_equal(work.other_ms, 0);
    work.task.keys_coming = (struct hash){{0}};
    assert_int_equal(unlink(path), 0);
    write_next(&mine);
    assert_int_not_equal(work.other_ms, 0);
    assert_true(work.other_gone);
    write_at_place(view_of(mine.at, mine.size - 1));
    write_next(&mine);
    assert_int_not_equal(work.other_ms, 0);
    assert_false(work.other_gone);
    folder_remove_made(folder);
    bytes_fini(&mine);
    bytes_fini(&other);
}

/* A private key of Ed25519 (RFC 8410, 10.3). */
#define PEM                                                                                                            \
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"                  \
    "-----END PRIVATE KEY-----\n"
#define CONF "agency = shelter@nrm.example\nkind = SupportNGO\n"

static const char storage_key[8 + SECRETBOX_KEY_SIZE] = "generate";
static const struct item {
    const char *name;
    const char *content;
    size_t size;
} items[] = {{KEYS_PART_STORAGE_KEY, storage_key, sizeof storage_key},
             {KEYS_PART_NODE, "sixteen bytes id", IDENT_SIZE},
             {KEYS_PART_IDENTITY, PEM, sizeof PEM - 1},
             {KEYS_PART_TRANSPORT, PEM, sizeof PEM - 1},
             {KEYS_PART_CONF, CONF, sizeof CONF - 1},
             {KEYS_PART_SLOTS, "wrapped", 7}};
#define ITEMS (sizeof items / sizeof *items)

/* A part of all items but LACKS, that of number CHANGED with CONTENT; read again with its words. */
static bool read_part(size_t lacks, size_t changed, struct view content, struct backup_opened *out, struct error *err)
{
    struct keys_part_writer *w;
    uint8_t key[SEAL_PUBLIC_SIZE];
    struct secret words = {0};
    struct bytes file = {0};
    struct seal_key *opens;
    FILE *part = tmpfile();
    FILE *slots = tmpfile();
    bool ok;

    recovery_key_make_words(&words);
    assert_true(recovery_key_of_words(secret_view(&words), &opens, err));
    seal_key_public(opens, key);
    assert_true(keys_part_writer_new(key, 1795000000000, &file, &w, err));
    for (size_t i = 0; i < ITEMS; i++) {
        struct view v = i == changed ? content : view_of(items[i].content, items[i].size);

        if (i != lacks)
            assert_true(keys_part_writer_item(w, items[i].name, v.size, &file, err) &&
                        keys_part_writer_put(w, v, &file, err));
    }
    assert_true(keys_part_writer_end(w, &file, err));
    keys_part_writer_free(w);
    assert_true(part != NULL && slots != NULL && file_write_at(fileno(part), bytes_view(&file), 0));
    ok = backup_opened_read(fileno(part), secret_view(&words), fileno(slots), out, err);
    (void)fclose(part);
    (void)fclose(slots);
    seal_key_free(opens);
    secret_fini(&words);
    bytes_fini(&file);
    return ok;
}

static void test_a_keys_part_has_all_that_a_home_needs(void **state)
{
    struct backup_opened o;
    struct error err = {0};

    (void)state;
    assert_true(read_part(ITEMS, ITEMS, (struct view){0}, &o, &err));
    assert_int_equal(o.made_ms, 1795000000000);
    assert_int_equal(o.slots_size, 7);
    assert_int_equal(backup_opened_slots(&o), 0);
    assert_true(view_equal(bytes_view(&o.conf), view_of_text(CONF)));
    backup_opened_fini(&o);
    for (size_t lacks = 0; lacks < ITEMS; lacks++) {
        if (read_part(lacks, ITEMS, (struct view){0}, &o, &err))
            fail_msg("it opens without %s", items[lacks].name);
        assert_int_equal(err.code, E_BAK_01);
        backup_opened_fini(&o);
    }
    for (size_t key = 2; key <= 3; key++) {
        assert_false(read_part(ITEMS, key, view_of_text("no key"), &o, &err));
        backup_opened_fini(&o);
    }
}

static struct backup_request asked;

static bool ask(const char *conf, const struct backup_facts *facts, struct error *err)
{
    struct backup_opened o = {0};
    bool ok;

    bytes_append_text(&o.conf, conf);
    ok = backup_opened_request(&o, facts, &asked, err);
    bytes_fini(&o.conf);
    return ok;
}

/* node.conf was sealed with the rest: nobody can correct it before it is put back. */
static void test_a_line_that_does_not_hold_keeps_no_backup_from_going_back(void **state)
{
    struct backup_facts facts = {.agency = {.text = "shelter@nrm.example"},
                                 .is_listed = true,
                                 .kind = KIND_SHELTER,
                                 .endpoint = "old.example:7411",
                                 .relay = {.text = "police@nrm.example"}};
    struct error err = {0};

    (void)state;
    assert_true(ask(CONF "listen = 127.0.0.1:7411\n", &facts, &err));
    assert_int_equal(asked.fault.code, E_NONE);
    assert_true(text_is(asked.request.endpoint, "127.0.0.1:7411"));
    assert_true(ask(CONF "listen = 127.0.0.1:7411\ngroup = refex-nobody\nendpoint = new.example:7411\n", &facts, &err));
    assert_int_equal(asked.fault.code, E_NOD_06);
    assert_non_null(strstr(asked.fault.text, "node.conf:4: group must be"));
    assert_string_equal(asked.request.agency.text, "shelter@nrm.example");
    assert_int_equal(asked.request.kind, KIND_SHELTER);
    assert_false(asked.request.unlisted);
    assert_true(text_is(asked.request.endpoint, "new.example:7411"));
    assert_true(text_is(asked.request.relay, "police@nrm.example"));
    assert_true(ask("no line\nlisten = nowhere\n", &facts, &err));
    assert_true(text_is(asked.request.endpoint, "old.example:7411"));
    facts.unlisted = true;
    assert_true(ask(CONF "unlisted = no\nlisten = 127.0.0.1:7411\n", &facts, &err));
    assert_true(asked.request.unlisted);
    assert_int_equal(asked.request.endpoint.size, 0);
    facts.is_listed = false;
    assert_true(ask(CONF "listen = 127.0.0.1:7411\n", &facts, &err));
    assert_int_equal(asked.request.kind, KIND_SUPPORT_NGO);
    assert_false(asked.request.unlisted);
    assert_true(ask(CONF "listen = 127.0.0.1:7411\nunlisted = perhaps\n", &facts, &err));
    assert_true(asked.request.unlisted);
    assert_false(ask("agency = shelter@nrm.example\nkind = Shelterr\n", &facts, &err));
    assert_int_equal(err.code, E_NOD_06);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_this_home_did_not_write_is_seen),
        cmocka_unit_test(test_a_keys_part_has_all_that_a_home_needs),
        cmocka_unit_test(test_a_line_that_does_not_hold_keeps_no_backup_from_going_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
