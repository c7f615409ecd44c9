#include "cli/calls.h"

#include <string.h>

struct control_none {
    char none;
};

static void control_none_encode(const struct control_none *in, struct bytes *out)
{
    (void)in;
    (void)out;
}

static bool control_none_decode(struct view wire, struct arena *arena, struct control_none *out, struct error *err)
{
    (void)arena;
    (void)out;
    return control_empty_decode(wire, err);
}

struct output {
    struct command *command;
    const struct told_form *form;
    const void *ask;
    const void *beside;
    struct render_table *table; /* NULL: each is shown by itself */
    bool is_sealed;             /* something of what was shown */
    bool is_any;                /* something was shown */
};

/* Whether ITEM is on the page, whose last row it becomes. */
static bool is_on_page(struct list_page *page, const struct told_form *f, const void *item)
{
    struct told_field id;

    if (page->limit == 0)
        return true;
    page->has_more = page->shown == page->limit;
    if (page->has_more)
        return false;
    page->shown++;
    REQUIRE(told_one(f->answer, item, view_of_text(page->id), &id) && id.bytes.size == sizeof page->last);
    memcpy(&page->last, id.bytes.at, sizeof page->last);
    return true;
}

static void print_more(const struct list_page *page)
{
    char last[IDENT_TEXT];

    ident_write(&page->last, last);
    (void)fprintf(stderr, "refex: there are more: the same with --after %s; --limit N shows N\n", last);
}

static bool show(void *cookie, const void *item)
{
    struct output *o = cookie;
    const struct told_shown shown = {item, o->ask, o->beside};
    struct told_field sealed;

    o->is_any = true;
    if (o->table != NULL && !is_on_page(&o->command->page, o->form, item))
        return true;
    if (o->table == NULL || o->command->json)
        told_form_show(stdout, o->command->json, o->form, &shown);
    else
        told_form_row(o->form, &shown, o->table);
    if (told_one(o->form->answer, item, view_of_text("sealed"), &sealed))
        o->is_sealed = o->is_sealed || sealed.number != 0;
    return true;
}

static bool end_lines(const struct output *o, bool ok)
{
    if (ok && !o->is_any && !o->command->json && o->form->empty != NULL)
        (void)puts(o->form->empty);
    return ok;
}

static bool end_list(struct output *o, const char *empty, bool ok)
{
    if (ok && !o->command->json)
        render_table_end(o->table, empty);
    if (ok && o->command->page.has_more && !o->command->json)
        print_more(&o->command->page);
    if (ok && o->is_sealed)
        (void)fputs(
            "refex: what is sealed is left out, what was agreed and asked for, and what is overdue: the node is "
            "stopped (start it: refex node run), or the disk does not give its keys (E-KEY-21)\n",
            stderr);
    bytes_fini(&o->table->cells);
    return ok;
}

#define VERB_ROW(number, kind, name, noun, verb, modes, again, roles, ask, answer, items)                              \
    struct name##_call {                                                                                               \
        bool (*on_item)(void *cookie, const struct control_##answer *item, struct error *err);                         \
        void *cookie;                                                                                                  \
    };                                                                                                                 \
                                                                                                                       \
    static bool on_##name(void *cookie, struct view message, struct error *err)                                        \
    {                                                                                                                  \
        const struct name##_call *k = cookie;                                                                          \
        struct arena arena = {.wiping = true};                                                                         \
        struct control_##answer item;                                                                                  \
        bool ok = control_##answer##_decode(message, &arena, &item, err) &&                                            \
                  (k->on_item == NULL || k->on_item(k->cookie, &item, err));                                           \
                                                                                                                       \
        arena_fini(&arena);                                                                                            \
        return ok;                                                                                                     \
    }                                                                                                                  \
                                                                                                                       \
    bool call_##name(struct command *c, const struct control_##ask *in,                                                \
                     bool (*on_item)(void *cookie, const struct control_##answer *item, struct error *err),            \
                     void *cookie, struct error *err)                                                                  \
    {                                                                                                                  \
        struct name##_call k = {on_item, cookie};                                                                      \
        struct bytes message = {.wiping = true};                                                                       \
                                                                                                                       \
        control_##ask##_encode(in, &message);                                                                          \
        return connection_ask(c, CONTROL_##kind, &message, on_##name, &k, err);                                        \
    }                                                                                                                  \
                                                                                                                       \
    static bool show_##name(void *cookie, const struct control_##answer *item, struct error *err)                      \
    {                                                                                                                  \
        (void)err;                                                                                                     \
        return show(cookie, item);                                                                                     \
    }                                                                                                                  \
                                                                                                                       \
    bool call_##name##_as_lines(struct command *c, const struct control_##ask *in, const struct told_form *f,          \
                                const void *beside, struct error *err)                                                 \
    {                                                                                                                  \
        struct output o = {c, f, in, beside, NULL, false, false};                                                      \
                                                                                                                       \
        return end_lines(&o, call_##name(c, in, show_##name, &o, err));                                                \
    }                                                                                                                  \
                                                                                                                       \
    bool call_##name##_as_table(struct command *c, const struct control_##ask *in, const struct told_form *f,          \
                                const char *empty, struct error *err)                                                  \
    {                                                                                                                  \
        const char *titles[RENDER_COLUMNS_MAX];                                                                        \
        struct render_table table;                                                                                     \
        struct output o = {c, f, in, NULL, &table, false, false};                                                      \
                                                                                                                       \
        told_form_table(f, titles, &table);                                                                            \
        return end_list(&o, empty, call_##name(c, in, show_##name, &o, err));                                          \
    }
#define CALL_ROW VERB_ROW
#include "codec/verbs.def"
