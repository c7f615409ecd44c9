#include "cli/dialogue/agency_choice.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "cli/calls.h"
#include "cli/dialogue/lines.h"
#include "formats/loose_text.h"

#define SAID_MAX 30 /* agencies that are said at once */

/* What it says it offers, as of what is wanted. */
enum offer {
    OFFER_SOME,
    OFFER_NOT_KNOWN,
    OFFER_NONE, /* it is listed by a part of its name alone */
};

struct agency_one {
    struct address address;
    enum agency_kind kind;
    bool linked;
    bool open;         /* now, by its hours */
    uint32_t services; /* that it says it offers; 0: it does not say */
    char (*desks)[BOUND_AGENCY + 1];
    size_t desk_count;
};

struct agency_choice {
    struct command *command;
    struct agency_one *all;
    size_t count;
    size_t room;
    uint32_t wanted; /* services; 0: nothing yet */
    bool has_entries;
    size_t said[SAID_MAX]; /* which, in the list that was printed last */
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
    a->all[a->count++] = (struct agency_one){.address = one->agency, .kind = one->kind, .linked = one->linked};
    return true;
}

bool agency_choice_load(struct command *c, struct agency_choice **out, struct error *err)
{
    struct agency_choice *a = xnew(sizeof *a);

    a->command = c;
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
    for (size_t i = 0; i < a->count; i++)
        free(a->all[i].desks);
    free(a->all);
    free(a);
}

/* --- what they say of themselves --- */

static bool on_entry(void *cookie, const struct control_agency_said *said, struct error *err)
{
    struct agency_one *one = cookie;

    (void)err;
    one->services = said->entry.services;
    one->open = said->hours_known && said->open;
    one->desk_count = said->entry.desk_count;
    one->desks = xnew((one->desk_count + 1) * sizeof *one->desks);
    for (size_t i = 0; i < one->desk_count; i++)
        memcpy(one->desks[i], said->entry.desks[i].name.at, said->entry.desks[i].name.size);
    return true;
}

/* Of which nothing is told nothing is known: the list is for choosing, not for judging. */
static void read_entries(struct agency_choice *a)
{
    struct error why;

    for (size_t i = 0; i < a->count && !a->has_entries; i++) {
        const struct control_entry_show_ask ask = {.agency = a->all[i].address};

        if (!call_entry_show(a->command, &ask, on_entry, &a->all[i], &why))
            error_clear(&why);
    }
    a->has_entries = true;
}

static enum offer offer_of(const struct agency_choice *a, const struct agency_one *one)
{
    if (one->services == 0)
        return OFFER_NOT_KNOWN;
    return (one->services & a->wanted) != 0 || a->wanted == 0 ? OFFER_SOME : OFFER_NONE;
}

/* --- the list --- */

/* Whether PART, small letters, stands in its name or its kind; everything where it is empty. */
static bool has_part(const struct agency_one *one, const char *part)
{
    return strcasestr(one->address.text, part) != NULL || strcasestr(agency_kind_name(one->kind), part) != NULL;
}

static void print_one(const struct agency_choice *a, size_t number)
{
    static const char *const says[] = {
        [OFFER_SOME] = ", offers it", [OFFER_NOT_KNOWN] = "", [OFFER_NONE] = ", says it offers other help"};
    const struct agency_one *one = &a->all[a->said[number]];
    bool says_so = one->services != 0 && a->wanted != 0;

    lines_print(2, "%zu  %s (%s)%s%s%s", number + 1, one->address.text, agency_kind_name(one->kind),
                says_so ? says[offer_of(a, one)] : "", one->open ? ", open now" : "",
                one->linked ? "" : ", not linked now");
    for (size_t i = 0; i < one->desk_count; i++)
        lines_print(5, "%s.%s", one->desks[i], one->address.text);
}

/* Those with PART in their name or kind, what they offer first; without PART not those that offer other help. */
static size_t print_matching(struct agency_choice *a, const char *part)
{
    enum offer last = part[0] == '\0' ? OFFER_NOT_KNOWN : OFFER_NONE;
    size_t matching = 0;

    a->said_count = 0;
    for (enum offer offer = OFFER_SOME; offer <= last; offer++)
        for (size_t i = 0; i < a->count; i++)
            if (offer_of(a, &a->all[i]) == offer && has_part(&a->all[i], part) && matching++ < SAID_MAX)
                a->said[a->said_count++] = i;
    if (matching > SAID_MAX) {
        a->said_count = 0;
        lines_print(2, "%zu agencies: type a part of the name or of the kind, like shelter or Police.", matching);
        return matching;
    }
    for (size_t i = 0; i < a->said_count; i++)
        print_one(a, i);
    return matching;
}

void agency_choice_print(struct agency_choice *a, uint32_t services)
{
    read_entries(a);
    a->wanted = services;
    if (print_matching(a, "") == 0)
        lines_print(2, "No agency says that it offers this. Type a part of a name or kind to see others.");
}

static bool is_name(const struct agency_one *one, const char *word)
{
    size_t n = strlen(word);

    return strcasecmp(one->address.text, word) == 0 ||
           (strncasecmp(one->address.text, word, n) == 0 && one->address.text[n] == '@');
}

/* A desk of ONE, by its name and that of the agency. */
static bool read_desk(const struct agency_one *one, struct view desk, struct bytes *out, struct error *err)
{
    for (size_t i = 0; i < one->desk_count; i++)
        if (text_is(desk, one->desks[i])) {
            bytes_printf(out, "%s.%s", one->desks[i], one->address.text);
            return true;
        }
    return error_set(err, E_USE_04, "%s says of no desk %.*s%s", one->address.text, (int)desk.size,
                     (const char *)desk.at,
                     one->desk_count == 0 ? ", and of no other" : "; its desks stand in the list");
}

bool agency_choice_read(struct agency_choice *a, struct view typed, struct bytes *out, struct error *err)
{
    struct view trimmed = loose_text_trim(typed);
    char word[128];
    uint32_t number;
    struct view desk;
    struct view rest;

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
    if (desk_address_split(view_of_text(word), &desk, &rest) && desk.size != 0) {
        read_entries(a); /* where a file answers, no list was printed */
        for (size_t i = 0; i < a->count; i++)
            if (is_name(&a->all[i], (const char *)rest.at))
                return read_desk(&a->all[i], desk, out, err);
    }
    switch (print_matching(a, word)) {
    case 0:
        (void)print_matching(a, "");
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
