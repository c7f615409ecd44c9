#include "cli/dialogue/agency_choice.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "cli/calls.h"
#include "cli/dialogue/lines.h"
#include "formats/loose_text.h"

#define SAID_MAX 30 /* agencies that are said at once */

struct agency_one {
    struct address address;
    enum agency_kind kind;
    bool linked;
};

struct agency_choice {
    struct agency_one *all;
    size_t count;
    size_t room;
    size_t said[SAID_MAX]; /* which, in the list that was said last */
    size_t said_count;
};

static bool on_agency(void *cookie, const struct control_agency *one, struct error *err)
{
    struct agency_choice *a = cookie;

    (void)err;
    if (one->self || one->revoked)
        return true;
    if (a->count == a->room) {
        a->room = a->room == 0 ? 16 : a->room * 2;
        a->all = xrealloc(a->all, a->room * sizeof *a->all);
    }
    a->all[a->count++] = (struct agency_one){one->agency, one->kind, one->linked};
    return true;
}

bool agency_choice_load(struct command *c, struct agency_choice **out, struct error *err)
{
    struct agency_choice *a = xnew(sizeof *a);

    if (!call_agency_list(c, NULL, on_agency, a, err)) {
        agency_choice_free(a);
        return false;
    }
    *out = a;
    return true;
}

void agency_choice_free(struct agency_choice *a)
{
    if (a == NULL)
        return;
    free(a->all);
    free(a);
}

/* Whether PART, small letters, stands in its name or its kind; everything where it is empty. */
static bool has_part(const struct agency_one *one, const char *part)
{
    return strcasestr(one->address.text, part) != NULL || strcasestr(agency_kind_name(one->kind), part) != NULL;
}

static size_t print_matching(struct agency_choice *a, const char *part)
{
    size_t matching = 0;

    a->said_count = 0;
    for (size_t i = 0; i < a->count; i++)
        if (has_part(&a->all[i], part) && matching++ < SAID_MAX)
            a->said[a->said_count++] = i;
    if (matching > SAID_MAX) {
        a->said_count = 0;
        lines_print(2, "%zu agencies: type a part of the name or of the kind, like shelter or Police.", matching);
        return matching;
    }
    for (size_t i = 0; i < a->said_count; i++) {
        const struct agency_one *one = &a->all[a->said[i]];

        lines_print(2, "%zu  %s (%s)%s", i + 1, one->address.text, agency_kind_name(one->kind),
                    one->linked ? "" : ", not linked now");
    }
    return matching;
}

void agency_choice_print(struct agency_choice *a)
{
    (void)print_matching(a, "");
}

static bool is_name(const struct agency_one *one, const char *word)
{
    size_t n = strlen(word);

    return strcasecmp(one->address.text, word) == 0 ||
           (strncasecmp(one->address.text, word, n) == 0 && one->address.text[n] == '@');
}

bool agency_choice_read(struct agency_choice *a, struct view typed, struct bytes *out, struct error *err)
{
    struct view trimmed = loose_text_trim(typed);
    char word[128];
    uint32_t number;

    if (trimmed.size == 0 || trimmed.size >= sizeof word)
        return error_set(err, E_USE_04, "the number or the name of an agency");
    memcpy(word, trimmed.at, trimmed.size);
    word[trimmed.size] = '\0';
    if (text_read_u32(trimmed, &number)) {
        if (number == 0 || number > a->said_count)
            return error_set(err, E_USE_04, "that is no number of the list");
        bytes_append_text(out, a->all[a->said[number - 1]].address.text);
        return true;
    }
    for (size_t i = 0; i < a->count; i++)
        if (is_name(&a->all[i], word)) {
            bytes_append_text(out, a->all[i].address.text);
            return true;
        }
    switch (print_matching(a, word)) {
    case 0:
        agency_choice_print(a);
        return error_set(err, E_USE_04, "no agency has that in its name or kind; these can be asked");
    case 1:
        bytes_append_text(out, a->all[a->said[0]].address.text);
        return true;
    default:
        return error_set(err, E_USE_04, "these have that in their name or kind: type the number");
    }
}

enum agency_kind agency_choice_kind(const struct agency_choice *a, struct view name)
{
    for (size_t i = 0; i < a->count; i++)
        if (text_is(name, a->all[i].address.text))
            return a->all[i].kind;
    return (enum agency_kind)0;
}
