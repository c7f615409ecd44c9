#include "demo/demo_query.h"

#include <stdio.h>
#include <string.h>

#include "demo/demo_run.h"

/* The sections named at PATH, by the elements of a list or the keys of an object. */
static section_set sections_at(const struct json_read *r, const char *path)
{
    section_set set = 0;
    enum section s;

    for (size_t i = 0; i < json_read_count(r, path); i++) {
        const char *name = json_read_name(r, path, i);

        if (name != NULL && section_find(view_of_text(name), &s))
            set |= SECTION_BIT(s);
    }
    return set;
}

/* What a node's log says that it erased. Its lists no longer name the sections. */
static bool add_erased(struct demo *d, enum demo_index agency, section_set *out, struct error *err)
{
    struct demo_answer a = {0};
    struct json_read *line;
    bool ok = demo_run_checked(
        d, DEMO_WORDS("audit", "list", "--home", d->agencies[agency].home, "--kind", "ERASED", "--json"), &a, err);

    for (size_t i = 0; ok && (line = demo_answer_line(&a, i)) != NULL; i++) {
        *out |= sections_at(line, "erased");
        json_read_free(line);
    }
    demo_answer_fini(&a);
    return ok;
}

/* Opens one referral. A refusal with E-CON-05, consent withdrawn, counts as erased. */
static bool open_referral(struct demo *d, enum demo_index agency, const struct json_read *listed,
                          struct demo_holdings *out, struct bytes *all, struct error *err)
{
    const char *id = json_read_text(listed, "referral");
    struct demo_answer a = {0};
    struct json_read *r = NULL;
    const char *code;
    bool ok = id != NULL || error_set(err, E_DEM_02, "a referral is listed without its id");

    ok = ok &&
         demo_run_verb(d, DEMO_WORDS("referral", "show", "--home", d->agencies[agency].home, id, "--data", "--json"),
                       &a, err);
    if (ok && a.status == 0) {
        r = demo_answer_line(&a, 0);
        ok = r != NULL || error_set(err, E_DEM_02, "a referral cannot be read");
        out->readable |= ok ? sections_at(r, "sections") : 0;
    } else if (ok) {
        r = demo_answer_error(&a);
        code = r != NULL ? json_read_text(r, "error") : NULL;
        if (code != NULL && strcmp(code, "E-CON-05") == 0)
            ok = add_erased(d, agency, &out->erased, err);
        else
            ok = error_set(err, E_DEM_02, "%s cannot open a referral: %s", d->agencies[agency].title,
                           code != NULL ? code : "no reason is given");
    }
    if (all != NULL)
        bytes_append_view(all, bytes_view(&a.out));
    json_read_free(r);
    demo_answer_fini(&a);
    return ok;
}

bool demo_query_holdings(struct demo *d, enum demo_index agency, struct demo_holdings *out, struct bytes *all,
                         struct error *err)
{
    struct demo_answer a = {0};
    struct json_read *line;
    bool ok = demo_run_checked(d, DEMO_WORDS("referral", "list", "--home", d->agencies[agency].home, "--in", "--json"),
                               &a, err);

    *out = (struct demo_holdings){0};
    while (ok && (line = demo_answer_line(&a, out->referrals)) != NULL) {
        ok = open_referral(d, agency, line, out, all, err);
        json_read_free(line);
        out->referrals++;
    }
    demo_answer_fini(&a);
    return ok;
}

static bool text_matches(const struct json_read *r, const char *key, const char *wanted)
{
    const char *text = json_read_text(r, key);

    return wanted == NULL || (text != NULL && strcmp(text, wanted) == 0);
}

static bool peer_matches(const struct json_read *r, const char *peer)
{
    return text_matches(r, "to", peer) || text_matches(r, "from", peer) || text_matches(r, "by", peer);
}

bool demo_query_records(struct demo *d, enum demo_index agency, const char *kind, const char *peer,
                        const char *message_kind, size_t *count, uint64_t *first, char message[IDENT_TEXT],
                        struct error *err)
{
    struct demo_answer a = {0};
    struct json_read *line;
    bool ok = demo_run_checked(
        d, DEMO_WORDS("audit", "list", "--home", d->agencies[agency].home, "--kind", kind, "--json"), &a, err);

    *count = 0;
    for (size_t i = 0; ok && (line = demo_answer_line(&a, i)) != NULL; i++) {
        const char *id = json_read_text(line, "message");

        if (peer_matches(line, peer) && text_matches(line, "message_kind", message_kind)) {
            if (*count == 0 && first != NULL)
                *first = json_read_u64(line, "index");
            if (*count == 0 && message != NULL)
                (void)snprintf(message, IDENT_TEXT, "%s", id != NULL ? id : "");
            *count += 1;
        }
        json_read_free(line);
    }
    demo_answer_fini(&a);
    return ok;
}

bool demo_query_case(struct demo *d, section_set *out, struct error *err)
{
    struct demo_answer a = {0};
    struct json_read *r;
    bool ok = demo_run_checked(d, DEMO_WORDS("case", "show", "--home", d->agencies[LANTERN].home, d->case_id, "--json"),
                               &a, err);

    r = ok ? demo_answer_line(&a, 0) : NULL;
    if (ok)
        *out = r != NULL ? sections_at(r, "sections") : 0;
    json_read_free(r);
    demo_answer_fini(&a);
    return ok;
}
