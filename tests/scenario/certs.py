#!/usr/bin/python3
"""Makes transport certificates for a machine, each wrong in one way, signed with the federation's own transport CA key.

    certs.py FED NODE OUT

FED is the federation's folder, NODE a machine's id. OUT gets key.pem and good.pem, chain.pem (good, and what issued it),
wrong-ca.pem, expired.pem, not-yet.pem, client-only.pem, server-only.pem, no-use.pem. No command of refex makes such
certificates.
"""

import datetime
import os
import sys

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
DAY = datetime.timedelta(days=1)
NOW = datetime.datetime.utcnow()


def usage(**yes):
    names = ("digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign "
             "encipher_only decipher_only")
    return x509.KeyUsage(**{name: name in yes for name in names.split()})


def leaf(issuer, issuer_key, key, node, uses, begin=-DAY, end=30 * DAY):
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([])).issuer_name(issuer.subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(NOW + begin).not_valid_after(NOW + end)
        .add_extension(x509.BasicConstraints(False, None), True)
        .add_extension(usage(digital_signature=1), True)
        .add_extension(x509.SubjectAlternativeName(
            [x509.UniformResourceIdentifier(label_of(issuer) + "/" + node)]), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), False))
    if uses:
        made = made.add_extension(x509.ExtendedKeyUsage(uses), False)
    return made.sign(issuer_key, None)


def label_of(issuer):
    """`spiffe://LABEL`, the name of the CA."""
    return issuer.extensions.get_extension_for_class(x509.SubjectAlternativeName).value[0].value


def false_issuer(true_one):
    """A CA certificate with the contents of the true one, but another key."""
    key = Ed25519PrivateKey.generate()
    made = (
        x509.CertificateBuilder()
        .subject_name(true_one.subject).issuer_name(true_one.issuer).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(NOW - DAY).not_valid_after(NOW + 300 * DAY))
    for e in true_one.extensions:
        if e.oid != x509.ExtensionOID.SUBJECT_KEY_IDENTIFIER:
            made = made.add_extension(e.value, e.critical)
    made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    return made.sign(Ed25519PrivateKey.generate(), None), key


def main():
    fed, node, out = sys.argv[1:4]
    with open(os.path.join(fed, "keys", "transport.key"), "rb") as f:
        issuing_key = load_pem_private_key(f.read(), None)
    with open(os.path.join(fed, "certs", "transport.pem"), "rb") as f:
        issuing = x509.load_pem_x509_certificate(f.read())
    key = Ed25519PrivateKey.generate()
    wrong, wrong_key = false_issuer(issuing)
    both = [SERVER, CLIENT]
    made = {
        "good": (issuing, leaf(issuing, issuing_key, key, node, both)),
        "wrong-ca": (wrong, leaf(wrong, wrong_key, key, node, both)),
        "expired": (issuing, leaf(issuing, issuing_key, key, node, both, -30 * DAY, -DAY)),
        "not-yet": (issuing, leaf(issuing, issuing_key, key, node, both, DAY)),
        "client-only": (issuing, leaf(issuing, issuing_key, key, node, [CLIENT])),
        "server-only": (issuing, leaf(issuing, issuing_key, key, node, [SERVER])),
        "no-use": (issuing, leaf(issuing, issuing_key, key, node, None)),
    }
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(out, "key.pem"), "wb") as f:
        f.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    for name, (issuer, certificate) in made.items():
        with open(os.path.join(out, name + ".pem"), "wb") as f:
            f.write(certificate.public_bytes(Encoding.PEM))
    with open(os.path.join(out, "chain.pem"), "wb") as f:
        f.write(made["good"][1].public_bytes(Encoding.PEM) + issuing.public_bytes(Encoding.PEM))


if __name__ == "__main__":
    main()
