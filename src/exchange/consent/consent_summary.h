#ifndef EXCHANGE_CONSENT_SUMMARY_H
#define EXCHANGE_CONSENT_SUMMARY_H
/* A consent in one line, as it is shown to people.
 *
 * Floor: exchange. exchange_consent_record, _show and _withdraw are implemented here, exchange_consent_list in
 * consent_list.c.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/consent_store.h"

/* What a list says of it; one whose key the disk does not give is listed, sealed. What is opened for it lives for the
 * call: the consent book would fill with all there are. */
MUST_USE bool consent_summary_fill(struct exchange *x, const struct consent_row *row, struct control_consent *out,
                                   struct error *err);

#endif
