#include "federation_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "exchange/members/directory_note.h"
#include "pki/certificate.h"

void federation_fixture_init(struct federation_fixture *f, const char *name, int64_t now_ms, uint32_t keys,
                             uint32_t quorum)
{
    const struct certify_validity validity = {now_ms, 3650};
    uint8_t public_key[KEY_SIZE];
    struct error err;

    *f = (struct federation_fixture){.now_ms = now_ms, .quorum = quorum, .key_count = keys};
    (void)snprintf(f->federation.name, sizeof f->federation.name, "%s", name);
    f->root_key = sign_key_new();
    f->issuing_key = sign_key_new();
    assert_true(certify_root(f->root_key, name, &validity, &f->root, &err));
    assert_true(certificate_fid(bytes_view(&f->root), &f->federation.fid, &err));
    sign_key_public(f->issuing_key, public_key);
    assert_true(certify_issuing(f->root_key, bytes_view(&f->root), public_key, name, &validity, &f->issuing, &err));
    memcpy(f->label.text, "abcdefghijklmnopqrstuvwxyz", LABEL_SIZE);
    f->transport_key = sign_key_new();
    sign_key_public(f->transport_key, public_key);
    assert_true(certify_transport_ca(f->root_key, bytes_view(&f->root), public_key, &f->label, &validity,
                                     &f->transport_ca, &err));
    for (uint32_t i = 0; i < keys; i++) {
        const struct certify_directory which = {quorum, i + 1, public_key};

        f->directory_keys[i] = sign_key_new();
        sign_key_public(f->directory_keys[i], public_key);
        assert_true(certify_directory_key(f->root_key, bytes_view(&f->root), name, &which, &validity,
                                          &f->directory_certificates[i], &err));
    }
}

void federation_fixture_fini(struct federation_fixture *f)
{
    sign_key_free(f->root_key);
    sign_key_free(f->issuing_key);
    sign_key_free(f->transport_key);
    bytes_fini(&f->transport_ca);
    bytes_fini(&f->root);
    bytes_fini(&f->issuing);
    for (size_t i = 0; i < FIXTURE_KEYS; i++) {
        sign_key_free(f->directory_keys[i]);
        bytes_fini(&f->directory_certificates[i]);
    }
    for (size_t i = 0; i < f->agency_count; i++) {
        sign_key_free(f->agencies[i].transport_key);
        sign_key_free(f->agencies[i].identity_key);
        bytes_fini(&f->agencies[i].transport);
        bytes_fini(&f->agencies[i].identity);
    }
}

void federation_fixture_renew(const struct federation_fixture *f, const struct fixture_agency *a,
                              const struct sign_key *key, struct bytes *out)
{
    const struct certify_validity validity = {f->now_ms, CERTIFY_TRANSPORT_DAYS};
    struct bytes request = {0};
    struct error err;

    assert_true(certify_request(key, NULL, &request, &err));
    assert_true(certify_transport(f->transport_key, bytes_view(&f->transport_ca), bytes_view(&request), &f->label,
                                  &a->node, &validity, out, &err));
    bytes_fini(&request);
}

static void certify(const struct federation_fixture *f, struct fixture_agency *a)
{
    const struct certify_validity validity = {f->now_ms, CERTIFY_IDENTITY_DAYS};
    struct bytes request = {0};
    struct error err;

    assert_true(certify_request(a->identity_key, &a->address, &request, &err));
    assert_true(certify_identity(f->issuing_key, bytes_view(&f->issuing), bytes_view(&request), f->federation.name,
                                 &validity, &a->identity, &err));
    bytes_fini(&request);
    federation_fixture_renew(f, a, a->transport_key, &a->transport);
}

struct fixture_agency *federation_fixture_admit(struct federation_fixture *f, const char *address)
{
    struct fixture_agency *a = &f->agencies[f->agency_count++];

    assert_true(f->agency_count <= FIXTURE_MEMBERS);
    assert_true(address_read(view_of_text(address), &a->address));
    a->transport_key = sign_key_new();
    a->identity_key = sign_key_new();
    memset(a->node.at, (int)f->agency_count, IDENT_SIZE);
    certify(f, a);
    f->members[f->member_count++] = (struct member){.agency = a->address,
                                                    .kind = KIND_SUPPORT_NGO,
                                                    .endpoint = view_of_text("127.0.0.1:7411"),
                                                    .identity_certificate = bytes_view(&a->identity),
                                                    .nodes = &a->node,
                                                    .node_count = 1};
    return a;
}

void federation_fixture_directory(struct federation_fixture *f, unsigned signers, struct bytes *note)
{
    struct view issuers[BOUND_ISSUERS];
    const struct view transport_cas[2] = {bytes_view(&f->transport_ca), f->more_transport_ca};
    struct directory_signer with[FIXTURE_KEYS];
    struct view keys[FIXTURE_KEYS];
    const struct policy_basis basis = {view_of_text("vital-interests"), view_of_text("danger to life")};
    struct directory d = {.federation = f->federation,
                          .sequence = ++f->sequence,
                          .refresh_after_s = f->now_ms / 1000 + 7 * 86400,
                          .hard_expiry_s = f->now_ms / 1000 + 14 * 86400,
                          .members = f->members,
                          .member_count = f->member_count,
                          .revocations = f->revocations,
                          .revocation_count = f->revocation_count,
                          .issuers = issuers,
                          .issuer_count = f->more_issuer_count + 1,
                          .transports = transport_cas,
                          .transport_count = f->more_transport_ca.size == 0 ? 1 : 2,
                          .keys = keys,
                          .key_count = f->key_count,
                          .bases = &basis,
                          .basis_count = 1,
                          .erase_after_hours = 72};
    size_t count = 0;
    struct error err;

    memcpy(issuers, f->more_issuers, sizeof issuers);
    issuers[f->more_issuer_count] = bytes_view(&f->issuing);
    for (uint32_t i = 0; i < f->key_count; i++) {
        keys[i] = bytes_view(&f->directory_certificates[i]);
        if (signers & (1u << i))
            with[count++] = (struct directory_signer){i + 1, f->directory_keys[i]};
    }
    bytes_clear(note);
    assert_true(directory_note_sign(&d, with, count, note, &err));
}

struct membership_files federation_fixture_files(const struct federation_fixture *f,
                                                 const struct fixture_agency *agency, struct view note)
{
    return (struct membership_files){.root = bytes_view(&f->root),
                                     .issuing = bytes_view(&f->issuing),
                                     .transport_ca = bytes_view(&f->transport_ca),
                                     .transport = bytes_view(&agency->transport),
                                     .identity = bytes_view(&agency->identity),
                                     .directory = note};
}
