#include "model/record.h"

#include <stdio.h>

#include "base/text.h"
#include "model/names.h"

static const char *const kinds[RECORD_HOUSE_END] = {
#define NAME(number, name, event, told) [number] = #name,
    RECORD_EXCHANGE_KINDS(NAME) RECORD_HOUSE_KINDS(NAME)
#undef NAME
};

NAMED_BY(record_kind_name, enum record_kind, kinds)
FOUND_BY(record_kind_find, enum record_kind, kinds)

bool owed_is_about_consent(enum owed value)
{
    return value == OWED_WITHDRAWAL || value == OWED_STATEMENT;
}

_Static_assert(RECORD_EXCHANGE_END <= RECORD_OPENED, "the kinds of each log are apart");

bool record_kind_is_house(enum record_kind k)
{
    return k >= RECORD_OPENED && k < RECORD_HOUSE_END;
}

/* The first COUNT parts of TEXT; false: it has fewer. */
static bool split(struct view text, char separator, struct view *out, size_t count)
{
    size_t n = 0;

    while (n < count && text_split(&text, separator, &out[n]))
        n++;
    return n == count;
}

/* The first line: federation/fid16/agency/incarnation; the second: the size; the third: the root. */
bool record_note_read(struct view note, struct record_note *out)
{
    struct view line[3];
    struct view origin[4];

    if (!split(note, '\n', line, 3) || !split(line[0], '/', origin, 4))
        return false;
    *out = (struct record_note){origin[0], origin[2], origin[3], line[1], line[2]};
    return true;
}

void record_notes_read(const struct record_notes *notes, struct record_notes_said *out)
{
    struct record_note n;

    *out = (struct record_notes_said){.first = notes->first, .second = notes->second};
    if (!record_note_read(notes->first, &n))
        return;
    (void)snprintf(out->agency.text, sizeof out->agency.text, "%.*s@%.*s", (int)n.agency.size,
                   (const char *)n.agency.at, (int)n.federation.size, (const char *)n.federation.at);
    out->incarnation = n.incarnation;
    out->sizes[out->size_count++] = n.size;
    if (record_note_read(notes->second, &n))
        out->sizes[out->size_count++] = n.size;
}

const char *taken_state_name(enum consent_state s)
{
    return s == CONSENT_GIVEN ? "taken-over" : consent_state_name(s);
}
