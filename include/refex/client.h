#ifndef REFEX_CLIENT_H
#define REFEX_CLIENT_H
/* Ask a node: one request, any number of items, one end.
 *
 * Part of what refex publishes: stable. Messages are those of proto/control.proto, in its strict form (ascending
 * fields, no default values). An answer that a thing was done comes only after it is on the node's disk. A client is
 * used by one thread; a program may have several.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "refex/fault.h"

struct refex_client;

/* Who answers. */
enum refex_door {
    REFEX_NODE,           /* the running node */
    REFEX_NODE_OR_READER, /* or, when none runs, a program that opens its home and only reads */
    REFEX_READER,         /* that program, also beside a running node: it reads what was committed when it was asked */
    REFEX_TOOL,           /* the program that makes and enrols a node: the node must not run */
};

/* Opens the node in the folder HOME. E-NOD-01 no node there, E-NOD-05 not running, as far as who does not own HOME can
 * see (nor does he read it), E-NOD-09 running and its socket gone, E-CTL-08 it takes no connection for 2 seconds,
 * E-LNK-18 a program is missing. */
bool refex_client_open(const char *home, enum refex_door door, struct refex_client **out, struct refex_failure *why);

/* Whether a reader answers. */
bool refex_client_is_reader(const struct refex_client *c);

/* An item of an answer; MESSAGE is valid during the call. False ends refex_client_ask; the callee sets *WHY then. */
typedef bool refex_item_fn(void *cookie, const void *message, size_t size, struct refex_failure *why);

/* Sends a request and waits for its end. ON_ITEM may be NULL. False: see *WHY; items of a long list may have come
 * before. Not while other requests are under way: their answers would be dropped. */
bool refex_client_ask(struct refex_client *c, uint16_t kind, const void *message, size_t size, refex_item_fn *on_item,
                      void *cookie, struct refex_failure *why);

/* From now on refex_client_ask fails with E-CTL-08 where the end of its answer has not come within LIMIT_MS; 0, as at
 * first: it waits for ever. */
void refex_client_limit(struct refex_client *c, int limit_ms);

/* SENTENCE says that the node has not answered yet, and which one; valid during the call. */
typedef void refex_silence_fn(void *cookie, const char *sentence);

/* ON_SILENCE is called once where a node that runs has sent nothing for AFTER_MS while refex_client_ask waits, which it
 * goes on to do. Not by a reader or a tool: these are at work. */
void refex_client_on_silence(struct refex_client *c, int after_ms, refex_silence_fn *on_silence, void *cookie);

/* --- several requests under way --- */

enum refex_answer_kind { REFEX_ITEM = 640, REFEX_DONE, REFEX_FAILED };

struct refex_answer {
    uint32_t number;             /* of the request */
    enum refex_answer_kind kind; /* DONE and FAILED are the last of their request */
    const void *message;         /* of an ITEM: valid until the next call but _send */
    size_t size;
    struct refex_failure failure; /* of FAILED */
};

/* Queues a request and returns its number. It is sent by the next refex_client_next or _flush. */
uint32_t refex_client_send(struct refex_client *c, uint16_t kind, const void *message, size_t size);

/* A further frame of a request that takes several (CASE_PART before CASE_COMMIT). */
void refex_client_send_more(struct refex_client *c, uint32_t number, uint16_t kind, const void *message, size_t size);

/* Waits until all that was queued has been written to the socket. */
bool refex_client_flush(struct refex_client *c, struct refex_failure *why);

/* Waits for the next answer of any request, for at most TIMEOUT_MS (-1: no limit). *GOT false: none came in time.
 * False: the connection is lost (E-CTL-06, E-LNK-18) or an answer cannot be parsed (E-CTL-01); the client can only be
 * closed. */
bool refex_client_next(struct refex_client *c, int timeout_ms, struct refex_answer *out, bool *got,
                       struct refex_failure *why);

/* Closes and frees; waits for the reader or tool to end. NULL is fine. */
void refex_client_close(struct refex_client *c);

#endif
