#ifndef MODEL_NAMES_H
#define MODEL_NAMES_H
/* Numbers that have a name: a table indexed by the number, its first entry unused.
 *
 * Floor: model. For the files of this room; the macros at the end for the generated headers of enums
 * (model/consent_enums.h and others, by tools/contract_tables).
 */

#include "base/bytes.h"

/* The name of NUMBER in TABLE[END]; "?" for one that has none. */
const char *names_get(const char *const *table, unsigned end, unsigned number);

/* The number that is called NAME, exactly. */
bool names_find(const char *const *table, unsigned end, struct view name, unsigned *out);

/* Defines FUNCTION: the name of a VALUE of TYPE in TABLE. */
#define NAMED_BY(function, type, table)                                                                                \
    const char *function(type value)                                                                                   \
    {                                                                                                                  \
        return names_get(table, sizeof table / sizeof table[0], value);                                                \
    }

/* Defines FUNCTION: the value of TYPE that TABLE calls NAME; false: it calls none so, and *OUT stays. */
#define FOUND_BY(function, type, table)                                                                                \
    bool function(struct view name, type *out)                                                                         \
    {                                                                                                                  \
        unsigned number;                                                                                               \
                                                                                                                       \
        if (!names_find(table, sizeof table / sizeof table[0], name, &number))                                         \
            return false;                                                                                              \
        *out = (type)number;                                                                                           \
        return true;                                                                                                   \
    }

/* --- an enum of a contract: X_VALUES(VALUE) are its values --- */

#define ENUM_VALUE(NAME, number, word, says, also) NAME = number,
#define ENUM_WORD(NAME, number, word, says, also)  [NAME] = word,
#define ENUM_SAYS(NAME, number, word, says, also)  [NAME] = says,

#define ENUM(of, OF) enum of { OF##_VALUES(ENUM_VALUE) OF##_END }

/* Its word: --json and a command line have it. "?" where it has none. */
#define DECLARE_NAME(of, OF) const char *of##_name(enum of value);
#define DEFINE_NAME(of, OF)                                                                                            \
    static const char *const of##_words[OF##_END] = {OF##_VALUES(ENUM_WORD)};                                          \
    NAMED_BY(of##_name, enum of, of##_words)

/* What people read instead. */
#define DECLARE_SAYS(of, OF) const char *of##_says(enum of value);
#define DEFINE_SAYS(of, OF)                                                                                            \
    static const char *const of##_sentences[OF##_END] = {OF##_VALUES(ENUM_SAYS)};                                      \
    NAMED_BY(of##_says, enum of, of##_sentences)

#define DECLARE_FIND(of, OF) bool of##_find(struct view name, enum of *out);
#define DEFINE_FIND(of, OF)  FOUND_BY(of##_find, enum of, of##_words)

#endif
