#ifndef MODEL_ARRIVAL_H
#define MODEL_ARRIVAL_H
/* What is known of a message of ours without a receipt (docs/PROTOCOL.md 13): the recipient's word that it did not
 * arrive is nobody's signed word, and never makes it one that never left.
 *
 * Floor: model.
 */

enum arrival {
    ARRIVAL_SETTLED, /* nothing to say: it has a receipt, it never left, or it came in */
    ARRIVAL_UNKNOWN, /* it may have left */
    ARRIVAL_DENIED,  /* they say that it did not arrive */
    ARRIVAL_MISSING, /* they said so after the last envelope's expiry */
    ARRIVAL_END
};

/* Both take any number; "?" for ARRIVAL_SETTLED and one that has no name. */
const char *arrival_name(enum arrival a);     /* "may-have-left" …, for --json */
const char *arrival_sentence(enum arrival a); /* "they say it did not arrive" … */

#endif
