#include "refexd/findings/findings.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "model/spoken_id.h"
#include "refexd/findings/findings_inside.h"

#define CASEWORKER  CONTROL_CASEWORKER
#define OPERATOR    CONTROL_OPERATOR
#define COORDINATOR CONTROL_COORDINATOR
#define SUPERVISOR  CONTROL_SUPERVISOR
#define KNOWN       NULL

static const struct finding_row {
    void (*make)(const struct finding_facts *f, struct finding_list *l);
    enum error_code code;
    enum control_who who;
    const char *unsaid; /* what a stopped node cannot say; NULL: it knows this, too */
    const char *sentence;
    const char *clears;
} rows[FOUND_COUNT] = {
#define FINDING_ROW(id, code, who, unsaid, function, sentence, clears)                                                 \
    [FOUND_##id] = {function, code, who, unsaid, sentence, clears},
#include "refexd/findings/findings.def"
#undef FINDING_ROW
};

_Static_assert(FOUND_COUNT *(BOUND_NAMED + 1) <= BOUND_FINDINGS, "a status holds all that can be found");

enum control_who finding_who(enum found f)
{
    return rows[f].who;
}

bool finding_is_known_stopped(enum found f)
{
    return rows[f].unsaid == KNOWN;
}

void finding_write_span(int64_t ms, char out[static FINDING_SPAN])
{
    int64_t minutes = (ms < 0 ? -ms : ms) / 60000;

    if (minutes >= 2880)
        (void)snprintf(out, FINDING_SPAN, "%" PRId64 " days", minutes / 1440);
    else if (minutes >= 120)
        (void)snprintf(out, FINDING_SPAN, "%" PRId64 " hours", minutes / 60);
    else
        (void)snprintf(out, FINDING_SPAN, "%" PRId64 " minutes", minutes);
}

/* --- the sentence --- */

static const char *words(const char *text)
{
    REQUIRE(text != NULL); /* the sentence names what its function did not give */
    return text;
}

/* NAME is "one|many". */
static void append_by_count(struct bytes *out, struct view name, const char *bar, uint64_t count)
{
    const char *begin = (const char *)name.at;
    size_t one = (size_t)(bar - begin);

    if (count == 1)
        bytes_append(out, begin, one);
    else
        bytes_append(out, bar + 1, name.size - one - 1);
}

static void append_word(struct bytes *out, struct view name, const struct finding_item *i)
{
    const char *bar = memchr(name.at, '|', name.size);
    char spoken[BOUND_SPOKEN_ID];
    char time[TEXT_MINUTE];
    char id[IDENT_TEXT];

    if (bar != NULL) {
        append_by_count(out, name, bar, i->count);
    } else if (text_is(name, "agency")) {
        bytes_append_text(out, words(i->agency == NULL ? NULL : i->agency->text));
    } else if (text_is(name, "id")) {
        REQUIRE(i->id != NULL);
        ident_write(i->id, id);
        bytes_append_text(out, id);
    } else if (text_is(name, "referral") || text_is(name, "case")) {
        REQUIRE(i->id != NULL);
        if (text_is(name, "case"))
            case_label_write(i->id, spoken);
        else
            code_name_write(i->id, spoken);
        bytes_append_text(out, spoken);
    } else if (text_is(name, "time") || text_is(name, "since")) {
        text_write_minute(text_is(name, "time") ? i->time_ms : i->since_ms, time);
        bytes_append_text(out, time);
    } else if (text_is(name, "count")) {
        bytes_printf(out, "%" PRIu64, i->count);
    } else {
        bytes_append_text(out, words(text_is(name, "what") ? i->what : text_is(name, "then") ? i->then : NULL));
    }
}

/* SENTENCE with what I says in place of each {name}. */
static void write_sentence(struct bytes *out, const char *sentence, const struct finding_item *i)
{
    while (*sentence != '\0') {
        size_t plain = strcspn(sentence, "{");
        size_t name;

        bytes_append(out, sentence, plain);
        sentence += plain;
        if (*sentence == '\0')
            return;
        name = strcspn(sentence, "}");
        REQUIRE(sentence[name] == '}' && name > 0);
        append_word(out, view_of(sentence + 1, name - 1), i);
        sentence += name + 1;
    }
}

/* --- the list --- */

static void add_text(struct finding_list *l, const struct bytes *text, const struct ident *about, int64_t since_ms)
{
    const struct finding_row *row = &rows[l->row];
    const struct error_row *said = error_row(row->code);
    size_t size = text->size < CONTROL_SENTENCE_MAX ? text->size : CONTROL_SENTENCE_MAX;

    REQUIRE(l->row < FOUND_COUNT && l->count < BOUND_FINDINGS);
    l->rows[l->count] = l->row;
    l->items[l->count++] = (struct control_finding){.code = view_of_text(said->code),
                                                    .text = arena_copy(l->arena, view_of(text->at, size)),
                                                    .who = row->who,
                                                    .remedy = view_of_text(said->remedy),
                                                    .about = about != NULL ? *about : (struct ident){{0}},
                                                    .since_ms = since_ms < 0 ? 0 : since_ms,
                                                    .clears = view_of_text(row->clears)};
}

void finding_add(struct finding_list *l, const struct finding_item *i)
{
    struct bytes text = {0};

    if (l->named == BOUND_NAMED) {
        l->more++;
        return;
    }
    l->named++;
    write_sentence(&text, rows[l->row].sentence, i);
    add_text(l, &text, i->id, i->since_ms);
    bytes_fini(&text);
}

void finding_add_more(struct finding_list *l, uint64_t count)
{
    l->more += count;
}

static void end_row(struct finding_list *l)
{
    struct bytes text = {0};

    if (l->more == 0)
        return;
    bytes_printf(&text, "at least %" PRIu64 " more like this", l->more);
    add_text(l, &text, NULL, 0);
    bytes_fini(&text);
}

void findings_make(const struct finding_facts *f, struct arena *arena, struct finding_list *out)
{
    *out = (struct finding_list){.arena = arena};
    out->items = arena_new(arena, BOUND_FINDINGS * sizeof *out->items);
    out->rows = arena_new(arena, BOUND_FINDINGS * sizeof *out->rows);
    for (size_t i = 0; i < FOUND_COUNT; i++) {
        if (f->is_stopped && rows[i].unsaid != NULL)
            continue;
        out->row = (enum found)i;
        out->named = 0;
        out->more = 0;
        rows[i].make(f, out);
        end_row(out);
    }
}

void findings_write_unsaid(bool of_caseworker, struct bytes *out)
{
    bool first = true;

    for (size_t i = 0; i < FOUND_COUNT; i++) {
        if (rows[i].unsaid == NULL || (rows[i].who == CASEWORKER) != of_caseworker)
            continue;
        bytes_printf(out, "%s%s", first ? "" : "; ", rows[i].unsaid);
        first = false;
    }
}
