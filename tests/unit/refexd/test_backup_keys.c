/* Backups: when the data part is made; who wrote the keys part that lies at its place; and what a home needs of it, for
 * a rehearsal as for a restore. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/secret.h"
#include "base/text.h"
#include "codec/frame.h"
#include "crypto/digest.h"
#include "crypto/keys_part.h"
#include "crypto/recovery_key.h"
#include "crypto/seal.h"
#include "crypto/secretbox.h"
#include "io/child.h"
#include "refexd/backup/backup_opened.h"
#include "refexd/backup/backup_process.h"
#include "refexd/backup/backups_inside.h"

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

/* A copy of which the disk keeps something else is not put in the place of the one before. */
static void test_a_keys_part_that_reads_back_otherwise_is_not_put_there(void **state)
{
    struct control_backup_part out = {.part = BACKUP_KEYS};
    const struct hash other = {{1}};
    struct bytes part = {0};
    char path[FILE_PATH_MAX];
    struct error err = {0};

    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/refex-backup-keys-XXXXXX");
    assert_non_null(mkdtemp(folder));
    assert_true(file_join_path(path, folder, BACKUP_KEYS_FILE, &err));
    make_part(&part);
    work = (struct backup_work){.home = folder, .task = {.keys = view_of_text(folder), .data = view_of_text(folder)}};
    assert_true(backup_begin_keys(&work, &err));
    assert_true(backup_write_keys(&work, bytes_view(&part), &err));
    assert_false(backup_end_keys(&work, hash_view(&other), &out, &err));
    assert_int_equal(err.code, E_BAK_05);
    assert_false(file_exists(path));
    assert_true(file_join_path(path, folder, BACKUP_KEYS_FILE ".new", &err));
    assert_false(file_exists(path));
    folder_remove_made(folder);
    bytes_fini(&part);
}

static const int64_t now_ms = 1795000000000; /* 2026-11-18, past the night */

static bool is_due(int64_t made_ms, int64_t tried_ms)
{
    const struct data_times last = {made_ms, tried_ms};

    return backups_data_is_due(&last, HOUR_MS, now_ms);
}

static void test_a_data_part_is_made_each_night(void **state)
{
    const int64_t night = now_ms / DAY_MS * DAY_MS + 2 * HOUR_MS; /* the quiet hour, with what chance adds */

    (void)state;
    assert_true(is_due(0, 0));
    assert_true(is_due(night - 4 * HOUR_MS - 1, 0));
    assert_true(is_due(night - DAY_MS, 0));
    assert_false(is_due(night, 0));
    assert_false(is_due(night - 4 * HOUR_MS + 1, 0));
    assert_false(is_due(0, now_ms - HOUR_MS + 1));
    assert_true(is_due(0, now_ms - HOUR_MS));
}

/* It would stop for a year, and nobody would be told. */
static void test_a_clock_that_was_ahead_stops_no_backup(void **state)
{
    struct control_backup_part part = {.made_ms = 5, .tried_ms = 7};
    struct data_times times;

    (void)state;
    assert_true(is_due(now_ms + 365 * DAY_MS, 0));
    assert_true(is_due(0, now_ms + 365 * DAY_MS));
    assert_true(is_due(now_ms - DAY_MS, now_ms + 1));
    backups_read_times(&part, &times);
    assert_int_equal(times.made_ms, 0);
    assert_int_equal(times.tried_ms, 0);
    part.verified_ms = part.failing_since_ms = 6;
    backups_read_times(&part, &times);
    assert_int_equal(times.made_ms, 5);
    assert_int_equal(times.tried_ms, 7);
}

static void test_of_a_place_of_which_nothing_is_known_its_disk_is_asked(void **state)
{
    struct control_backup_part last = {.place = view_of_text("/media/a"), .made_ms = 1};

    (void)state;
    assert_true(backups_was_apart(&last, "/media/a"));
    assert_false(backups_was_apart(&last, "/media/b"));
    assert_true(backups_was_apart(NULL, "/media/b"));
    last.own_disk = last.apart = true; /* another file system of the node's disk */
    assert_true(backups_was_apart(&last, "/media/a"));
    last.apart = false;
    assert_false(backups_was_apart(&last, "/media/a"));
    last = (struct control_backup_part){.part = BACKUP_DATA};
    assert_false(backups_was_apart(&last, "/media/a"));
}

/* Whether the process ends well that is told KIND with PAYLOAD, after which the node ends. */
static bool serves(uint16_t kind, const char *payload, struct error *err)
{
    struct bytes frame = {0};
    int kept = dup(CHILD_FD);
    int ends[2];
    bool ok;

    *err = (struct error){0};
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    if (ends[0] != CHILD_FD) {
        assert_int_equal(dup2(ends[0], CHILD_FD), CHILD_FD);
        (void)close(ends[0]);
    }
    if (payload != NULL)
        frame_append(&frame, kind, view_of_text(payload));
    assert_int_equal(write(ends[1], frame.at, frame.size), (ssize_t)frame.size);
    assert_int_equal(shutdown(ends[1], SHUT_WR), 0);
    ok = backup_process_serve("/tmp", err);
    (void)close(ends[1]);
    (void)close(CHILD_FD);
    if (kept >= 0) {
        assert_int_equal(dup2(kept, CHILD_FD), CHILD_FD);
        (void)close(kept);
    }
    bytes_fini(&frame);
    return ok;
}

static void test_a_process_that_is_told_nonsense_says_so(void **state)
{
    struct error err;

    (void)state;
    assert_true(serves(0, NULL, &err));
    assert_false(serves(99, "", &err));
    assert_int_equal(err.code, E_BAK_28);
    assert_false(serves(BACKUP_PIECE, "x", &err)); /* of no part that was begun */
    assert_int_equal(err.code, E_BAK_28);
    assert_false(serves(BACKUP_END_KEYS, "x", &err));
    assert_int_equal(err.code, E_BAK_28);
    assert_false(serves(BACKUP_MAKE_DATA, "\xff", &err));
    assert_int_equal(err.code, E_BAK_28);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_this_home_did_not_write_is_seen),
        cmocka_unit_test(test_a_keys_part_that_reads_back_otherwise_is_not_put_there),
        cmocka_unit_test(test_a_keys_part_has_all_that_a_home_needs),
        cmocka_unit_test(test_a_line_that_does_not_hold_keeps_no_backup_from_going_back),
        cmocka_unit_test(test_a_data_part_is_made_each_night),
        cmocka_unit_test(test_a_clock_that_was_ahead_stops_no_backup),
        cmocka_unit_test(test_of_a_place_of_which_nothing_is_known_its_disk_is_asked),
        cmocka_unit_test(test_a_process_that_is_told_nonsense_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
