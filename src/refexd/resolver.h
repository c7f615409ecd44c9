#ifndef REFEXD_RESOLVER_H
#define REFEXD_RESOLVER_H
/* Names of hosts to addresses, by refex-link --resolve: a second confined process, so that no answer of a name server
 * is parsed where keys are.
 *
 * Floor: refexd. The process is started when first asked. Of what was sent to one that dies its asker is told: not
 * heard.
 */

#include <stdint.h>

#include "model/ident.h"

struct loop;
struct resolver;

struct resolver_answer {
    bool heard;                   /* false: the process died with the question, of which nothing is known */
    const struct view *addresses; /* literal, in the order to try, at most BOUND_RESOLVED; none: the host has none */
    size_t count;
    uint16_t port;
};
/* The addresses live during the call, which is never made before resolver_ask has returned. */
typedef void resolver_done_fn(void *cookie, const struct address *agency, const struct resolver_answer *answer);

struct resolver *resolver_new(struct loop *l, resolver_done_fn *fn, void *cookie);
/* False: too many questions are open, or one of AGENCY is; ask again later. */
bool resolver_ask(struct resolver *r, const struct address *agency, struct view host, uint16_t port);
void resolver_stop(struct resolver *r);
void resolver_free(struct resolver *r);

#endif
