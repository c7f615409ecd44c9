#!/usr/bin/python3
"""A node of a hostile member: real keys, real TLS, real sealing, and messages with a fault.

    peer.py HOME ADDRESS:PORT VICTIM MEMBERSHIP MESSAGE…

HOME is the home of the agency (no node runs there), MEMBERSHIP the file with which the federation admitted it, VICTIM the
short name of the agency at ADDRESS:PORT. MESSAGE is the name of a method of HostilePeer, with hyphens. For each one line is
printed, its name and the answer: `step N` or `step 13 reason N` (frame 4), `RECEIVED N` or `REFUSED N` (the receipt's
outcome), or `closed`.
The bytes are built by tests/vectors/make.py, which shares no code with refex.
"""

import base64
import hashlib
import json
import os
import socket
import ssl
import struct
import sys
import time

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (Encoding, NoEncryption, PrivateFormat, PublicFormat,
                                                          load_pem_private_key)

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vectors"))
import make  # noqa: E402
from make import M  # noqa: E402

FEDERATION = "nrm.example"
TRIAGE, IDENTITY, HEALTH = 1, 2, 9
COVERS, PERMITS = 3, 0  # places of the consent's grants: with sections, and without


def fields(data):
    """The fields of a protobuf message: {number: [values]}."""
    out, at = {}, 0

    def varint():
        nonlocal at
        n = shift = 0
        while True:
            n |= (data[at] & 0x7F) << shift
            shift += 7
            at += 1
            if data[at - 1] < 0x80:
                return n

    while at < len(data):
        tag = varint()
        value = varint()
        if tag & 7 == 2:
            value, at = data[at : at + value], at + value
        out.setdefault(tag >> 3, []).append(value)
    return out


class Agency:
    """The contents of an enrolled home: keys, certificates, the federation."""

    def __init__(self, home, membership_file):
        self.home = home
        with open(os.path.join(home, "keys.d", "identity.pem"), "rb") as f:
            key = load_pem_private_key(f.read(), None)
        self.identity = make.Signer(key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))
        self.transport_key = os.path.join(home, "keys.d", "transport.pem")
        with open(membership_file, encoding="ascii") as f:
            membership = fields(base64.b64decode("".join(f.read().split("\n")[1:])))
        self.root, self.transport, identity = (x509.load_der_x509_certificate(membership[n][0]) for n in (1, 3, 4))
        spki = self.root.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        make.FID = self.fid = hashlib.sha256(spki).digest()
        make.FID16 = self.fid.hex()[:16]
        self.name = self.uri(identity).rsplit("/", 1)[1] + "@" + FEDERATION
        self.node = bytes.fromhex(self.uri(self.transport).rsplit("/", 1)[1])

    @staticmethod
    def uri(certificate):
        return certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value[0].value


class Link:
    """A link to a node: mutual TLS 1.3, hello, frames."""

    def __init__(self, me, at, hello_as=None, before_hello=lambda: None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.set_alpn_protocols(["refex/1"])
        chain = me.transport_key + ".chain"
        with open(chain, "wb") as f:
            f.write(me.transport.public_bytes(Encoding.PEM))
        context.load_cert_chain(chain, me.transport_key)
        host, port = at.rsplit(":", 1)
        self.tls = context.wrap_socket(socket.create_connection((host, int(port)), 10))
        self.tls.settimeout(10)
        self.buffer = b""
        before_hello()
        self.send(1, M((1, 1), (2, 1), (3, "refex"), (4, hello_as or me.node), (5, me.fid), (6, 1), (9, 1)).bytes())
        kind, _ = self.read()
        assert kind == 1, "the node did not say hello"

    def send(self, kind, payload):
        self.tls.sendall(struct.pack(">IHH", len(payload), kind, 0) + payload)

    def read(self):
        while len(self.buffer) < 8 or len(self.buffer) < 8 + struct.unpack(">I", self.buffer[:4])[0]:
            more = self.tls.recv(65536)
            if not more:
                raise EOFError
            self.buffer += more
        size, kind = struct.unpack(">IH", self.buffer[:6])
        payload, self.buffer = self.buffer[8 : 8 + size], self.buffer[8 + size :]
        return kind, payload

    def until(self, *kinds):
        while True:
            kind, payload = self.read()
            if kind in kinds:
                return kind, payload


class MessageMaker:
    """Makes messages, valid or with a fault, over the agency's log with one consent in it."""

    def __init__(self, me, victim, key):
        self.me, self.victim, self.key = me, victim, key
        self.day = int(time.time() // 86400)
        self.log = make.Log(make.origin(me.name), me.identity)
        self.log_path = os.path.join(me.home, "hostile-log.json")  # one log over all runs
        if os.path.exists(self.log_path):
            with open(self.log_path, encoding="ascii") as f:
                records, self.consent_id, self.consent = [
                    [bytes.fromhex(r) for r in x] if isinstance(x, list) else bytes.fromhex(x) for x in json.load(f)]
            for r in records:
                self.log.append(r)
        else:
            self.consent_id = os.urandom(16)
            self.consent = self.record_consent()

    def save(self):
        with open(self.log_path, "w", encoding="ascii") as f:
            json.dump([[r.hex() for r in self.log.records], self.consent_id.hex(), self.consent.hex()], f)

    def now(self):
        return int(time.time() * 1000)

    def append(self, kind, own, at=None):
        made = make.record(kind, own, salt=os.urandom(16), index=len(self.log.records), time=at or self.now()).bytes()
        return self.log.append(made)

    def closed(self):
        """The consent receipt that shows the grant without sections only."""
        open_ = {n: value[0] for n, value in fields(self.consent).items()}
        g = [open_[6][i : i + 32] for i in range(0, len(open_[6]), 32)]
        open_.update({5: make.commit_grants(g), 7: fields(self.consent)[7][:1]})
        return M(*[(n, value) for n, value in sorted(open_.items()) if n not in (6, 8, 9)]).bytes()

    def record_consent(self, permits=True):
        """To the victim, for services: the referral if it PERMITS, and of it triage and identity."""
        head = M((1, self.consent_id), (2, self.me.name), (3, self.day + 30)).bytes()
        given = M((1, 1), (2, self.now()), (3, "notice-1"), (4, "ukr"), (6, 1)).bytes()
        g_0, g = bytes(32), [os.urandom(32) for _ in range(8)]
        shown = []
        for place, sections in (((PERMITS, []),) if permits else ()) + ((COVERS, [TRIAGE, IDENTITY]),):
            grant = M(*([(1, sections)] if sections else []), (3, self.victim), (4, 1), (5, 1), (7, self.day + 30))
            grant, salt = grant.bytes(), os.urandom(32)
            if place:
                g[place - 1] = make.commit("grant", salt, grant)
            else:
                g_0 = make.commit("grant", salt, grant)
            shown.append(M((1, place), (2, salt), (3, grant)))
        salt_h, salt_w, c = os.urandom(32), os.urandom(32), os.urandom(32)
        w = make.commit("consent-given", salt_w, given)
        commitment = make.commit_consent(make.commit("consent-header", salt_h, head), w, c, g_0, make.commit_grants(g))
        at = self.append(8, M((1, self.consent_id), (2, commitment), (3, 1), (4, self.day + 30)))
        return M((1, head), (2, salt_h), (3, w), (4, c), (6, b"".join(g)), (7, shown), (8, salt_w), (9, given),
                 (10, self.log.records[at]), (11, self.log.path(at)), (12, self.log.checkpoint())).bytes()

    def message_id(self):
        return struct.pack(">Q", self.now())[2:] + os.urandom(10)

    def make(self, message=None, sections=(TRIAGE,), recipient=None, record_time=None, header_message=None, expiry=None,
             header_recipient=None, signer=None, path=None, consent=None, body_change=None, sender=None, kind=1,
             referral=..., own=M((1, 3), (2, [1]), (5, True)), permission=...):
        """A referral, any part of which can be replaced by a wrong one."""
        message = message or self.message_id()
        recipient = recipient or self.victim
        data = {TRIAGE: make.TRIAGE, IDENTITY: M((2, "Hostile")).bytes(), HEALTH: M((3, "none")).bytes()}
        self.referral = os.urandom(16) if referral is ... else referral
        body = make.body(kind, self.referral, [(s, data[s]) for s in sections], own).bytes()
        salt = os.urandom(32)
        if permission is ...:
            permission = [(5, 1), (6, self.consent_id), (7, "consent")]
        own = M((1, message), (2, recipient), (3, kind), *([(4, list(sections))] if sections else []), *permission,
                (10, make.commit("body", salt, body)))
        log = self.log
        if signer:  # a log that only the forger has
            log = make.Log(self.log.origin, signer)
        at = log.append(make.record(1, own, salt=os.urandom(16), index=len(log.records),
                                    time=record_time or self.now()).bytes())
        body = body_change(body) if body_change else body
        content = M((1, log.records[at]), (2, log.path(at) if path is None else path), (3, log.checkpoint()), (4, salt),
                    (5, body), (7, self.consent if consent is None else consent), (8, 1)).bytes()
        key_id = make.sealing_key_id(self.key)
        sender = sender or self.me.name
        to = header_recipient or self.victim
        hpke = make.Hpke(os.urandom(32), self.key, make.hpke_info(self.me.fid, self.me.fid, sender, to, key_id))
        head = make.header(header_message or message, sender, to, expiry or self.day + 5, key_id, hpke.enc, 0).bytes()
        sealed = hpke.seal(0, b"refex/envelope/v1\n" + head, make.pad(content))
        return M((1, head), (2, sealed)).bytes(), message


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


class HostilePeer:
    def __init__(self, me, at, victim):
        self.me, self.at = me, at
        self.link = Link(me, at)
        note = self.bundle_of(victim)
        lines = note.decode().split("\n")
        key = [line.split() for line in lines if line.startswith("key ")]
        today = int(time.time() // 86400)
        in_use = [k for k in key if int(k[3]) <= today < int(k[4])]
        self.maker = MessageMaker(me, victim + "@" + FEDERATION, base64.b64decode(in_use[-1][2]))
        self.last = None

    def bundle_of(self, victim):
        """Its bundle, remembered over links: who links often is sent it once in a while only."""
        path = os.path.join(self.me.home, "bundle-of-" + victim)
        if not os.path.exists(path):
            _, note = self.link.until(7)
            with open(path, "wb") as file:
                file.write(note)
        with open(path, "rb") as file:
            return file.read()

    def send(self, envelope):
        self.link.send(2, envelope)
        try:
            kind, payload = self.link.until(3, 4)
        except (EOFError, OSError):
            return "closed"
        if kind == 4:
            refusal = fields(payload)
            return "step %d" % refusal[2][0] + (" reason %d" % refusal[4][0] if 4 in refusal else "")
        record = fields(fields(payload)[1][0])
        what = {2: "RECEIVED", 3: "REFUSED"}[record[5][0]]
        return "%s %d" % (what, fields(record[15 + record[5][0]][0])[4][0])

    # --- the messages, by the names that the scenarios use ---

    def valid(self):
        envelope, self.last = self.maker.make()
        self.valid_envelope = envelope
        return envelope

    def replayed(self):
        return self.valid_envelope

    def same_id(self):
        return self.maker.make(message=self.last)[0]

    def garbage(self):
        return os.urandom(5000)

    def wrong_bucket(self):
        head = fields(self.maker.make()[0])[1][0]
        return M((1, head), (2, os.urandom(5000))).bytes()

    def other_recipient(self):
        return self.maker.make(header_recipient="police@" + FEDERATION)[0]

    def expired(self):
        return self.maker.make(expiry=self.maker.day - 1)[0]

    def too_long(self):
        return self.maker.make(expiry=self.maker.day + 30)[0]

    def not_a_member(self):
        return self.maker.make(sender="nobody@" + FEDERATION)[0]

    def unknown_key(self):
        saved, self.maker.key = self.maker.key, make.x25519_public(os.urandom(32))
        envelope, _ = self.maker.make()
        self.maker.key = saved
        return envelope

    def tampered(self):
        envelope, _ = self.maker.make()
        return flipped(envelope, len(envelope) - 100)

    def header_changed(self):
        envelope, _ = self.maker.make()
        parts = fields(envelope)
        head = parts[1][0].replace(make.varint(self.maker.day + 5), make.varint(self.maker.day + 6))
        return M((1, head), (2, parts[2][0])).bytes()

    def forged(self):
        """Correctly sealed, with an id that another message will have, signed with a key that is not the agency's."""
        self.forged_id = self.maker.message_id()
        return self.maker.make(message=self.forged_id, signer=make.Signer(os.urandom(32)))[0]

    def valid_after_forged(self):
        return self.maker.make(message=self.forged_id)[0]

    def in_the_name_of(self, other):
        """Another member's name, this agency's keys."""
        saved = self.maker.me.name, self.maker.log.origin
        self.maker.me.name = other + "@" + FEDERATION
        self.maker.log.origin = make.origin(self.maker.me.name)
        envelope, _ = self.maker.make()
        self.maker.me.name, self.maker.log.origin = saved
        return envelope

    def ngo_impersonated(self):
        return self.in_the_name_of("ngo")

    def no_path(self):
        return self.maker.make(path=b"")[0]

    def wrong_path(self):
        self.maker.make()
        return self.maker.make(path=os.urandom(32 * len(make.tree_path(len(self.maker.log.leaves), self.maker.log.leaves
                                                                        + [bytes(32)]))))[0]

    def in_the_future(self):
        return self.maker.make(record_time=self.maker.now() + 25 * 60 * 60 * 1000)[0]

    def other_id_in_header(self):
        return self.maker.make(header_message=self.maker.message_id())[0]

    def record_for_another(self):
        return self.maker.make(recipient="police@" + FEDERATION)[0]

    def body_not_committed(self):
        return self.maker.make(body_change=lambda b: b.replace(make.TRIAGE, flipped(make.TRIAGE, len(make.TRIAGE) - 1)))[0]

    def too_much(self):
        return self.maker.make(sections=(TRIAGE, HEALTH))[0]

    def consent_changed(self):
        return self.make_with_new_consent(lambda c: flipped(c, c.index(fields(c)[2][0])))

    def no_consent(self):
        return self.maker.make(consent=b"")[0]

    # what a message about a person needs, with sections or without

    def without_sections(self):
        return self.maker.make(sections=(), consent=self.maker.closed())[0]

    def not_permitted(self):
        return self.make_with_new_consent(permits=False)

    def without_sections_not_permitted(self):
        return self.make_with_new_consent(permits=False, sections=())

    def not_shown(self):
        return self.maker.make(consent=self.maker.closed())[0]

    def given_otherwise(self):
        """How it was given is another than was committed to."""
        return self.make_with_new_consent(lambda c: flipped(c, c.index(b"notice-1")))

    def of_another_case(self):
        """Committed to another case."""
        return self.make_with_new_consent(lambda c: flipped(c, c.index(fields(c)[4][0])))

    def other_purpose(self):
        return self.maker.make(permission=[(5, 5), (6, self.maker.consent_id), (7, "consent")])[0]

    def basis_alone(self):
        return self.maker.make(permission=[(5, 1), (7, "danger-to-life")], consent=b"")[0]

    def consent_not_named(self):
        return self.maker.make(permission=[(5, 1), (7, "consent")])[0]

    def no_permission(self):
        return self.maker.make(sections=(), permission=[], consent=b"")[0]

    # what cannot be acted on

    def not_acted_on(self):
        return self.maker.make(kind=11, referral=None, sections=(), own=None, permission=[], consent=b"")[0]

    def no_referral(self):
        return self.maker.make(referral=None)[0]

    def id_in_use(self):
        return self.maker.make(referral=self.maker.referral)[0]

    def release_too_early(self):
        envelope, self.last = self.maker.make(kind=2, own=None)
        return envelope

    def proven(self, kind, own, signer=None):
        """A record and its proof, of the agency's log or of one that only the forger has."""
        log = make.Log(self.maker.log.origin, signer) if signer else self.maker.log
        at = log.append(make.record(kind, own, salt=os.urandom(16), index=len(log.records), time=self.maker.now()).bytes())
        return log.records[at], log.path(at), log.checkpoint()

    def about_no_referral(self, kind, *own):
        return self.maker.make(kind=kind, referral=None, sections=(), own=M(*own), permission=[], consent=b"")[0]

    def withdrawal_not_proven(self):
        withdrawn = M((1, self.maker.consent_id), (2, os.urandom(32)), (3, 4), (4, self.maker.day + 2))
        record, path, checkpoint = self.proven(9, withdrawn, make.Signer(os.urandom(32)))
        return self.about_no_referral(17, (1, self.maker.consent_id), (2, 4), (3, record), (4, path), (5, checkpoint))

    def withdrawal_of_other_bytes(self):
        """Proven, but its commitment is not the one of the consent that is held here."""
        withdrawn = M((1, self.maker.consent_id), (2, os.urandom(32)), (3, 4), (4, self.maker.day + 2))
        record, path, checkpoint = self.proven(9, withdrawn)
        return self.about_no_referral(17, (1, self.maker.consent_id), (2, 4), (3, record), (4, path), (5, checkpoint))

    def erased_for_nobody(self):
        """Proven, of a consent that the receiver never took."""
        record, path, checkpoint = self.proven(10, M((1, self.maker.consent_id), (2, [TRIAGE]), (6, 1), (7, self.maker.victim)))
        return self.about_no_referral(18, (1, self.maker.consent_id), (2, record), (3, path), (4, checkpoint))

    def make_with_new_consent(self, change=lambda c: c, permits=True, **more):
        saved = self.maker.consent_id, self.maker.consent
        self.maker.consent_id = os.urandom(16)
        self.maker.consent = change(self.maker.record_consent(permits))
        envelope, _ = self.maker.make(**more)
        self.maker.consent_id, self.maker.consent = saved
        return envelope


def main():
    home, at, victim, membership = sys.argv[1:5]
    peer = HostilePeer(Agency(home, membership), at, victim)
    for name in sys.argv[5:]:
        print(name, peer.send(getattr(peer, name.replace("-", "_"))()), flush=True)
    peer.maker.save()


if __name__ == "__main__":
    main()
