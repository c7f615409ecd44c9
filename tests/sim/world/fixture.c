#include "fixture.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "exchange/state.h"
#include "exchange/vault.h"
#include "store/search_store.h"

void fixture_look(struct fixture *s)
{
    s->ngo = world_node(s->w, NGO);
    s->mission = world_node(s->w, MISSION);
}

void fixture_settle(struct fixture *s)
{
    REQUIRE(world_run_until_idle(s->w, HOURS));
}

void fixture_begin(struct fixture *s, uint64_t seed, size_t nodes, const struct people_consent *consent)
{
    *s = (struct fixture){.w = world_new(seed, nodes)};
    s->to = world_address(s->w, MISSION);
    fixture_look(s);
    fixture_settle(s);
    s->person = people_case(s->ngo);
    world_tick(s->w, NGO);
    if (consent != NULL)
        s->consent = people_consent(s->ngo, &s->person, s->to, consent);
    world_tick(s->w, NGO);
}

static void end(struct fixture *s, bool is_good(struct exchange *x))
{
    for (size_t i = 0; i < WORLD_NODES; i++)
        REQUIRE(world_node(s->w, i) == NULL || is_good(world_node(s->w, i)));
    world_free(s->w);
}

void fixture_end(struct fixture *s)
{
    end(s, people_log_is_good);
}

void fixture_end_forged(struct fixture *s)
{
    end(s, people_forged_log_is_good);
}

void fixture_restart(struct fixture *s, size_t i)
{
    if (world_node(s->w, i) != NULL)
        world_crash(s->w, i);
    world_start(s->w, i);
    fixture_look(s);
}

void fixture_edit_beside(struct fixture *s, size_t i, const char *sql)
{
    char path[1200];
    sqlite3 *db;

    REQUIRE(snprintf(path, sizeof path, "%s/refex.db", world_home(s->w, i)) < (int)sizeof path);
    REQUIRE(sqlite3_open(path, &db) == SQLITE_OK && sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
    REQUIRE(sqlite3_close(db) == SQLITE_OK);
}

void fixture_edit_down(struct fixture *s, size_t i, const char *sql)
{
    if (world_node(s->w, i) != NULL)
        world_crash(s->w, i);
    fixture_edit_beside(s, i, sql);
    fixture_look(s);
}

void fixture_edit(struct fixture *s, size_t i, const char *sql)
{
    fixture_edit_down(s, i, sql);
    fixture_restart(s, i);
}

unsigned fixture_at_each_statement(struct fixture *s, size_t i, bool act(struct fixture *s), int64_t rest_ms)
{
    for (unsigned n = 1;; n += getenv("REFEX_LONG") != NULL ? 1 : 3) {
        world_fault(s->w, i, DB_FAULT_STEP, n);
        if (!act(s))
            REQUIRE(world_is_expected_fault(s->w, i, &s->err));
        world_run_ms(s->w, rest_ms);
        fixture_look(s);
        if (world_node(s->w, i) == NULL) {
            fixture_restart(s, i);
            continue;
        }
        REQUIRE(db_fault_is_armed(world_node(s->w, i)->db, DB_FAULT_STEP));
        world_mend(s->w, i);
        return n;
    }
}

bool fixture_try_refer(struct fixture *s)
{
    return people_refer(s->ngo, &s->person, s->to, &(struct people_referral){.now = true}, &s->sent, &s->err);
}

void fixture_refer(struct fixture *s)
{
    world_must(fixture_try_refer(s), &s->err, "refer");
}

void fixture_deliver(struct fixture *s)
{
    fixture_refer(s);
    fixture_settle(s);
    REQUIRE(people_state(s->ngo, &s->sent.referral) == REFERRAL_DELIVERED);
}

bool fixture_withdraw(struct fixture *s, bool erase_now)
{
    struct control_consent_withdraw_ask ask = {.consent = s->consent, .erase_now = erase_now, .seen_alone = erase_now};

    return exchange_consent_withdraw(s->ngo, &ask, &s->shown, &s->err);
}

enum recipient_status fixture_told(struct fixture *s)
{
    world_must(exchange_consent_show(s->ngo, &s->consent, &s->shown, &s->err), &s->err, "show a consent");
    return s->shown.told;
}

static int open_keys(struct fixture *s, size_t i)
{
    char path[FILE_PATH_MAX];
    int fd;

    (void)snprintf(path, sizeof path, "%s/keys", world_home(s->w, i));
    fd = open(path, O_RDWR | O_CLOEXEC);
    REQUIRE(fd >= 0);
    return fd;
}

/* Keys used last are in memory: others take their places there. */
static void use_other_keys(struct fixture *s, struct vault *v)
{
    struct bytes sealed = {0};

    for (uint64_t slot = 256; slot < 1024; slot++)
        (void)vault_slot_is_erased(v, slot);
    for (unsigned i = 0; i < 510; i++) {
        const char section[] = {(char)(1 + i / 2), (char)(i % 2), '\0'};
        struct cell where = {.slot = VAULT_OWN_SLOT, .section = section, .table = "", .column = ""};

        REQUIRE(vault_seal_cell(v, &where, view_of_text("x"), &sealed, &s->err));
    }
    bytes_fini(&sealed);
}

void fixture_take_keys(struct fixture *s, size_t i, struct bytes *keys)
{
    char path[FILE_PATH_MAX];
    int fd = open_keys(s, i);

    (void)snprintf(path, sizeof path, "%s/keys", world_home(s->w, i));
    use_other_keys(s, world_node(s->w, i)->vault);
    REQUIRE(file_read(path, 1 << 24, keys, &s->err));
    REQUIRE(ftruncate(fd, 0) == 0);
    (void)close(fd);
}

void fixture_give_keys(struct fixture *s, size_t i, struct bytes *keys)
{
    int fd = open_keys(s, i);

    REQUIRE(file_write_at(fd, bytes_view(keys), 0));
    (void)close(fd);
    bytes_fini(keys);
}

struct control_consent_record_ask fixture_named_ask(const struct fixture *s)
{
    static const struct control_consent_grant triage = {
        .sections = BIT(TRIAGE), .purpose = PURPOSE_SERVICES, .onward = ONWARD_NONE};

    return (struct control_consent_record_ask){.case_id = s->person,
                                               .to = s->to,
                                               .to_count = 1,
                                               .grants = &triage,
                                               .grant_count = 1,
                                               .given_by = GIVEN_BY_SELF,
                                               .notice = view_of_text("notice-1"),
                                               .language = view_of_text("uk"),
                                               .seen_alone = SEEN_ALONE,
                                               .request_id = view_of_text("one")};
}

static bool count_slot(void *cookie, uint64_t slot, struct error *err)
{
    (void)slot;
    (void)err;
    (*(unsigned *)cookie)++;
    return true;
}

unsigned fixture_retired(struct fixture *s)
{
    unsigned n = 0;

    world_must(search_store_walk_retired(s->ngo->db, count_slot, &n, &s->err), &s->err, "walk the slots");
    return n;
}
