#ifndef BENCH_ROWS_H
#define BENCH_ROWS_H
/* Many cases, consents and referrals of a node, made by its own requests, and the programs that measure such a node.
 */

#include "nodes.h"

struct rows {
    struct ident *ids; /* of the cases; freed by its owner */
    size_t count;
};

/* N cases of A, a consent and a referral of each, receipted as far as the other takes them in a day. */
void rows_make(struct agency *a, struct rows *out, size_t n);
/* One import of N cases, of invented names, phones and a short note; returns the number of the request. */
uint32_t rows_send_import(struct agency *a, size_t n);
/* What records a consent of case I of ROWS, and what refers it. */
void rows_make_consent(void *rows, size_t i, struct bytes *out);
void rows_make_referral(void *rows, size_t i, struct bytes *out);
/* Asks A for N things that MAKE writes, a window of them at a time. */
void rows_ask_many(struct agency *a, size_t n, uint16_t kind, void (*make)(void *cookie, size_t i, struct bytes *out),
                   void *cookie);
/* The names of case I, in the letters of one of two alphabets. */
void rows_name(size_t i, char first[static 32], char second[static 48]);

/* What measures a node that has many of them. */
struct rows_bench {
    const char *name;                  /* of its folder */
    size_t rows;                       /* without --rows */
    size_t times;                      /* without --times: how often each thing is asked */
    void (*prepare)(struct agency *a); /* what else the rows need; NULL: nothing */
    void (*measure)(struct agency *a, size_t times);
};
/* What --only names: what is measured has it in its name. Empty: all is. */
extern const char *rows_only;
/* Reads --dir, --rows, --times, --only and --keep, makes the nodes and *CASES, measures, and removes all again. With
 * --keep the nodes are made in that folder and stay, and where it is there already they are started as they are: *CASES
 * has no ids then. Returns the exit status: 64 where what was typed cannot be. */
int rows_main(int argc, char **argv, const struct rows_bench *bench, struct rows *cases);

#endif
