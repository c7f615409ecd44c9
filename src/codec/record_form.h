#ifndef CODEC_RECORD_FORM_H
#define CODEC_RECORD_FORM_H
/* The message of each kind of record (docs/PROTOCOL.md 12): one form a kind.
 *
 * Floor: codec, for record_codec only.
 */

#include "audit.pb-c.h"
#include "base/arena.h"
#include "base/error.h"
#include "model/record.h"

/* A record on its way to bytes, with room for what protobuf-c only points to. */
struct record_draft {
    union {
        ProtobufCMessage base;
        Refex__RecordDisclosed disclosed;
        Refex__RecordReceived received;
        Refex__RecordReceipted receipted;
        Refex__RecordWithheld withheld;
        Refex__RecordDenied denied;
        Refex__RecordConsent consent;
        Refex__RecordErased erased;
        Refex__RecordNotes notes;
        Refex__RecordCertificate certificate;
        Refex__RecordNoteHash note_hash;
        Refex__RecordCounted counted;
        Refex__RecordApproved approved;
        Refex__RecordSettled settled;
        Refex__RecordConsents consents;
        Refex__RecordTaken taken;
        Refex__RecordAgencyKey agency_key;
        Refex__RecordClosed closed;
        Refex__RecordForkLeaf fork_leaf;
        Refex__RecordClock clock;
        Refex__RecordHouse house;
    } own;
    uint32_t sections[SECTION_END];
    uint32_t kept[SECTION_END];
    struct arena texts;
};

struct record_form {
    /* Fills D->own and what it points to from R; REQUIREs what decode would refuse for a contradiction. */
    void (*encode)(const struct record *r, struct record_draft *d);
    /* Fills the kind's part of R, whose common fields are set, from the kind's message. */
    bool (*decode)(const void *own, struct record *r, struct error *err);
};

/* NULL where there is no such kind. */
const struct record_form *record_form_of(uint32_t kind);

#endif
