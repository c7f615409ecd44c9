#ifndef MODEL_DIRECTORY_H
#define MODEL_DIRECTORY_H
/* Who is a member: the federation's signed list, and the sealing keys that members publish (docs/PROTOCOL.md 10).
 *
 * Floor: model. Everything borrows from the arena of the decoder.
 */

#include "model/agency.h"
#include "model/ident.h"

struct member {
    struct address agency;
    enum agency_kind kind;
    bool unlisted;                    /* no endpoint here; see member_dials_only */
    struct view endpoint;             /* "host:port"; empty when unlisted */
    struct view relay;                /* full address of its relay; empty: none */
    struct view identity_certificate; /* DER */
    const struct ident *nodes;        /* ids of its machines, which their transport certificates carry; ascending */
    size_t node_count;                /* at least one; no id is listed twice in a directory */
    struct view bundle;               /* newest key bundle note that the federation has seen; may be empty */
    uint32_t begun_again; /* how often its log began again on another machine: its incarnation is one more */
};

/* Unlisted and without a relay: it dials listed members, and nobody dials it. */
bool member_dials_only(const struct member *m);
/* Whether it dials listed members: an unlisted one with a relay dials that alone. */
bool member_may_dial(const struct member *m);
/* Whether one of the two can dial the other. */
bool member_can_link(const struct member *one, const struct member *other);

struct revocation {
    struct hash name;      /* of a certificate, a key or a machine (docs/PROTOCOL.md 10) */
    struct address agency; /* empty for an issuing CA, a transport CA or a directory key */
    enum revocation_reason reason;
    int64_t time_ms;
};

/* A legal basis that the federation's policy names for sharing without consent; an empty list: switched off. */
struct policy_basis {
    struct view code; /* ≤ 32 bytes */
    struct view text;
};

struct directory {
    struct federation federation;
    uint64_t sequence;
    int64_t refresh_after_s; /* unix seconds */
    int64_t hard_expiry_s;
    const struct member *members; /* ascending by agency */
    size_t member_count;
    const struct revocation *revocations; /* ascending by name */
    size_t revocation_count;
    const struct view *issuers; /* DER of the issuing CA certificates in use */
    size_t issuer_count;
    const struct view *transports; /* DER of the transport CA certificates in use */
    size_t transport_count;
    const struct view *keys; /* DER of the directory keys' certificates, ascending by their number */
    size_t key_count;
    const struct policy_basis *bases;
    size_t basis_count;
    uint32_t erase_after_hours; /* between stop and erase: 0 to 336; docs/PROTOCOL.md 10 */
};

struct bundle_key {
    uint32_t suite;
    uint8_t public_key[KEY_SIZE];
    uint32_t use_from;   /* unix day: sealed to from here */
    uint32_t use_until;  /* to the day before this */
    uint32_t keep_until; /* opened to here, inclusive */
};

struct bundle {
    struct address agency;
    uint64_t sequence;
    uint32_t content_min;
    uint32_t content_max;
    struct bundle_key keys[BOUND_BUNDLE_KEYS]; /* strictly ascending by use_from */
    size_t key_count;
};

/* Agencies that an officer, or together with another member a member, suspends for BOUND_SUSPENSION_MS. */
struct suspension {
    struct federation federation;
    uint64_t directory;    /* the number of the one in use: it counts while that is */
    int64_t time_ms;       /* from then on */
    uint32_t key;          /* number of the directory key that signs it; 0: a member's identity key does */
    struct address member; /* whose that is; else empty */
    struct address agencies[BOUND_SUSPENDED_BY_ONE]; /* strictly ascending; of a member one */
    size_t agency_count;
};

/* One identity key of an agency takes the place of another, which signs for it. */
struct succession {
    struct address agency;
    uint8_t old_key[KEY_SIZE];
    uint8_t new_key[KEY_SIZE];
    int64_t time_s;
};

/* An agency that suspensions suspend. */
struct suspended {
    struct address agency;
    int64_t until_ms;
    bool by_members; /* no officer suspends it for as long */
};

const struct member *directory_find_member(const struct directory *d, struct view agency);
/* Whether M lists the machine NODE. */
bool member_has_node(const struct member *m, const struct ident *node);
/* The last key in use on DAY, or NULL. */
const struct bundle_key *bundle_key_on(const struct bundle *b, uint32_t day);

#endif
