/* The keys part at its place: who wrote what lies there is seen before it is overwritten. */
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
#include "crypto/digest.h"
#include "crypto/keys_part.h"
#include "crypto/recovery_key.h"
#include "crypto/seal.h"
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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_this_home_did_not_write_is_seen)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
