#include "exchange/rewrapping.h"

#include "base/log.h"
#include "base/sometimes.h"
#include "exchange/logs/audit.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault_rewrap.h"
#include "store/number_store.h"

#define ERASED_NUMBER "keys_erased"    /* name in number_store */
#define BUSY_MS       3600000          /* for so long it waits until the node does nothing else */
#define PAUSE_MS      600000           /* after a part that failed */
#define LATE_MS       (26 * 3600000LL) /* a day, and two hours to do it */

struct rewrapping {
    int64_t erased_ms; /* of the first erasure that no re-wrap was begun after; 0: none */
    bool due;
    bool begun;        /* the one under way began in this run of the node, so it is of all that was erased before */
    bool finished;     /* to be written down */
    int64_t due_ms;    /* since when it is due; steady */
    int64_t paused_ms; /* until when; steady; 0: it is not */
};

struct rewrapping *rewrapping_new(void)
{
    return xnew(sizeof(struct rewrapping));
}

bool rewrapping_load(struct exchange *x, struct error *err)
{
    bool there;

    return number_store_get(x->db, ERASED_NUMBER, &there, &x->rewrapping->erased_ms, err);
}

void rewrapping_new_day(struct exchange *x)
{
    struct rewrapping *r = x->rewrapping;

    if (r->due || r->erased_ms == 0 || day_of_ms(r->erased_ms) >= tick_record_day(x))
        return;
    r->due = true;
    r->due_ms = tick_steady_ms(x);
}

static bool write_erased(struct exchange *x, int64_t ms, struct error *err)
{
    x->rewrapping->erased_ms = ms;
    return tick_begin(x, err) && number_store_put(x->db, ERASED_NUMBER, ms, err);
}

static bool record_finished(struct exchange *x, struct error *err)
{
    struct record record = {.kind = RECORD_CONFIGURED};

    record.house.what = HOUSE_REWRAPPED;
    return tick_begin(x, err) && audit_append(x->audit, &record, NULL, err) &&
           write_erased(x, vault_has_erased(x->vault) ? tick_record_ms(x) : 0, err);
}

bool rewrapping_advance(struct exchange *x, struct error *err)
{
    struct rewrapping *r = x->rewrapping;

    if (r->finished) {
        r->finished = false;
        return record_finished(x, err);
    }
    return !vault_has_erased(x->vault) || r->erased_ms != 0 || write_erased(x, tick_record_ms(x), err);
}

/* --- the work --- */

static bool begin(struct exchange *x, struct error *err)
{
    if (!tick_has_room(x, err))
        return false;
    if (vault_rewrap_room(x->vault) + BOUND_DISK_FREE > x->disk_room)
        return error_set(err, E_STO_03, "the keys take %llu bytes once more while they are wrapped anew",
                         (unsigned long long)vault_rewrap_room(x->vault));
    x->rewrapping->begun = vault_rewrap_begin(x->vault, err);
    return x->rewrapping->begun;
}

static bool go_on(struct exchange *x, bool *done, struct error *err)
{
    REQUIRE(!x->in_transaction);
    *done = false;
    return (vault_is_rewrapping(x->vault) || begin(x, err)) && vault_rewrap_step(x->vault, x->db, done, err);
}

/* One that a crash had cut short is finished, and says nothing of what was erased meanwhile: the next one begins. */
static void end(struct rewrapping *r)
{
    if (!r->begun)
        SOMETIMES(a_rewrap_that_was_cut_short_was_finished);
    r->finished = r->begun;
    r->due = !r->begun;
    r->begun = false;
}

static bool fail(struct exchange *x, const struct error *err)
{
    struct rewrapping *r = x->rewrapping;

    SOMETIMES(keys_were_not_wrapped_anew_for_now);
    log_line(LOG_ERROR, "event=keys.not_rewrapped code=%s", error_row(err->code)->code);
    r->begun = r->begun && vault_is_rewrapping(x->vault);
    r->paused_ms = tick_steady_ms(x) + PAUSE_MS;
    return !vault_is_unsure(x->vault);
}

bool rewrapping_step(struct exchange *x, struct error *err)
{
    struct rewrapping *r = x->rewrapping;
    int64_t now = tick_steady_ms(x);
    bool done;

    REQUIRE(x->committed);
    if (!r->due || now < r->paused_ms)
        return true;
    r->paused_ms = 0;
    tick_again(x);
    /* In a transaction that is open here the next tick may have taken a slot already. */
    if (x->in_transaction || (x->durable && now - r->due_ms < BUSY_MS))
        return true;
    if (!go_on(x, &done, err))
        return fail(x, err);
    if (done)
        end(r);
    return true;
}

int64_t rewrapping_wake_ms(const struct exchange *x)
{
    return x->rewrapping->due ? x->rewrapping->paused_ms : 0;
}

int64_t rewrapping_late_since_ms(const struct exchange *x)
{
    int64_t erased = x->rewrapping->erased_ms;

    return erased != 0 && tick_record_ms(x) - erased > LATE_MS ? erased : 0;
}
