#include "cli/calls.h"

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

#define VERB_ROW(number, kind, name, noun, verb, modes, again, askers, ask, answer, items)                             \
    struct name##_call {                                                                                               \
        bool (*on_item)(void *cookie, const struct control_##answer *item, struct error *err);                         \
        void *cookie;                                                                                                  \
    };                                                                                                                 \
                                                                                                                       \
    static bool on_##name(void *cookie, struct view message, struct error *err)                                        \
    {                                                                                                                  \
        const struct name##_call *k = cookie;                                                                          \
        struct arena arena = {0};                                                                                      \
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
    }
#define CALL_ROW VERB_ROW
#include "codec/verbs.def"
