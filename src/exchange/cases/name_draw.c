#include "exchange/cases/name_draw.h"

#include "exchange/state.h"
#include "model/spoken_id.h"
#include "store/id_store.h"

#define DRAWS 64

static bool draw(struct exchange *x, enum id_of of,
                 void (*range)(const struct ident *id, struct ident *first, struct ident *last), struct ident *out,
                 struct error *err)
{
    bool taken = true;

    for (int i = 0; taken && i < DRAWS; i++) {
        struct ident first;
        struct ident last;

        ident_random(x->random, out);
        range(out, &first, &last);
        if (!id_store_is_taken(x->db, of, &first, &last, &taken, err))
            return false;
    }
    return true;
}

bool name_draw_case(struct exchange *x, struct ident *out, struct error *err)
{
    return draw(x, ID_OF_CASE, case_label_range, out, err);
}

bool name_draw_referral(struct exchange *x, struct ident *out, struct error *err)
{
    return draw(x, ID_OF_REFERRAL, code_name_range, out, err);
}
