#ifndef CODEC_FOLDING_H
#define CODEC_FOLDING_H
/* The words of a text in one form, so that a name is found however it is spelled: Олена as Olena, Łukasz as Lukash,
 * Yıldız as yildiz.
 *
 * Floor: codec. Letters lose their marks and case (utf8proc), Cyrillic ones become Latin (folding.def), and what the
 * languages of this region spell differently becomes the same: sh sz ш ş, g h kh г х, y j i и й. A pair too many costs
 * a look. What it works with is wiped when it ends.
 */

#include "base/bytes.h"

#define FOLDED_WORD_MAX 32 /* bytes of a word that are kept */

typedef void folding_word_fn(void *cookie, struct view word);
/* Calls ON_WORD for each word of TEXT, UTF-8: letters and digits that stand together; an apostrophe is in a word. What
 * is no UTF-8 ends one. A word has FOLDED_WORD_MAX bytes at most: of a longer one its beginning. */
void folding_each_word(struct view text, folding_word_fn *on_word, void *cookie);

/* Whether WORD begins with TYPED, both folded. Of two letters that are folded as one (kh, ts, ph) the first may be
 * typed alone. */
bool folding_begins(struct view word, struct view typed);

#endif
