#!/usr/bin/python3
"""Makes tests/vectors/refex.json from docs/PROTOCOL.md, sharing no code with refex.

    python3 tests/vectors/make.py > tests/vectors/refex.json

Needs python3-cryptography. Everything is fixed: seeds, salts, times, ephemeral keys; each run prints the same bytes (a
test compares). Before printing it computes refex-protocol.json, which another independent implementation made, again
from the inputs given there, and checks its HPKE against the vectors of RFC 9180; it exits where a byte differs.

Keys and salts here are for tests only. The persons are invented.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import struct
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HERE = os.path.dirname(os.path.abspath(__file__))

# --- bytes ----------------------------------------------------------------------------------------------------------


def count_up(first, n=32):
    return bytes((first + i) & 0xFF for i in range(n))


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def hmac256(key, *parts):
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


def u16(n):
    return struct.pack(">H", n)


def u32(n):
    return struct.pack(">I", n)


def u64(n):
    return struct.pack(">Q", n)


def lp(x):
    return u16(len(x)) + x


def b64(x):
    return base64.b64encode(x).decode()


# --- protobuf, strict (docs/PROTOCOL.md 3) --------------------------------------------------------------------------


def varint(n):
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


class M:
    """A message: (number, value) in the order of encoding. Values: int, bytes, str, M, list of int (packed), list of
    others (repeated). Zero and empty values are left out."""

    def __init__(self, *fields):
        self.fields = list(fields)

    def parts(self):
        """The encoding of each field, default values left out."""
        out = []
        for number, value in self.fields:
            if isinstance(value, M):
                value = value.bytes()
            if isinstance(value, str):
                value = value.encode()
            if isinstance(value, bool):
                value = int(value)
            if isinstance(value, list):
                if value and isinstance(value[0], int):
                    value = b"".join(varint(v) for v in value)
                else:
                    for v in value:
                        v = v.bytes() if isinstance(v, M) else v.encode() if isinstance(v, str) else v
                        out.append(delimited(number, v))
                    continue
            if value in (0, b"", None):
                continue
            out.append(number_field(number, value) if isinstance(value, int) else delimited(number, value))
        return out

    def bytes(self):
        return b"".join(self.parts())


def number_field(number, value):
    return varint(number << 3) + varint(value)


def delimited(number, value):
    return varint(number << 3 | 2) + varint(len(value)) + value


# --- tree, notes, checkpoints (docs/PROTOCOL.md 2, 4) ---------------------------------------------------------------


def leaf_hash(record):
    return sha256(b"\x00", record)


def node_hash(left, right):
    return sha256(b"\x01", left, right)


def cut(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def tree_root(leaves):
    if not leaves:
        return sha256()
    if len(leaves) == 1:
        return leaves[0]
    k = cut(len(leaves))
    return node_hash(tree_root(leaves[:k]), tree_root(leaves[k:]))


def tree_path(index, leaves):
    if len(leaves) == 1:
        return []
    k = cut(len(leaves))
    if index < k:
        return tree_path(index, leaves[:k]) + [tree_root(leaves[k:])]
    return tree_path(index - k, leaves[k:]) + [tree_root(leaves[:k])]


def tree_growth(old, leaves, whole=True):
    n = len(leaves)
    if old in (0, n):
        return [] if whole else [tree_root(leaves)]
    k = cut(n)
    if old <= k:
        return tree_growth(old, leaves[:k], whole) + [tree_root(leaves[k:])]
    return tree_growth(old - k, leaves[k:], False) + [tree_root(leaves[:k])]


class Signer:
    def __init__(self, seed):
        self.seed = seed
        self.key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.spki = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def key_id(self, name, kind=1):
        return sha256(name.encode(), b"\n", bytes([kind]), self.public)[:4]

    def line(self, name, text):
        return "\u2014 %s %s\n" % (name, b64(self.key_id(name) + self.key.sign(text.encode())))

    def note(self, name, text):
        return text + "\n" + self.line(name, text)

    def cosignature(self, name, text, at):
        signature = self.key.sign(("cosignature/v1\ntime %d\n" % at + text).encode())
        return "\u2014 %s %s\n" % (name, b64(self.key_id(name, 4) + u64(at) + signature))


def checkpoint_text(origin, leaves):
    return "%s\n%d\n%s\n" % (origin, len(leaves), b64(tree_root(leaves)))


class Log:
    def __init__(self, origin, signer):
        self.origin, self.signer = origin, signer
        self.records, self.leaves = [], []

    def append(self, record):
        self.records.append(record)
        self.leaves.append(leaf_hash(record))
        return len(self.records) - 1

    def checkpoint(self, size=None):
        return self.signer.note(self.origin, checkpoint_text(self.origin, self.leaves[:size]))

    def path(self, index, size=None):
        return b"".join(tree_path(index, self.leaves[:size]))


# --- names (docs/PROTOCOL.md 1, 2, 11) ------------------------------------------------------------------------------

BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def fingerprint(fid):
    plain = base64.b32encode(fid).decode().rstrip("=")
    out = ""
    for begin in range(0, 52, 13):
        part = plain[begin : begin + 13]
        factor, total = 2, 0
        for c in reversed(part):
            product = factor * BASE32.index(c)
            total += product // 32 + product % 32
            factor = 3 - factor
        out += part + BASE32[-total % 32]
    return "-".join(out[i : i + 4] for i in range(0, 56, 4))


# --- commitments (docs/PROTOCOL.md 5) -------------------------------------------------------------------------------


def commit(label, salt, data):
    return hmac256(salt, ("refex/%s/v1\n" % label).encode(), data)


def commit_grants(g):
    return sha256(b"refex/grants/v1\n", u16(len(g)), *g)


def commit_consent(h, w, c, g_0, grants):
    return sha256(b"refex/consent/v1\n", h, w, c, g_0, grants)


# --- HPKE base mode, X25519, HKDF-SHA256, AES-256-GCM (RFC 9180) ----------------------------------------------------


def expand(prk, info, size):
    out, block = b"", b""
    i = 1
    while len(out) < size:
        block = hmac256(prk, block, info, bytes([i]))
        out += block
        i += 1
    return out[:size]


def labelled_extract(suite, salt, label, ikm):
    return hmac256(salt or bytes(32), b"HPKE-v1", suite, label, ikm)


def labelled_expand(suite, prk, label, info, size):
    return expand(prk, u16(size) + b"HPKE-v1" + suite + label + info, size)


def x25519_public(secret):
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


class Hpke:
    """The sender's context with a given ephemeral key."""

    def __init__(self, ephemeral, recipient_public, info):
        self.enc = x25519_public(ephemeral)
        dh = X25519PrivateKey.from_private_bytes(ephemeral).exchange(X25519PublicKey.from_public_bytes(recipient_public))
        kem = b"KEM" + u16(0x0020)
        eae = labelled_extract(kem, b"", b"eae_prk", dh)
        shared = labelled_expand(kem, eae, b"shared_secret", self.enc + recipient_public, 32)
        suite = b"HPKE" + u16(0x0020) + u16(0x0001) + u16(0x0002)
        context = (
            b"\x00"
            + labelled_extract(suite, b"", b"psk_id_hash", b"")
            + labelled_extract(suite, b"", b"info_hash", info)
        )
        secret = labelled_extract(suite, shared, b"secret", b"")
        self.key = labelled_expand(suite, secret, b"key", context, 32)
        self.base_nonce = labelled_expand(suite, secret, b"base_nonce", context, 12)

    def nonce(self, sequence):
        return bytes(a ^ b for a, b in zip(self.base_nonce, sequence.to_bytes(12, "big")))

    def seal(self, sequence, aad, plain):
        return AESGCM(self.key).encrypt(self.nonce(sequence), plain, aad)


def sealing_key_id(public, suite=1):
    return sha256(b"refex/sealing-key/v1\n", u16(suite), public)[:16]


def hpke_info(fid_sender, fid_recipient, sender, recipient, key_id, suite=1):
    return (
        b"refex/hpke/v1\n" + u16(suite) + fid_sender + fid_recipient + lp(sender.encode()) + lp(recipient.encode()) + key_id
    )


# --- padding (docs/PROTOCOL.md 7) -----------------------------------------------------------------------------------

BUCKETS = [k * 1024 for k in (4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)]


def bucket_of(size):
    return next((b for b in BUCKETS if size <= b), 0)


def pad(content):
    plain = u32(len(content)) + content
    return plain + bytes(bucket_of(len(plain)) - len(plain))


# --- storage (docs/PROTOCOL.md 9) -----------------------------------------------------------------------------------


def section_key(data_key, section):
    return expand(data_key, b"refex/section/v1\n" + section.encode(), 32)


def closed(key, r, info, plain):
    material = expand(hmac256(r, key), info, 44)
    return r + AESGCM(material[:32]).encrypt(material[32:], plain, info)


def store(key, r, table, row, column, plain, owner=b""):
    info = b"refex/store/v1\n" + lp(table.encode()) + lp(u64(row)) + lp(column.encode())
    info += lp(owner) if owner else b""
    return closed(key, r, info, plain)


def wrap(storage_key, r, generation, slot, data_key):
    return closed(storage_key, r, b"refex/wrap/v1\n" + u64(generation) + u64(slot), data_key)


# --- messages (docs/PROTOCOL.md 12; proto/*.proto) ------------------------------------------------------------------


def count_sections():
    with open(os.path.join(HERE, "../../proto/case.proto"), encoding="utf-8") as f:
        return len(re.findall(r"option \(form\) = \{section: \d+", f.read()))


NEXT_SECTION = count_sections() + 1  # the first that there is not


def count_kinds():
    with open(os.path.join(HERE, "../../src/model/message_kinds.def"), encoding="utf-8") as f:
        return len(re.findall(r"^KIND\(", f.read(), re.M))


NEXT_KIND = count_kinds() + 1


def record(kind, own, salt=count_up(0x10, 16), index=0, time=1795000000000, actor=None):
    return M((1, 1), (2, salt), (3, index), (4, time), (5, kind), (6, actor), (15 + kind, own))


def header(message, sender, recipient, expiry, key_id, enc, sequence):
    return M((1, 1), (2, 1), (3, message), (4, sender), (5, recipient), (6, expiry), (7, key_id), (8, enc), (9, sequence))


def body(kind, referral=None, sections=(), own=None):
    return M((1, kind), (2, referral), (3, [M((1, s), (2, d)) for s, d in sections]), (15 + kind, own))


# --- the file of the other implementation ---------------------------------------------------------------------------

NGO, MISSION, MINISTRY = "ngo@nrm.example", "mission@nrm.example", "ministry@nrm.example"
TIME = 1795000000000  # unix milliseconds, 2026-11-18
DAY = TIME // 86400000
ROOT_KEY, NGO_KEY, MISSION_KEY = Signer(count_up(0x20)), Signer(count_up(0x00)), Signer(count_up(0xA0))
FID = sha256(ROOT_KEY.spki)
FID16 = FID.hex()[:16]
MISSION_SEALING = count_up(0x40)
MESSAGE_ID = bytes.fromhex("01a1ee565e00") + count_up(0, 10)
CONSENT_ID = count_up(0x30, 16)


def origin(agency, incarnation=1, house=False):
    return "%s/%d%s" % (key_name(agency), incarnation, "/house" if house else "")


def key_name(agency):
    name, federation = agency.split("@")
    return "%s/%s/%s" % (federation, FID16, name)


def remake_given():
    """Computes refex-protocol.json again from its inputs; exits where a byte differs."""
    with open(os.path.join(HERE, "refex-protocol.json"), encoding="utf-8") as f:
        given = json.load(f)

    def at(path):
        value = given
        for key in path.split("."):
            value = value[key]
        return value

    def take(path):
        return bytes.fromhex(at(path))

    def same(path, mine):
        mine = mine.hex() if isinstance(mine, bytes) else mine
        if at(path) != mine:
            sys.exit("refex-protocol.json, %s: given\n%s\nmade\n%s" % (path, at(path), mine))

    same("fid.root_seed", ROOT_KEY.seed)
    same("fid.fid", FID)
    same("fid.fingerprint", fingerprint(FID))
    same("fid.fingerprint_of_zeros", fingerprint(bytes(32)))

    sent = body(1, count_up(0, 16), [(1, b"\x08\x01")], M((1, 1))).bytes()
    same("body.bytes", sent)
    commitment = commit("body", take("body.salt"), sent)
    same("body.commitment", commitment)
    one = record(1, M((1, MESSAGE_ID), (2, MISSION), (3, 1), (4, [1]), (5, 1), (6, CONSENT_ID), (7, "consent"),
                      (10, commitment))).bytes()
    same("record.bytes", one)
    same("record.leaf", leaf_hash(one))

    grant = M((1, [1, 2]), (2, [2 * 65536 + 9]), (3, MISSION), (4, 1), (5, 1), (7, 20900)).bytes()
    same("consent.grant", grant)
    g = [commit("grant", take("consent.salt_1"), grant)] + [sha256(bytes([i])) for i in range(7)]
    same("consent.g", b"".join(g))

    log = Log(origin(NGO), Signer(take("checkpoint.seed")))
    for leaf in (one, b"", b"\x00"):
        log.append(leaf)
    same("checkpoint.public", log.signer.public)
    same("checkpoint.origin", log.origin)
    same("checkpoint.key_id", log.signer.key_id(log.origin))
    same("checkpoint.note", log.checkpoint())
    same("checkpoint.path_0", log.path(0))
    same("checkpoint.consistency_1_3", b"".join(tree_growth(1, log.leaves)))
    witness = Signer(take("checkpoint.cosigner_seed"))
    same("checkpoint.cosigner", key_name(MISSION))
    same("checkpoint.cosigned", log.checkpoint() + witness.cosignature(
        key_name(MISSION), checkpoint_text(log.origin, log.leaves), at("checkpoint.cosigned_at")))

    public = x25519_public(take("envelope.recipient_sk"))
    same("bundle.note", witness.note(key_name(MISSION), bundle_text(MISSION, 7, [(public, 20773, 20780, 20801)])))

    key_id = sealing_key_id(public)
    info = hpke_info(FID, FID, NGO, MISSION, key_id)
    hpke = Hpke(take("envelope.ephemeral_sk"), public, info)
    head = header(MESSAGE_ID, NGO, MISSION, 20782, key_id, hpke.enc, 1).bytes()
    content = M((1, one), (2, log.path(0)), (3, log.checkpoint()), (4, take("body.salt")), (5, sent), (8, 1)).bytes()
    plain = pad(content)
    envelope = M((1, head), (2, hpke.seal(1, b"refex/envelope/v1\n" + head, plain))).bytes()
    same("envelope.recipient_pk", public)
    same("envelope.enc", hpke.enc)
    same("envelope.sealing_key_id", key_id)
    same("envelope.info", info)
    same("envelope.header", head)
    same("envelope.base_nonce", hpke.base_nonce)
    same("envelope.nonce", hpke.nonce(1))
    same("envelope.key", hpke.key)
    same("envelope.content", content)
    same("envelope.plaintext_length", len(plain))
    same("envelope.envelope", envelope)
    same("envelope.sha256_of_envelope", sha256(envelope))

    key = section_key(take("storage.data_key"), at("storage.section"))
    same("storage.section_key", key)
    same("storage.stored", store(key, take("storage.r"), at("storage.table"), at("storage.row"), at("storage.column"),
                                 take("storage.plain")))
    same("storage.wrap.wrapped", wrap(take("storage.wrap.storage_key"), take("storage.wrap.r"),
                                      at("storage.wrap.generation"), at("storage.wrap.slot"), take("storage.data_key")))


def remake_hpke():
    """The test vectors of RFC 9180 for our suite."""
    with open(os.path.join(HERE, "hpke_x25519_sha256_aes256gcm.json"), encoding="utf-8") as f:
        vectors = json.load(f)
    checked = 0
    for v in vectors["vectors"] if isinstance(vectors, dict) else vectors:
        if v["mode"] != 0 or v["aead_id"] != 2:
            continue
        hpke = Hpke(bytes.fromhex(v["skEm"]), bytes.fromhex(v["pkRm"]), bytes.fromhex(v["info"]))
        if hpke.enc.hex() != v["enc"] or hpke.key.hex() != v["key"] or hpke.base_nonce.hex() != v["base_nonce"]:
            sys.exit("HPKE: the key schedule is not that of RFC 9180")
        for sequence, e in enumerate(v["encryptions"][:5]):
            made = hpke.seal(sequence, bytes.fromhex(e["aad"]), bytes.fromhex(e.get("pt", e.get("plaintext"))))
            if made.hex() != e.get("ct", e.get("ciphertext")):
                sys.exit("HPKE: message %d is not that of RFC 9180" % sequence)
            checked += 1
    if checked == 0:
        sys.exit("HPKE: no vector of mode base for AES-256-GCM")


# --- notes that agencies and the federation sign (docs/PROTOCOL.md 2, 10) -------------------------------------------


def bundle_text(agency, sequence, keys):
    lines = "".join("key 0001 %s %d %d %d\n" % (b64(k), a, b, c) for k, a, b, c in keys)
    return "refex-keys/v1\n%s\nsequence %d\ncontent 1 1\n%s" % (agency, sequence, lines)


def directory_text(sequence, refresh_after, hard_expiry, directory):
    return "refex-directory/v1\nnrm.example\n%s\nsequence %d\nrefresh-after %d\nhard-expiry %d\n%s\n" % (
        FID.hex(), sequence, refresh_after, hard_expiry, b64(directory))


# --- our own vectors ------------------------------------------------------------------------------------------------


def make_names():
    return {
        "agencies": {
            "valid": ["a", "0", "ngo", "shelter-2", "a-", "brest--labour", "a" * 63],
            "invalid": ["", "-a", "A", "a_b", "a.b", "a b", "\u00e9", "a" * 64, "a@b", "a/b"],
        },
        "federations": {
            "valid": ["nrm", "nrm.example", "a.b.c", "0.1", "x-y.example", "a" * 63, ".".join(["a" * 63] * 3 + ["a" * 61])],
            "invalid": ["", ".", "nrm.", ".nrm", "nrm..example", "-nrm.example", "nrm-.example", "NRM.example", "a_b",
                        "nrm example", "a" * 64, ".".join(["a" * 63] * 3 + ["a" * 62]), "nrm.example/1", "caf\u00e9.example"],
        },
        "addresses": {
            "valid": [NGO, "a@b", "brest@nrm.example", "a" * 63 + "@" + ".".join(["a" * 63] * 3 + ["a" * 61])],
            "invalid": ["", "ngo", "@", "ngo@", "@nrm.example", "labour.brest@nrm.example", "ngo@nrm@example",
                        "Ngo@nrm.example", "ngo@nrm.example ", "ngo @nrm.example"],
        },
        "origins": [
            {"agency": a, "incarnation": n, "house": h, "origin": origin(a, n, h), "key_name": key_name(a)}
            for a, n, h in [(NGO, 1, False), (NGO, 1, True), (MISSION, 2, False), ("shelter-2@nrm.example", 4294967295, True)]
        ],
    }


def make_fid():
    fids = [FID, bytes(32), b"\xff" * 32, sha256(b"refex"), count_up(1)]
    good = fingerprint(FID)
    return {
        "root_seed": ROOT_KEY.seed.hex(),
        "spki": ROOT_KEY.spki.hex(),
        "fid": FID.hex(),
        "fid16": FID16,
        "fingerprints": [{"fid": f.hex(), "fingerprint": fingerprint(f)} for f in fids],
        "read_too": [good.lower(), good.replace("-", ""), good.replace("-", " "), " " + good + "-"],
        "invalid": ["", good[:-1], good + "A", good.replace("Q", "R", 1), good.replace("J", "1", 1),
                    "AAAA-" * 13 + "AAB6"],  # the last: an unused bit is set, its check character is right
    }


SALT16 = count_up(0x10, 16)
LEAF = sha256(b"another log's leaf")
ACTOR = count_up(0x50, 16)


def record_kinds(note):
    """(name, kind, own message): for each kind the shortest and the longest form."""
    d = sha256(b"a body")
    return [
        ("DISCLOSED without permission", 1, M((1, MESSAGE_ID), (2, MISSION), (3, 12), (10, d))),
        ("DISCLOSED without sections", 1, M((1, MESSAGE_ID), (2, MISSION), (3, 1), (5, 1), (6, CONSENT_ID), (7, "consent"),
                                            (10, d))),
        ("DISCLOSED under consent", 1, M((1, MESSAGE_ID), (2, MISSION), (3, 1), (4, [1, 2, 15]), (5, 1), (6, CONSENT_ID),
                                         (7, "consent"), (10, d))),
        ("DISCLOSED across a border", 1, M((1, MESSAGE_ID), (2, "mission@eu.example"), (3, 9), (4, [13]), (5, 6),
                                           (6, CONSENT_ID), (7, "consent"), (8, "explicit-consent"), (10, d))),
        ("DISCLOSED without consent, approved", 1, M((1, MESSAGE_ID), (2, "police@nrm.example"), (3, 1), (4, [1]), (5, 3),
                                                     (7, "danger-to-life"), (9, ACTOR), (10, d))),
        ("RECEIVED", 2, M((1, NGO), (2, MESSAGE_ID), (3, LEAF), (4, 1))),
        ("REFUSED", 3, M((1, NGO), (2, MESSAGE_ID), (3, LEAF), (4, 6))),
        ("RECEIPTED", 4, M((1, MISSION), (2, MESSAGE_ID), (3, LEAF), (4, 1))),
        ("WITHHELD, never left", 5, M((1, MISSION), (2, MESSAGE_ID), (3, 5), (4, 1))),
        ("WITHHELD, may have left", 5, M((1, MISSION), (2, MESSAGE_ID), (3, 5), (4, 2))),
        ("WITHHELD, answered meanwhile", 5, M((1, MISSION), (2, MESSAGE_ID), (3, 17), (4, 2))),
        ("EXPIRED, never left", 6, M((1, MISSION), (2, MESSAGE_ID), (4, 1))),
        ("EXPIRED, may have left", 6, M((1, MISSION), (2, MESSAGE_ID), (4, 2))),
        ("DENIED, nothing known", 7, M((1, "police@nrm.example"), (2, 1), (6, 1))),
        ("DENIED", 7, M((1, "police@nrm.example"), (2, 1), (3, [2, 7]), (4, 5), (5, CONSENT_ID), (6, 2))),
        ("CONSENT", 8, M((1, CONSENT_ID), (2, d), (3, 1), (4, DAY + 90))),
        ("WITHDRAWN", 9, M((1, CONSENT_ID), (2, d), (3, 4), (4, DAY + 3))),
        ("ERASED, nothing held", 10, M((1, CONSENT_ID), (6, 2))),
        ("ERASED", 10, M((1, CONSENT_ID), (2, [1, 2]), (6, 1))),
        ("ERASED, of another agency's consent", 10, M((1, CONSENT_ID), (2, [1, 2]), (6, 1), (7, NGO))),
        ("ERASED, a section kept", 10, M((1, CONSENT_ID), (2, [1, 2]), (3, [12]), (4, "court-order"), (5, DAY + 365),
                                         (6, 3))),
        ("INCARNATION", 11, M((1, note))),
        ("INCARNATION with the peers' word", 11, M((1, note), (2, note))),
        ("WITNESSED", 12, M((1, note))),
        ("FORK", 13, M((1, note), (2, note.replace("\n3\n", "\n4\n")))),
        ("CERTIFICATE", 14, M((1, b"\x30" * 1800))),
        ("KEYS", 15, M((1, LEAF), (2, 7))),
        ("DIRECTORY", 16, M((1, LEAF), (2, 18446744073709551615))),
        ("HOUSE", 17, M((1, note))),
        ("COUNTED", 18, M((1, 1), (2, 5000000000), (3, MISSION), (4, 20000))),
        ("APPROVED", 19, M((1, MESSAGE_ID), (2, ACTOR), (3, d))),
        ("SETTLED, a withdrawal by a statement", 20, M((1, MISSION), (2, 1), (3, CONSENT_ID), (4, 4), (5, 1), (6, LEAF),
                                                       (7, 1))),
        ("SETTLED, a withdrawal where nothing was held", 20, M((1, MISSION), (2, 1), (3, CONSENT_ID), (4, 5), (5, 1),
                                                               (6, LEAF), (7, 2))),
        ("SETTLED, a withdrawal by a person", 20, M((1, MISSION), (2, 1), (3, CONSENT_ID), (4, 5), (5, 3), (8, 1))),
        ("SETTLED, explained by the agency that held nothing", 20, M((1, MISSION), (2, 1), (3, CONSENT_ID), (4, 5), (5, 3),
                                                                     (8, 3))),
        ("SETTLED, a statement by its receipt", 20, M((1, NGO), (2, 2), (3, CONSENT_ID), (4, 4), (5, 1), (6, LEAF))),
        ("SETTLED, a reply that was refused", 20, M((1, NGO), (2, 3), (3, CONSENT_ID), (4, 6), (5, 2), (6, LEAF))),
        ("SETTLED, a reply by its receipt", 20, M((1, NGO), (2, 3), (3, CONSENT_ID), (4, 6), (5, 1), (6, LEAF), (9, 7))),
        ("SETTLED, a withdrawal owed again", 20, M((1, MISSION), (2, 1), (3, CONSENT_ID), (4, 5), (5, 5))),
        ("SETTLED, a reply to an agency whose log began anew", 20, M((1, NGO), (2, 3), (3, CONSENT_ID), (4, 6), (5, 6))),
        ("SETTLED, a reply whose referral was erased", 20, M((1, NGO), (2, 3), (3, CONSENT_ID), (4, 9), (5, 4))),
        ("CONSENTS of an agency that has none", 21, M((1, d))),
        ("CONSENTS", 21, M((1, d), (2, 300))),
        ("TAKEN, with data", 22, M((1, CONSENT_ID), (2, NGO), (3, d), (4, 1), (5, DAY))),
        ("TAKEN, told to stop", 22, M((1, CONSENT_ID), (2, NGO), (3, d), (4, 4), (5, DAY))),
        ("TAKEN, told to erase", 22, M((1, CONSENT_ID), (2, NGO), (3, d), (4, 5), (5, DAY))),
        ("CLOCK, doubted", 23, M((1, 1), (2, TIME), (3, TIME + 31536000000))),
        ("CLOCK, lifted by peers", 23, M((1, 2), (2, TIME), (3, TIME + 259200000))),
        ("CLOCK, confirmed", 23, M((1, 3), (2, TIME), (3, TIME - 172800000))),
        ("AGENCY_KEY", 24, M((1, MISSION), (2, d), (3, 1))),
        ("UNLINKED", 25, M((1, note.replace("\n3\n", "\n4\n")), (2, note))),
        ("CLOSED", 26, M((1, MISSION), (2, 1), (3, 2), (4, 1))),
        ("FORK_LEAF", 27, M((1, 700), (2, LEAF), (3, LEAF * 60))),
        ("FORK_LEAF of a tree of one", 27, M((2, LEAF))),
        ("OPENED", 64, M((1, CONSENT_ID), (2, 1))),
        ("EXPORTED", 65, M((2, 3))),
        ("LOGIN", 66, M((1, ACTOR), (2, 4))),
        ("STAFF, added", 67, M((1, ACTOR), (2, [1, 2]))),
        ("STAFF, an auditor", 67, M((1, ACTOR), (2, [4]), (3, DAY + 90))),
        ("STAFF, left", 67, M((1, ACTOR))),
        ("CONFIGURED", 68, M((2, 6), (3, d))),
        ("BACKUP", 69, M((2, 3))),
        ("RESTORED", 70, M((2, 3))),
        ("NOT_OPENED", 71, M((1, CONSENT_ID), (2, 2))),
        ("SAID_BY_PHONE", 88, M((1, CONSENT_ID), (2, 2))),
        ("ANSWER_REFUSED", 89, M((1, CONSENT_ID), (2, 2))),
        ("NOT_ALLOWED", 72, M((1, 523))),
        ("NOT_ALLOWED, somebody else's", 72, M((1, 523), (2, CONSENT_ID))),
        ("ASSIGNED", 73, M((1, CONSENT_ID), (2, 1), (3, ACTOR))),
        ("ASSIGNED to nobody", 73, M((1, CONSENT_ID), (2, 2))),
        ("ALIKE", 74, M((1, CONSENT_ID), (2, ACTOR))),
        ("STAFF_PROPOSED", 75, M((1, ACTOR), (2, [4]), (3, [2]), (4, DAY + 90), (5, 1))),
        ("STAFF_PROPOSED, refused", 75, M((1, ACTOR), (2, [1]), (5, 2))),
        ("NEVER", 77, M((1, CONSENT_ID))),
        ("NEVER, lifted", 77, M((1, CONSENT_ID), (2, 1))),
        ("BREAK_GLASS", 79, M((1, ACTOR), (2, CONSENT_ID), (3, TIME))),
        ("REVIEWED", 80, M((1, ACTOR), (2, CONSENT_ID), (4, 2))),
        ("STAND_IN", 81, M((1, ACTOR), (2, CONSENT_ID), (3, DAY))),
        ("STAND_IN, ended", 81, M((1, ACTOR), (2, CONSENT_ID))),
        ("FORGOTTEN", 82, M((1, ACTOR))),
        ("ASSIGNED, of a desk", 73, M((1, CONSENT_ID), (2, 1), (3, ACTOR), (4, MESSAGE_ID))),
        ("DESK", 83, M((1, ACTOR), (2, 1), (3, 2))),
        ("ACTED", 87, M((1, 1), (2, MESSAGE_ID))),
        ("DESK, on duty", 83, M((1, ACTOR), (2, 5), (4, CONSENT_ID), (5, TIME))),
        ("INCIDENT", 84, M((1, ACTOR), (2, CONSENT_ID), (3, MISSION))),
        ("INCIDENT, its referral deleted", 84, M((1, ACTOR), (3, MISSION))),
        ("INCIDENT_CLOSED", 85, M((1, ACTOR), (2, CONSENT_ID), (3, MISSION), (4, 2), (5, 3))),
        ("WITHHELD, a newer answer takes its place", 5, M((1, MISSION), (2, MESSAGE_ID), (3, 19), (4, 2))),
        ("WITHHELD, it came from another case after she agreed", 5, M((1, MISSION), (2, MESSAGE_ID), (3, 20), (4, 2))),
    ]


def make_records(note):
    out = []
    for i, (name, kind, own) in enumerate(record_kinds(note)):
        # Indexes and actors of every width: absent (0), one byte, the widest.
        index = 0 if kind == 11 else (0, 1, 127, 128, 16384, 2**32, 2**63 - 2)[i % 7]
        made = record(kind, own, index=index, actor=ACTOR if i % 2 else None).bytes()
        out.append({"name": name, "kind": kind, "index": index, "time": TIME, "has_actor": i % 2, "bytes": made.hex(),
                    "leaf": leaf_hash(made).hex()})
    return out


# Strict decoding: encodings of valid messages, or nearly valid ones, that no encoder of refex makes.


def malformed(message, texts=(), lists=(), ids=(), narrow=(), absent=(), needed=()):
    """[(why, bytes)] from MESSAGE. TEXTS, LISTS, IDS, NARROW: numbers of its fields that are text, packed lists, of a
    fixed size, numbers of 32 bits. ABSENT: a numeric field that it leaves out. NEEDED: mandatory fields."""
    parts = dict(zip([n for n, v in message.fields if M((n, v)).parts()], message.parts()))
    whole = message.bytes()
    numbers = list(parts)

    def but(number, part):
        return b"".join(part if n == number else p for n, p in parts.items())

    def payload(number):
        """The value of a field of bytes, after its tag and length."""
        part = parts[number]
        at = len(varint(number << 3 | 2))
        while part[at] & 0x80:
            at += 1
        return part[at + 1 :]

    out = [("cut in the last field", whole[:-1]), ("one byte too many", whole + b"\x00"),
           ("an unknown field", whole + number_field(1000, 1)), ("an unknown field of bytes", whole + delimited(1000, b"x")),
           ("field number 0", b"\x00\x01" + whole), ("a field number above 2^29", whole + varint(1 << 33) + b"\x01"),
           ("a fixed 64-bit field", whole + varint(1000 << 3 | 1) + bytes(8)),
           ("a fixed 32-bit field", whole + varint(1000 << 3 | 5) + bytes(4)),
           ("a group", whole + varint(1000 << 3 | 3) + varint(1000 << 3 | 4)),
           ("a length beyond the end", whole + varint(1000 << 3 | 2) + b"\x7f"),
           ("a varint without an end", whole + b"\x80"), ("a varint of 11 bytes", whole + b"\xff" * 10 + b"\x01"),
           ("nothing", b"")]
    if len(numbers) > 1:
        out.append(("two fields in the wrong order", b"".join(parts[n] for n in [numbers[1], numbers[0]] + numbers[2:])))
        out.append(("the last field first", b"".join(parts[n] for n in numbers[-1:] + numbers[:-1])))
    for n in numbers:
        value = dict(message.fields)[n]
        if isinstance(value, list) and not isinstance(value[0], int):
            continue
        out.append(("field %d twice" % n, but(n, parts[n] * 2)))
        tag = varint(n << 3 | (0 if isinstance(value, int) else 2))
        out.append(("field %d with a tag that is not minimal" % n,
                    but(n, tag[:-1] + bytes([tag[-1] | 0x80, 0]) + parts[n][len(tag) :])))
        if isinstance(value, int):
            long = varint(value)
            out.append(("field %d not minimal" % n, but(n, tag + long[:-1] + bytes([long[-1] | 0x80, 0]))))
            out.append(("field %d above 64 bits" % n, but(n, tag + b"\xff" * 9 + b"\x02")))
            out.append(("field %d as bytes" % n, but(n, delimited(n, varint(value)))))
            out.append(("field %d as a fixed number" % n, but(n, varint(n << 3 | 5) + struct.pack("<I", value & 0xFFFFFFFF))))
        else:
            data = payload(n)
            size = varint(len(data))
            out.append(("field %d with a length that is not minimal" % n,
                        but(n, tag + size[:-1] + bytes([size[-1] | 0x80, 0]) + data)))
            out.append(("field %d as a number" % n, but(n, number_field(n, 1))))
            out.append(("field %d empty, yet written" % n, but(n, tag + b"\x00")))
    for n in texts:
        for why, text in [("a lone byte", b"\xff"), ("an overlong form", b"\xc0\xaf"), ("a surrogate", b"\xed\xa0\x80"),
                          ("above U+10FFFF", b"\xf4\x90\x80\x80"), ("a NUL", b"\x00"), ("a cut character", b"\xe2\x82")]:
            out.append(("text %d with %s" % (n, why), but(n, delimited(n, payload(n)[:-1] + text))))
    for n in lists:
        values = dict(message.fields)[n]
        out.append(("list %d not packed" % n, but(n, b"".join(number_field(n, v) for v in values))))
        out.append(("list %d in two pieces" % n, but(n, M((n, values[:1])).bytes() + M((n, values[1:])).bytes())))
        out.append(("list %d descending" % n, but(n, M((n, values[::-1])).bytes())))
        out.append(("list %d with one twice" % n, but(n, M((n, values[:1] + values)).bytes())))
        out.append(("list %d with a number above 32 bits" % n, but(n, M((n, values + [1 << 32])).bytes())))
        out.append(("list %d with a number that is not minimal" % n,
                    but(n, delimited(n, payload(n)[:-1] + bytes([payload(n)[-1] | 0x80, 0])))))
        out.append(("list %d with a number that is cut" % n, but(n, delimited(n, payload(n) + b"\x80"))))
    for n in ids:
        out.append(("field %d a byte too short" % n, but(n, delimited(n, payload(n)[:-1]))))
        out.append(("field %d a byte too long" % n, but(n, delimited(n, payload(n) + b"\x01"))))
    for n in narrow:
        out.append(("field %d above 32 bits" % n, but(n, number_field(n, dict(message.fields)[n] + (1 << 32)))))
    for n in absent:
        rest = [m for m in numbers if m < n]
        out.append(("field %d zero, yet written" % n,
                    b"".join(parts[m] for m in rest) + varint(n << 3) + b"\x00" +
                    b"".join(parts[m] for m in numbers if m > n)))
    for n in needed:
        out.append(("without field %d" % n, but(n, b"")))
    return [{"why": why, "bytes": made.hex()} for why, made in out]


def inner_malformed(make_outer, own, **rules):
    """The same for a nested message."""
    out = []
    for bad in malformed(own, **rules):
        if bad["why"] != "nothing":
            out.append({"why": "inside: " + bad["why"], "bytes": make_outer(bytes.fromhex(bad["bytes"])).hex()})
    return out


def make_strict(parts):
    disclosed = M((1, MESSAGE_ID), (2, MISSION), (3, 1), (4, [1, 2, 15]), (5, 1), (6, CONSENT_ID), (7, "consent"),
                  (10, sha256(b"a body")))
    good = M((1, 1), (2, SALT16), (4, TIME), (5, 1), (16, disclosed))
    d = sha256(b"a body")

    def with_own(own):
        return M((1, 1), (2, SALT16), (4, TIME), (5, 1), (16, own)).bytes()

    def but(*fields):
        """DISCLOSED with other fields."""
        mine = dict(disclosed.fields)
        mine.update(fields)
        return with_own(M(*sorted(mine.items())))

    records = malformed(good, ids=[2], narrow=[1, 5], absent=[3], needed=[1, 2, 4, 5, 16])
    records += inner_malformed(with_own, disclosed, texts=[2, 7], lists=[4], ids=[1, 6, 10], narrow=[3, 5],
                            needed=[1, 2, 3, 10])
    records += [{"why": why, "bytes": made.hex()} for why, made in [
        ("version 2", M((1, 2), (2, SALT16), (4, TIME), (5, 1), (16, disclosed)).bytes()),
        ("an actor without bytes, yet written", M((1, 1), (2, SALT16), (4, TIME), (5, 1)).bytes()
         + delimited(6, b"") + delimited(16, disclosed.bytes())),
        ("an actor of 15 bytes", M((1, 1), (2, SALT16), (4, TIME), (5, 1), (6, ACTOR[:15]), (16, disclosed)).bytes()),
        ("a kind without a meaning", M((1, 1), (2, SALT16), (4, TIME), (5, 40), (16, disclosed)).bytes()),
        ("the message of another kind", M((1, 1), (2, SALT16), (4, TIME), (5, 2), (16, disclosed)).bytes()),
        ("the messages of two kinds", good.bytes() + delimited(17, M((1, NGO), (2, MESSAGE_ID), (3, LEAF), (4, 1)).bytes())),
        ("section 0", but((4, [0, 1]))),
        ("section %d" % NEXT_SECTION, but((4, [1, NEXT_SECTION]))),
        ("purpose 11", but((5, 11))),
        ("message kind %d" % NEXT_KIND, but((3, NEXT_KIND))),
        ("sections without a purpose", but((5, 0))),
        ("sections without a basis", but((7, ""))),
        ("a consent and an approver", but((9, ACTOR))),
        ("a purpose where none is needed", but((3, 3), (4, []), (6, b""), (7, ""))),
        ("a consent where none is needed", but((3, 3), (4, []), (5, 0), (7, ""))),
        ("a basis where none is needed", but((3, 3), (4, []), (5, 0), (6, b""))),
        ("a referral without a permission", but((4, []), (5, 0), (6, b""), (7, ""))),
        ("a referral without a purpose", but((4, []), (5, 0))),
        ("a basis of 33 bytes", but((7, "b" * 33))),
        ("a basis with a tab", but((7, "con\tsent"))),
        ("a short name", but((2, "mission"))),
        ("a desk", but((2, "labour.mission@nrm.example"))),
        ("RECEIVED with outcome 2", record(2, M((1, NGO), (2, MESSAGE_ID), (3, LEAF), (4, 2))).bytes()),
        ("REFUSED with outcome 1", record(3, M((1, NGO), (2, MESSAGE_ID), (3, LEAF), (4, 1))).bytes()),
        ("REFUSED with outcome 7", record(3, M((1, NGO), (2, MESSAGE_ID), (3, LEAF), (4, 7))).bytes()),
        ("EXPIRED with a reason", record(6, M((1, MISSION), (2, MESSAGE_ID), (3, 1), (4, 1))).bytes()),
        ("WITHHELD, a reason without a meaning",
         record(5, M((1, MISSION), (2, MESSAGE_ID), (3, 23), (4, 1))).bytes()),
        ("WITHHELD without a reason", record(5, M((1, MISSION), (2, MESSAGE_ID), (4, 1))).bytes()),
        ("WITHHELD, left or not unsaid", record(5, M((1, MISSION), (2, MESSAGE_ID), (3, 5))).bytes()),
        ("EXPIRED, left 3", record(6, M((1, MISSION), (2, MESSAGE_ID), (4, 3))).bytes()),
        ("ERASED without a result", record(10, M((1, CONSENT_ID), (2, [1]))).bytes()),
        ("ERASED, nothing held, and something was", record(10, M((1, CONSENT_ID), (2, [1]), (6, 2))).bytes()),
        ("ERASED, something kept without a ground", record(10, M((1, CONSENT_ID), (3, [1]), (6, 3))).bytes()),
        ("ERASED, kept, called erased", record(10, M((1, CONSENT_ID), (3, [1]), (4, "court-order"), (6, 1))).bytes()),
        ("SETTLED, answered without a leaf", record(20, M((1, MISSION), (2, 2), (3, CONSENT_ID), (4, 4), (5, 1))).bytes()),
        ("SETTLED, a withdrawal answered without a result",
         record(20, M((1, MISSION), (2, 1), (3, CONSENT_ID), (4, 4), (5, 1), (6, LEAF))).bytes()),
        ("SETTLED, a withdrawal that was refused",
         record(20, M((1, MISSION), (2, 1), (3, CONSENT_ID), (4, 4), (5, 2), (6, LEAF))).bytes()),
        ("SETTLED, closed without a reason", record(20, M((1, MISSION), (2, 1), (3, CONSENT_ID), (4, 4), (5, 3))).bytes()),
        ("SETTLED, closed by a person at an index",
         record(20, M((1, MISSION), (2, 1), (3, CONSENT_ID), (4, 4), (5, 3), (8, 1), (9, 7))).bytes()),
        ("ERASED, of a short name's consent", record(10, M((1, CONSENT_ID), (6, 2), (7, "ngo"))).bytes()),
        ("CONSENT with state 4", record(8, M((1, CONSENT_ID), (2, d), (3, 4), (4, DAY))).bytes()),
        ("WITHDRAWN with state 1", record(9, M((1, CONSENT_ID), (2, d), (3, 1), (4, DAY))).bytes()),
        ("CONSENTS without a root", record(21, M((2, 3))).bytes()),
        ("TAKEN, refused", record(22, M((1, CONSENT_ID), (2, NGO), (3, d), (4, 3), (5, DAY))).bytes()),
        ("TAKEN with state 6", record(22, M((1, CONSENT_ID), (2, NGO), (3, d), (4, 6), (5, DAY))).bytes()),
        ("TAKEN without a day", record(22, M((1, CONSENT_ID), (2, NGO), (3, d), (4, 1))).bytes()),
        ("CLOCK with event 5", record(23, M((1, 5), (2, TIME), (3, TIME))).bytes()),
        ("CLOCK without the clock's time", record(23, M((1, 1), (2, TIME))).bytes()),
        ("AGENCY_KEY with event 7", record(24, M((1, MISSION), (2, d), (3, 7))).bytes()),
        ("UNLINKED with one note", record(25, M((1, "note"))).bytes()),
        ("FORK_LEAF with a path of 61 hashes", record(27, M((1, 700), (2, LEAF), (3, LEAF * 61))).bytes()),
        ("FORK_LEAF with half a hash", record(27, M((1, 700), (2, LEAF), (3, LEAF[:16]))).bytes()),
        ("FORK_LEAF without a leaf", record(27, M((1, 700))).bytes()),
        ("CLOSED about nothing", record(26, M((1, MISSION), (2, 1), (4, 1))).bytes()),
        ("CLOSED with reason 4", record(26, M((1, MISSION), (2, 1), (3, 1), (4, 4))).bytes()),
        ("a certificate of 1,801 bytes", record(14, M((1, b"0" * 1801))).bytes()),
        ("INCARNATION in the middle of a log", record(11, M((1, parts["note"])), index=1).bytes()),
        ("over 2,048 bytes", record(13, M((1, b"n" * 960), (2, b"n" * 1100))).bytes()),
    ]]

    hd, gr, ch = parts["header"], parts["grant"], parts["consent_header"]

    def grant_but(*fields):
        mine = dict(gr.fields)
        mine.update(fields)
        return M(*sorted(mine.items())).bytes()

    grants = malformed(gr, texts=[3], lists=[1], narrow=[4, 5, 7], needed=[3, 4, 5, 7])
    grants += [{"why": why, "bytes": made.hex()} for why, made in [
        ("named without onward", grant_but((6, [MINISTRY]))),
        ("onward named, and nobody is", grant_but((5, 3))),
        ("onward 4", grant_but((5, 4))),
        ("without sections, yet excluding", grant_but((1, []))),
        ("named descending", grant_but((5, 3), (6, ["police@nrm.example", MINISTRY]))),
        ("named twice", grant_but((5, 3), (6, [MINISTRY, MINISTRY]))),
        ("an excluded field of section 0", grant_but((2, [9]))),
        ("an excluded field of section %d" % NEXT_SECTION, grant_but((2, [NEXT_SECTION * 65536 + 1]))),
    ]]

    bd = parts["body"]
    bodies = malformed(bd, ids=[2], narrow=[1], needed=[1, 16])
    bodies += [{"why": why, "bytes": made.hex()} for why, made in [
        ("sections descending", body(1, CONSENT_ID, [(2, b"\x08\x01"), (1, b"\x08\x01")], M((1, 1))).bytes()),
        ("a section twice", body(1, CONSENT_ID, [(1, b"\x08\x01"), (1, b"\x08\x01")], M((1, 1))).bytes()),
        ("section %d" % NEXT_SECTION, body(1, CONSENT_ID, [(NEXT_SECTION, b"\x08\x01")], M((1, 1))).bytes()),
        ("a section without data", body(1, CONSENT_ID, [(1, b"")], M((1, 1))).bytes()),
        ("kind %d" % NEXT_KIND, M((1, NEXT_KIND), (2, CONSENT_ID), (15 + NEXT_KIND, M((1, 1)))).bytes()),
        ("the message of another kind", M((1, 1), (2, CONSENT_ID), (18, M((1, 6), (4, MESSAGE_ID)))).bytes()),
        ("an inquiry with sections",
         body(12, None, [(1, b"\x08\x01")], M((1, 1), (2, 1), (3, 1), (4, DAY), (6, TIME))).bytes()),
        ("an inquiry of a referral",
         body(12, CONSENT_ID, [], M((1, 1), (2, 1), (3, 1), (4, DAY), (6, TIME))).bytes()),
        ("an inquiry for 3", body(12, None, [], M((1, 1), (2, 3), (3, 1), (4, DAY), (6, TIME))).bytes()),
        ("an inquiry for 32", body(12, None, [], M((1, 1), (2, 32), (3, 1), (4, DAY), (6, TIME))).bytes()),
        ("an inquiry for a family of 2", body(12, None, [], M((1, 1), (2, 2), (3, 3), (4, DAY), (6, TIME))).bytes()),
        ("an inquiry for 1 with a language",
         body(12, None, [], M((1, 1), (2, 1), (3, 1), (4, DAY), (5, ["ukr"]), (6, TIME))).bytes()),
        ("an inquiry in no language", body(12, None, [], M((1, 1), (2, 4), (3, 1), (4, DAY), (5, ["zzz"]), (6, TIME))).bytes()),
        ("languages descending",
         body(12, None, [], M((1, 1), (2, 4), (3, 1), (4, DAY), (5, ["ukr", "pol"]), (6, TIME))).bytes()),
        ("three languages",
         body(12, None, [], M((1, 1), (2, 4), (3, 1), (4, DAY), (5, ["pol", "rus", "ukr"]), (6, TIME))).bytes()),
        ("an inquiry that does not end", body(12, None, [], M((1, 1), (2, 1), (3, 1), (4, DAY))).bytes()),
        ("an answer with sections", body(13, None, [(1, b"\x08\x01")], M((1, MESSAGE_ID), (2, 1), (3, TIME))).bytes()),
        ("an answer of a referral", body(13, CONSENT_ID, [], M((1, MESSAGE_ID), (2, 1), (3, TIME))).bytes()),
        ("a yes that holds for ever", body(13, None, [], M((1, MESSAGE_ID), (2, 1))).bytes()),
        ("seen until then", body(13, None, [], M((1, MESSAGE_ID), (2, 3), (3, TIME))).bytes()),
        ("an answer with a name", body(13, None, [], M((1, MESSAGE_ID), (2, 3), (4, "Nova"))).bytes()),
        ("a notification with sections",
         body(14, None, [(1, b"\x08\x01")], M((1, 2), (2, 6), (3, 1), (4, "PL"), (6, 682))).bytes()),
        ("a notification of a referral",
         body(14, CONSENT_ID, [], M((1, 2), (2, 6), (3, 1), (4, "PL"), (6, 682))).bytes()),
        ("a notification from no country", body(14, None, [], M((1, 2), (2, 6), (3, 1), (4, "ZZ"), (6, 682))).bytes()),
        ("a notification with a town",
         body(14, None, [], M((1, 2), (2, 6), (3, 1), (4, "PL"), (5, "Lub"), (6, 682))).bytes()),
        ("a notification of no month", body(14, None, [], M((1, 2), (2, 6), (3, 1), (4, "PL"))).bytes()),
        ("a ping that says nothing", body(23, None, [], M()).bytes()),
        ("a ping of a referral", body(23, CONSENT_ID, [], M((1, 1))).bytes()),
        ("a pause without an end", body(23, None, [], M((1, 2), (3, 1))).bytes()),
        ("a pause without a reason", body(23, None, [], M((1, 2), (2, TIME))).bytes()),
        ("a pause of a node that runs", body(23, None, [], M((1, 1), (2, TIME), (3, 1))).bytes()),
        ("a referral without urgency", body(1, CONSENT_ID, [], M((2, [1]))).bytes()),
        ("services descending", body(1, CONSENT_ID, [], M((1, 1), (2, [2, 1]))).bytes()),
        ("service 28", body(1, CONSENT_ID, [], M((1, 1), (2, [28]))).bytes()),
        ("a decline without a reason", body(3, CONSENT_ID, [], M((1, 9), (4, MESSAGE_ID))).bytes()),
        ("a desk with a line feed", body(1, CONSENT_ID, [], M((1, 1), (2, [1]), (6, "a\n@nrm.example"))).bytes()),
        ("a note with an escape", body(3, CONSENT_ID, [], M((1, 6), (3, "a\x1b[2J"), (4, MESSAGE_ID))).bytes()),
        ("a note with a C1 control", body(3, CONSENT_ID, [], M((1, 6), (3, "a\u009b2J"), (4, MESSAGE_ID))).bytes()),
        ("an acceptance with a reason", body(3, CONSENT_ID, [], M((1, 6), (2, 1), (4, MESSAGE_ID))).bytes()),
    ]]

    content = parts["content"]
    fields = dict(content.fields)

    def content_but(*changed):
        mine = dict(fields)
        mine.update(changed)
        return M(*sorted(mine.items())).bytes()

    contents = malformed(content, ids=[4], narrow=[8], needed=[1, 3, 4, 5, 6, 8, 9])
    contents += [{"why": why, "bytes": made.hex()} for why, made in [
        ("a path of 31 bytes", content_but((2, fields[2][:31]))),
        ("a path of 65 hashes", content_but((2, bytes(65 * 32)))),
        ("a consistency path of 127 hashes", content_but((6, bytes(127 * 32)))),
        ("version 3", content_but((8, 3))),
        ("a checkpoint over its bound", content_but((3, "c" * 961))),
        ("a record over its bound", content_but((1, b"r" * 2049))),
    ]]
    whole, shut = parts["consent_receipt"], parts["closed_consent_receipt"]

    def made_of(receipt, *changed):
        mine = dict(receipt.fields)
        mine.update(changed)
        return M(*sorted(mine.items())).bytes()

    shown, salt = dict(whole.fields)[7], count_up(0x51)
    consent_receipts = malformed(whole, ids=[2, 3, 4, 8], needed=[1, 2, 3, 4, 6, 8, 9, 10, 12])
    consent_receipts += [{"why": why, "bytes": made.hex()} for why, made in [
        ("a hash in the place of all commitments, and these", made_of(whole, (5, bytes(32)))),
        ("7 commitments", made_of(whole, (6, bytes(7 * 32)))),
        ("a grant without sections at place 1", made_of(whole, (7, [M((1, 1), (2, salt), (3, dict(shown[0].fields)[3]))]))),
        ("a grant with sections at place 0", made_of(whole, (7, [M((2, salt), (3, dict(shown[1].fields)[3]))]))),
        ("place 9 of 8", made_of(whole, (7, [M((1, 9), (2, salt), (3, dict(shown[1].fields)[3]))]))),
        ("closed, with a grant with sections", made_of(shut, (7, shown[:2]))),
        ("closed, saying how it was given", made_of(shut, (8, salt), (9, dict(whole.fields)[9]))),
        ("closed, with the salt alone", made_of(shut, (8, salt))),
    ]]
    receipt = parts["receipt"]
    envelope = M((1, hd.bytes()), (2, bytes(4096 + 16)))
    return {
        "record": records,
        "header": malformed(hd, texts=[4, 5], ids=[3, 7, 8], narrow=[1, 2, 6, 9], needed=[1, 2, 3, 4, 5, 6, 7, 8]) + [
            {"why": why, "bytes": made.hex()} for why, made in [
                ("version 2", b"\x08\x02" + hd.bytes()[2:]),
                ("a suite that is none", b"\x08\x01\x10\x02" + hd.bytes()[4:]),
                ("sequence 65,536", M(*(hd.fields[:-1] + [(9, 65536)])).bytes()),
                ("sequence 0, yet written", M(*hd.fields[:-1]).bytes() + b"\x48\x00"),
            ]],
        # An envelope is large: only some of the faults that the other messages are tried with.
        "envelope": [bad for bad in malformed(envelope, needed=[1, 2]) if bad["why"] in (
            "cut in the last field", "one byte too many", "an unknown field", "two fields in the wrong order", "field 2 twice",
            "field 1 with a length that is not minimal", "field 1 as a number", "without field 1", "without field 2")] + [
            {"why": "a ciphertext of no bucket", "bytes": M((1, hd.bytes()), (2, bytes(4096 + 17))).bytes().hex()},
            {"why": "a ciphertext without its tag", "bytes": M((1, hd.bytes()), (2, bytes(4096))).bytes().hex()}],
        "content": contents,
        "body": bodies,
        "consent_header": malformed(ch, texts=[2], ids=[1], narrow=[3], needed=[1, 2, 3]),
        "consent_given": malformed(parts["consent_given"], texts=[3, 4], narrow=[1, 6], absent=[5], needed=[1, 2, 3, 4, 6])
        + [{"why": why, "bytes": M(*[changed if changed[0] == n else (n, value) for n, value in
                                     parts["consent_given"].fields]).bytes().hex()} for why, changed in [
            ("a notice with a line feed", (3, "leaflet\n3")), ("a language with a DEL", (4, "uk\x7f"))]],
        "grant": grants,
        "receipt": malformed(receipt, needed=[1, 3]) + make_strict_receipts(parts["receipt_beside"]),
        "witness": make_strict_witness(parts["witness"]),
        "cosigned": make_strict_cosigned(parts["cosigned"]),
        "consent_receipt": consent_receipts,
        "closed_consent_receipt": malformed(shut, ids=[2, 3, 4, 5], needed=[1, 2, 3, 4, 5, 7, 10, 12]),
        # A newer hello may have fields that are not known.
        "hello": [bad for bad in malformed(HELLO, texts=[3], ids=[4, 5, 7], narrow=[1, 2, 9], needed=[1, 2, 4, 5, 6, 9])
                  if not bad["why"].startswith("an unknown field")] + [
            {"why": "versions from 2 to 1", "bytes": M((1, 2), *HELLO.fields[1:]).bytes().hex()},
            {"why": "software with a line feed",
             "bytes": M(*HELLO.fields[:2], (3, "re\nfex"), *HELLO.fields[3:]).bytes().hex()}],
        "ask": malformed_items(ASK, 48) + [{"why": "about no message", "bytes": ""}],
        "missing": malformed_items(MISSING, 16),
    }


# What a node says first, what is asked of messages without a receipt, and what the answer says of those that have not arrived (13).

HELLO = M((1, 1), (2, 1), (3, "refex"), (4, count_up(0x21, 16)), (5, FID), (6, 12), (7, sha256(b"a directory")), (8, 4), (9, 1), (10, 70))
ASKED = [(count_up(0x40 + i, 16), sha256(b"a record %d" % i)) for i in range(3)]
ASK = M((1, b"".join(message + leaf for message, leaf in ASKED)))
MISSING = M((1, ASKED[0][0] + ASKED[2][0]))


def malformed_items(message, size):
    """Of a message with one field, of items of SIZE bytes. One that is empty is another thing in each of the two."""
    items = dict(message.fields)[1]
    out = [bad for bad in malformed(message) if bad["bytes"] != ""]
    return out + [{"why": why, "bytes": made.hex()} for why, made in [
        ("an item a byte too short", M((1, items[:-1])).bytes()),
        ("an item a byte too long", M((1, items + b"\x01")).bytes()),
        ("half an item", M((1, items[: size // 2])).bytes()),
        ("each item in a field of its own",
         b"".join(delimited(1, items[at : at + size]) for at in range(0, len(items), size))),
        ("257 items", M((1, items[:size] * 257)).bytes()),
        ("field 2 instead", M((2, items)).bytes()),
    ]]


def make_asked():
    return {
        "ask": ASK.bytes().hex(), "missing": MISSING.bytes().hex(), "none_missing": M((1, b"")).bytes().hex(),
        "asked": [{"message": message.hex(), "leaf": leaf.hex()} for message, leaf in ASKED],
        "not_arrived": [ASKED[0][0].hex(), ASKED[2][0].hex()],
        "most": M((1, (ASKED[0][0] + ASKED[0][1]) * 256)).bytes().hex(),
    }


def make_strict_receipts(beside):
    """What stands beside the receipt."""
    fields = dict(beside.fields)
    out = [{"why": "beside: " + bad["why"], "bytes": bad["bytes"]}
           for bad in malformed(beside, needed=[1, 3, 5, 6]) if bad["why"] != "nothing"]
    return out + [{"why": why, "bytes": M(*sorted({**fields, **changed}.items())).bytes().hex()} for why, changed in [
        ("linked up to 2^63", {4: 1 << 63}),
        ("a consistency path of 31 bytes", {5: fields[5][:31]}),
        ("a consistency path of 127 hashes", {5: bytes(127 * 32)}),
        ("from size 2^63", {6: 1 << 63}),
    ]]


def make_strict_witness(w):
    """Frame 5. An empty one is good: nothing is remembered."""
    question = w["question_message"]
    grown = w["grown_message"]
    note = dict(question.fields)[1]

    def answer(*items):
        return b"".join(delimited(3, item) for item in items)

    def grown_but(*changed):
        return answer(M(*sorted({**dict(grown.fields), **dict(changed)}.items())).bytes())

    bad = [b for b in malformed(question, lists=[2]) if b["why"] not in (
        "nothing", "list 2 with a number above 32 bits")]
    bad += inner_malformed(answer, grown, needed=[1, 3])
    return bad + [{"why": why, "bytes": made.hex()} for why, made in [
        ("inside: nothing", answer(b"")),
        ("size 0", M((1, note), (2, [0, 1])).bytes()),
        ("size 2^63", M((1, note), (2, [1, 1 << 63])).bytes()),
        ("65 sizes", M((1, note), (2, list(range(1, 66)))).bytes()),
        ("65 proofs", answer(*[grown.bytes()] * 65)),
        ("an answer that asks", M((2, [1])).bytes() + answer(grown.bytes())),
        ("an answer that remembers", M((1, note)).bytes() + answer(grown.bytes())),
        ("a note over its bound", M((1, "c" * 961)).bytes()),
        ("a checkpoint over its bound", grown_but((1, "c" * 961))),
        ("a path of 31 bytes", grown_but((2, bytes(31)))),
        ("a path of 127 hashes", grown_but((2, bytes(127 * 32)))),
        ("from size 2^63", grown_but((3, 1 << 63))),
    ]]


def make_strict_cosigned(c):
    """Frame 6."""
    wish = c["wish_message"]
    fields = dict(wish.fields)
    return malformed(wish, needed=[1, 3]) + [{"why": why, "bytes": made.hex()} for why, made in [
        ("a note over its bound", M((1, "c" * 1537)).bytes()),
        ("a path of 31 bytes", M((1, fields[1]), (2, bytes(31)), (3, 1)).bytes()),
        ("a path of 127 hashes", M((1, fields[1]), (2, bytes(127 * 32)), (3, 1)).bytes()),
    ]]


def make_witness(log):
    """Frame 5 about the log of the ngo: what the mission remembers, asks, and is answered. It has linked size 1."""
    linked = log.checkpoint(1)
    question = M((1, linked), (2, [2, len(log.leaves)]))
    grown = [M((1, log.checkpoint(2)), (2, b"".join(tree_growth(1, log.leaves[:2]))), (3, 1)),
             M((1, log.checkpoint()), (2, b"".join(tree_growth(2, log.leaves))), (3, 2))]
    return {
        "question_message": question, "grown_message": grown[0],
        "vectors": {
            "linked": linked, "sizes": [2, len(log.leaves)],
            "nothing": "", "memory": M((1, linked)).bytes().hex(), "question": question.bytes().hex(),
            "answer": M((3, grown)).bytes().hex(),
            "same_size": M((3, [M((1, linked), (3, 1))])).bytes().hex(),
        },
    }


def make_cosigned(log):
    """Frame 6: the ngo wishes for a cosignature of the mission, which knows size 1, and gets it."""
    growth = b"".join(tree_growth(1, log.leaves))
    wish = M((1, log.checkpoint()), (2, growth), (3, 1))
    at = TIME // 1000
    signed = log.checkpoint() + MISSION_KEY.cosignature(key_name(MISSION), checkpoint_text(log.origin, log.leaves), at)
    return {
        "wish_message": wish,
        "vectors": {
            "wish": wish.bytes().hex(), "first_wish": M((1, log.checkpoint())).bytes().hex(), "from_size": 1,
            "answer": M((1, signed)).bytes().hex(), "cosigner": key_name(MISSION), "cosigned_at": at,
            "cosigner_public": MISSION_KEY.public.hex(),
        },
    }


def make_commitments():
    salt = count_up(0x80)
    return [{"what": what, "salt": salt.hex(), "data": data.hex(), "commitment": commit(what, salt, data).hex()}
            for what in ("body", "text", "attachment", "grant", "consent-header", "consent-given")
            for data in (b"", b"\x00", "\u0456\u043c\u02bc\u044f".encode(), count_up(0, 300))]


CASE_ID = count_up(0xE0, 16)


def make_consent():
    head = M((1, CONSENT_ID), (2, NGO), (3, DAY + 90))
    given = M((1, 1), (2, TIME), (3, "notice-1"), (4, "ukr"), (5, 1), (6, 1))
    for_mission = M((1, [1, 2]), (2, [2 * 65536 + 8]), (3, MISSION), (4, 1), (5, 3), (6, [MINISTRY]), (7, DAY + 90))
    health = M((1, [9]), (3, MISSION), (4, 1), (5, 1), (7, DAY + 30))
    referred = M((3, MISSION), (4, 1), (5, 1), (7, DAY + 90))
    salt_h, salts = count_up(0x11), {0: count_up(0x51), 3: count_up(0x61), 6: count_up(0x71)}
    salt_w, salt_c = count_up(0x21), count_up(0x31)
    g = [sha256(b"random %d" % i) for i in range(8)]
    g[2] = commit("grant", salts[3], for_mission.bytes())
    g[5] = commit("grant", salts[6], health.bytes())
    g_0 = commit("grant", salts[0], referred.bytes())
    made = ((0, referred), (3, for_mission), (6, health))
    h = commit("consent-header", salt_h, head.bytes())
    w = commit("consent-given", salt_w, given.bytes())
    c = commit("consent-case", salt_c, CASE_ID + MISSION.encode())
    rest = commit_grants(g)
    return {
        "header_message": head, "given_message": given,
        "shown": [M((1, i), (2, salts[i]), (3, m.bytes())) for i, m in made],
        "header": head.bytes(), "salt_h": salt_h, "h": h, "given": given.bytes(), "salt_w": salt_w, "w": w,
        "salt_c": salt_c, "c": c, "g": g, "rest": rest, "commitment": commit_consent(h, w, c, g_0, rest),
        "grants": [{"place": i, "salt": salts[i].hex(), "bytes": m.bytes().hex(), "g": (g[i - 1] if i else g_0).hex()}
                   for i, m in made],
    }


TRIAGE = M((1, 3), (2, 1), (3, 2), (4, ["ukr"]), (5, "PL")).bytes()
IDENTITY = M((2, "Vector"), (5, 30000), (6, 2)).bytes()


def make_bodies():
    referral = count_up(0x70, 16)
    proof = [(3, b"record"), (5, b"checkpoint")]
    return [
        ("referral", 1, body(1, referral, [(1, TRIAGE), (2, IDENTITY)], M((1, 2), (2, [1, 6, 7]), (3, TIME + 259200000),
                                                                        (4, [9]), (6, "labour.mission@nrm.example")))),
        ("referral, all at once", 1, body(1, referral, [(1, TRIAGE)], M((1, 1), (5, True)))),
        ("release", 2, body(2, referral, [(9, b"\x08\x01")])),
        ("reply, accepted", 3, body(3, referral, [], M((1, 6), (4, MESSAGE_ID)))),
        ("reply, the second, waitlisted", 3, body(3, referral, [], M((1, 7), (4, MESSAGE_ID), (5, 2), (6, TIME), (18, 4)))),
        ("reply, accepted, with how to reach the desk", 3,
         body(3, referral, [], M((1, 6), (4, MESSAGE_ID), (5, 999), (7, 1), (8, TIME), (9, "+48221234567"),
                                 (10, [1, 6])))),
        ("reply, the third, what is lacking", 3,
         body(3, referral, [], M((1, 8), (4, MESSAGE_ID), (5, 3), (6, TIME), (13, [2, 10])))),
        ("reply, the first, that it was opened on a day", 3,
         body(3, referral, [], M((1, 5), (4, MESSAGE_ID), (11, TIME - TIME % 86400000), (12, TIME)))),
        ("reply, opened", 3, body(3, referral, [], M((1, 4), (4, MESSAGE_ID), (6, TIME)))),
        ("reply, expected", 3, body(3, referral, [], M((1, 20), (4, MESSAGE_ID), (5, 2), (6, TIME), (16, 1)))),
        ("reply, in progress", 3, body(3, referral, [], M((1, 11), (4, MESSAGE_ID), (5, 2), (14, 3)))),
        ("reply, finished", 3, body(3, referral, [], M((1, 12), (4, MESSAGE_ID), (5, 9), (15, 5), (18, 11)))),
        ("reply, given back", 3, body(3, referral, [], M((1, 23), (2, 1), (4, MESSAGE_ID), (5, 2)))),
        ("update", 4, body(4, referral, [(9, b"\x08\x01")], M((1, MESSAGE_ID)))),
        ("update, nothing of it is known", 4, body(4, referral, [], M((1, MESSAGE_ID), (2, [1, 10])))),
        ("update, she arrived", 4, body(4, referral, [], M((1, MESSAGE_ID), (3, 21), (5, 2), (7, 1)))),
        ("update, when she is expected now", 4, body(4, referral, [], M((1, MESSAGE_ID), (3, 20), (4, TIME), (5, 3), (7, 2)))),
        ("update, closed", 4, body(4, referral, [], M((1, MESSAGE_ID), (3, 14), (5, 3), (6, [1, 2, 3]), (7, 3)))),
        ("reply, closed, and what was done before", 3,
         body(3, referral, [], M((1, 14), (4, MESSAGE_ID), (5, 4), (17, [1, 2, 4]), (18, 22)))),
        ("reply, closed when the service had ended", 3,
         body(3, referral, [], M((1, 14), (4, MESSAGE_ID), (5, 4), (15, 1), (18, 12)))),
        ("cancel", 15, body(15, referral, [], M((1, MESSAGE_ID)))),
        ("cancel, behind two words of her coming", 15, body(15, referral, [], M((1, MESSAGE_ID), (2, 2)))),
        ("reply, declined", 3, body(3, referral, [], M((1, 9), (2, 1), (3, "no room before spring"), (4, MESSAGE_ID)))),
        ("transfer", 5, body(5, referral, [], M((1, 3)))),
        ("inquiry", 12, body(12, None, [], M((1, 1), (2, 1), (3, 1), (4, DAY), (6, TIME)))),
        ("inquiry, for families, with languages", 12,
         body(12, None, [], M((1, 27), (2, 4), (3, 3), (4, DAY), (5, ["pol", "ukr"]), (6, TIME)))),
        ("notification", 14, body(14, None, [], M((1, 2), (2, 6), (3, 1), (4, "PL"), (5, "14"), (6, 682)))),
        ("answer, yes", 13, body(13, None, [], M((1, MESSAGE_ID), (2, 1), (3, TIME), (4, "+48221234567")))),
        ("answer, seen", 13, body(13, None, [], M((1, MESSAGE_ID), (2, 3)))),
        ("withdrawal", 17, body(17, None, [], M((1, CONSENT_ID), (2, 4), *proof))),
        ("erasure statement", 18, body(18, None, [], M((1, CONSENT_ID), (2, b"record"), (4, b"checkpoint")))),
        ("outcome", 22, body(22, referral, [(9, b"\x08\x01")], M((1, MESSAGE_ID)))),
        ("ping", 23, body(23, None, [], M((1, 1)))),
        ("ping, paused", 23, body(23, None, [], M((1, 2), (2, TIME), (3, 1)))),
        ("referral erased", 21, body(21, referral, [], M((1, MESSAGE_ID), (2, b"record"), (4, b"checkpoint")))),
    ]


def make_story():
    """A consent is recorded, a referral and an inquiry are sent to the mission under one encapsulated key, and the mission
    sends receipts."""
    log = Log(origin(NGO), NGO_KEY)
    consent = make_consent()
    given = log.append(record(8, M((1, CONSENT_ID), (2, consent["commitment"]), (3, 1), (4, DAY + 90))).bytes())
    start = [(1, consent["header"]), (2, consent["salt_h"]), (3, consent["w"]), (4, consent["c"])]
    end = [(10, log.records[given]), (12, log.checkpoint(1))]
    consent_receipt = M(*start, (6, b"".join(consent["g"])), (7, consent["shown"]), (8, consent["salt_w"]),
                        (9, consent["given"]), *end)
    closed = M(*start, (5, consent["rest"]), (7, consent["shown"][:1]), *end)
    bodies = {name: made.bytes() for name, _, made in make_bodies()}
    salt = count_up(0x90)

    public = x25519_public(MISSION_SEALING)
    key_id = sealing_key_id(public)
    ephemeral = count_up(0x60)
    info = hpke_info(FID, FID, NGO, MISSION, key_id)
    hpke = Hpke(ephemeral, public, info)

    def message(sequence, message_id, kind, sent, disclosed, **more):
        own = M((1, message_id), (2, MISSION), (3, kind), *disclosed, (10, commit("body", salt, sent)))
        made = record(1, own, index=len(log.records), time=TIME + sequence * 1000, actor=ACTOR).bytes()
        index = log.append(made)
        head = header(message_id, NGO, MISSION, DAY + 9, key_id, hpke.enc, sequence)
        content = M((1, made), (2, log.path(index)), (3, log.checkpoint()), (4, salt), (5, sent),
                    (6, more.get("growth")), (7, more.get("consent")), (8, 1), (9, more.get("known_size", 0)))
        plain = pad(content.bytes())
        aad = b"refex/envelope/v1\n" + head.bytes()
        sealed = hpke.seal(sequence, aad, plain)
        envelope = M((1, head.bytes()), (2, sealed)).bytes()
        return {
            "sequence": sequence, "message": message_id.hex(), "kind": kind, "record": made.hex(), "index": index,
            "leaf": log.leaves[index].hex(), "size": index + 1, "root": tree_root(log.leaves).hex(),
            "body": sent.hex(), "body_salt": salt.hex(), "header": head.bytes().hex(), "content": content.bytes().hex(),
            "plaintext_length": len(plain), "plaintext_sha256": sha256(plain).hex(), "aad": aad.hex(),
            "nonce": hpke.nonce(sequence).hex(), "envelope": envelope.hex(), "envelope_sha256": sha256(envelope).hex(),
        }, head, content

    referral, head, _ = message(
        0, MESSAGE_ID, 1, bodies["referral"],
        [(4, [1, 2]), (5, 1), (6, CONSENT_ID), (7, "consent")], consent=consent_receipt.bytes())
    second_id = bytes.fromhex("01a1ee565e01") + count_up(0x20, 10)
    inquiry, head, content = message_with_growth(message, second_id, bodies["inquiry"], log)

    mission = Log(origin(MISSION), MISSION_KEY)
    mission.append(record(2, M((1, NGO), (2, MESSAGE_ID), (3, bytes.fromhex(referral["leaf"])), (4, 1))).bytes())
    receipt = M((1, mission.records[0]), (3, mission.checkpoint()))
    mission.append(record(3, M((1, NGO), (2, second_id), (3, bytes.fromhex(inquiry["leaf"])), (4, 6)), index=1).bytes())
    refusal = M((1, mission.records[1]), (2, mission.path(1)), (3, mission.checkpoint()))
    beside = M((1, mission.records[1]), (2, mission.path(1)), (3, mission.checkpoint()), (4, len(log.leaves)),
               (5, b"".join(tree_growth(1, mission.leaves))), (6, 1))
    by_relay = M((1, mission.records[1]), (2, mission.path(1)), (3, mission.checkpoint()), (8, 1))
    return {
        "consent": consent, "consent_receipt": consent_receipt, "closed_consent_receipt": closed, "log": log, "header": head, "content": content,
        "receipt_message": refusal, "receipt_beside": beside,
        "envelope": {
            "sender": NGO, "recipient": MISSION, "fid": FID.hex(), "expiry": DAY + 9, "recipient_sk": MISSION_SEALING.hex(),
            "recipient_pk": public.hex(), "sealing_key_id": key_id.hex(), "ephemeral_sk": ephemeral.hex(),
            "enc": hpke.enc.hex(), "info": info.hex(), "key": hpke.key.hex(), "base_nonce": hpke.base_nonce.hex(),
            "log_seed": NGO_KEY.seed.hex(), "log_public": NGO_KEY.public.hex(), "origin": log.origin,
            "messages": [referral, inquiry],
        },
        "receipt": {
            "log_seed": MISSION_KEY.seed.hex(), "log_public": MISSION_KEY.public.hex(), "origin": mission.origin,
            "received": receipt.bytes().hex(), "refused": refusal.bytes().hex(),
            "beside": beside.bytes().hex(), "linked": len(log.leaves), "grown_from": mission.checkpoint(1),
            "content_by_relay": by_relay.bytes().hex(),
        },
    }


def message_with_growth(message, message_id, sent, log):
    """The path from size 1 leads to the tree that includes this very record, so the record is made first for its leaf."""
    salt = count_up(0x90)
    own = M((1, message_id), (2, MISSION), (3, 12), (10, commit("body", salt, sent)))
    leaf = leaf_hash(record(1, own, index=len(log.records), time=TIME + 5000, actor=ACTOR).bytes())
    growth = b"".join(tree_growth(1, log.leaves + [leaf]))
    return message(5, message_id, 12, sent, [], known_size=1, growth=growth)


def make_padding():
    out = []
    for b in BUCKETS:
        for length in (b - 5, b - 4, b - 3):
            out.append({"content": length, "plaintext": bucket_of(length + 4)})
    good = pad(b"\x08\x01")
    return {
        "buckets": BUCKETS,
        "sizes": [{"content": 1, "plaintext": 4096}] + out,
        "invalid": [{"why": why, "head": p[:8].hex(), "length": len(p), "last": p[-1]} for why, p in [
            ("length 0", bytes(4096)), ("a length beyond the plaintext", u32(4093) + bytes(4092)),
            ("a filler that is not zero", good[:-1] + b"\x01"), ("no bucket", good[:-1]), ("no bucket", good + b"\x00")]],
    }


def make_storage():
    data_key, storage_key = count_up(0x30), count_up(0x70)
    out = {"data_key": data_key.hex(), "storage_key": storage_key.hex(), "sections": [], "stored": [], "wrapped": []}
    for i, name in enumerate(["identity", "whereabouts", "body"]):
        key = section_key(data_key, name)
        out["sections"].append({"section": name, "key": key.hex()})
        for table, row, column, plain, owner in [("body", 1, "sealed", b"", b""),
                                                 ("case_section", 2**63 - 1, "sealed", count_up(0, 100), CASE_ID)]:
            r = sha256(b"r %d %d" % (i, row))
            out["stored"].append({"section": name, "table": table, "row": row, "column": column, "owner": owner.hex(),
                                  "r": r.hex(), "plain": plain.hex(),
                                  "stored": store(key, r, table, row, column, plain, owner).hex()})
    for generation, slot in [(1, 0), (2, 4095), (2**32, 2**40)]:
        r = sha256(b"w %d" % slot)
        out["wrapped"].append({"generation": generation, "slot": slot, "r": r.hex(),
                               "wrapped": wrap(storage_key, r, generation, slot, data_key).hex()})
    return out


def make_tree():
    """Roots and proofs of a log of one-byte records 00, 01, ..."""
    leaves = [leaf_hash(bytes([i])) for i in range(20)]
    return {
        "roots": [tree_root(leaves[:n]).hex() for n in range(21)],
        "inclusion": [{"index": i, "size": n, "leaf": leaves[i].hex(), "path": b"".join(tree_path(i, leaves[:n])).hex()}
                      for n in (1, 2, 3, 7, 8, 13, 20) for i in sorted({0, n // 2, n - 1})],
        "consistency": [{"old": m, "new": n, "path": b"".join(tree_growth(m, leaves[:n])).hex()}
                        for n in (1, 2, 3, 7, 8, 13, 20) for m in sorted({0, 1, n // 2, n - 1, n})],
    }


def make_checkpoints(log):
    text = checkpoint_text(log.origin, log.leaves)
    at = TIME // 1000
    return {
        "seed": log.signer.seed.hex(), "public": log.signer.public.hex(), "origin": log.origin, "size": len(log.leaves),
        "root": tree_root(log.leaves).hex(), "key_id": log.signer.key_id(log.origin).hex(), "note": log.checkpoint(),
        "cosigner": key_name(MISSION), "cosigner_seed": MISSION_KEY.seed.hex(), "cosigned_at": at,
        "cosigner_key_id": MISSION_KEY.key_id(key_name(MISSION), 4).hex(),
        "cosigned": log.checkpoint() + MISSION_KEY.cosignature(key_name(MISSION), text, at),
        "invalid": [{"why": why, "note": NGO_KEY.note(name, t)} for why, name, t in [
            ("two lines", log.origin, "%s\n3\n" % log.origin),
            ("an extension line", log.origin, text + "x\n"),
            ("a leading zero", log.origin, text.replace("\n3\n", "\n03\n")),
            ("size 2^63", log.origin, text.replace("\n3\n", "\n9223372036854775808\n")),
            ("the key name is not the origin", key_name(NGO), text),
            ("a root of 31 bytes", log.origin, "%s\n3\n%s\n" % (log.origin, b64(bytes(31)))),
        ]] + [{"why": "two signature lines", "note": log.checkpoint() + MISSION_KEY.line(key_name(MISSION), text)}],
    }


def make_statements():
    """The other texts that identity keys sign."""
    new_key = Signer(count_up(0xC0))
    h = sha256(b"an envelope").hex()
    h2 = max(h, sha256(b"another").hex()), min(h, sha256(b"another").hex())
    succeeds = "refex-succeeds/v1\n%s\nold %s\nnew %s\ntime %d\n" % (
        NGO, b64(NGO_KEY.public), b64(new_key.public), TIME // 1000)
    custody = "refex-custody/v1\n%s\n%s\n%s\nmessage %s\nenvelope %s\nuntil %d\n" % (
        MISSION, NGO, MINISTRY, MESSAGE_ID.hex(), h, DAY + 9)
    collected = "refex-collected/v1\n%s\n%s\nenvelope %s\nenvelope %s\n" % (MINISTRY, MISSION, h2[1], h2[0])
    name = key_name(NGO)
    return {
        "succeeds": {"name": name, "old_seed": NGO_KEY.seed.hex(), "new_seed": new_key.seed.hex(), "text": succeeds,
                     "note": NGO_KEY.note(name, succeeds) + new_key.line(name, succeeds)},
        "custody": {"name": key_name(MISSION), "seed": MISSION_KEY.seed.hex(), "text": custody,
                    "note": MISSION_KEY.note(key_name(MISSION), custody)},
        "collected": {"name": key_name(MINISTRY), "seed": new_key.seed.hex(), "text": collected,
                      "note": new_key.note(key_name(MINISTRY), collected)},
    }


def make_bundle():
    public = [x25519_public(count_up(0x40 + i)) for i in range(3)]
    keys = [(p, DAY + 7 * i, DAY + 7 * i + 7, DAY + 7 * i + 28) for i, p in enumerate(public)]
    text = bundle_text(MISSION, 7, keys)
    return {
        "agency": MISSION, "sequence": 7, "signer_seed": MISSION_KEY.seed.hex(), "name": key_name(MISSION),
        "keys": [{"public": p.hex(), "use_from": a, "use_until": b, "keep_until": c} for p, a, b, c in keys],
        "text": text, "note": MISSION_KEY.note(key_name(MISSION), text),
        "invalid": [{"why": why, "text": t} for why, t in [
            ("another first line", text.replace("refex-keys/v1", "refex-keys/v2")),
            ("a leading zero", text.replace("sequence 7", "sequence 07")),
            ("two spaces", text.replace("sequence 7", "sequence  7")),
            ("keys in the wrong order", bundle_text(MISSION, 7, keys[::-1])),
            ("a key twice", bundle_text(MISSION, 7, keys[:1] * 2)),
            ("a key of 31 bytes", bundle_text(MISSION, 7, [(public[0][:31],) + keys[0][1:]])),
            ("a short name", bundle_text("mission", 7, keys)),
            ("a suite of three digits", text.replace("key 0001", "key 001")),
            ("a line behind", text + "\n"),
            ("without the last line's end", text[:-1]),
            ("a tab", text.replace("content 1", "content\t1")),
        ]],
    }


def make_directory():
    """Certificates are opaque bytes here; pki checks their contents. Two directory keys of two sign."""
    bundle = MISSION_KEY.note(key_name(MISSION), bundle_text(MISSION, 7, [(x25519_public(MISSION_SEALING), DAY, DAY + 7,
                                                                           DAY + 28)]))
    members = [
        M((1, MISSION), (2, 13), (4, "mission.nrm.example:7411"), (6, b"identity of mission"),
          (7, [count_up(0x10)[:16], count_up(0x30)[:16]]), (8, bundle), (9, 1)),
        M((1, NGO), (2, 13), (4, "[2001:db8::1]:7411"), (6, b"identity of ngo"), (7, [count_up(0x20)[:16]])),
        M((1, "shelter@nrm.example"), (2, 12), (3, 1), (5, NGO), (6, b"identity of shelter"), (7, [count_up(0x40)[:16]])),
    ]
    revoked = sorted([(sha256(b"lost"), 1), (sha256(b"left"), 2)])
    directory = M(
        (1, members),
        (2, [M((1, h), (2, NGO), (3, r), (4, TIME)) for h, r in revoked]),
        (3, [b"issuing CA"]),
        (4, M((1, [M((1, "court-order"), (2, "Order of a court")), M((1, "danger-to-life"), (2, "Danger to life"))]),
              (2, 72))),
        (5, [b"certificate of directory key 1", b"certificate of directory key 2"]),
        (6, [b"transport CA"]),
    ).bytes()

    def ngo(*nodes):
        return M((1, NGO), (2, 13), (4, "[2001:db8::1]:7411"), (6, b"identity of ngo"), *([(7, list(nodes))] if nodes else []))

    def of_members(list_of):
        return directory_text(sequence, refresh, expiry, M(
            (1, list_of), (3, [b"issuing CA"]), (5, [b"1"]), (6, [b"transport CA"])).bytes())

    sequence, refresh, expiry = 12, TIME // 1000 + 6 * 3600, TIME // 1000 + 14 * 86400
    text = directory_text(sequence, refresh, expiry, directory)
    keys = [Signer(count_up(0xD0)), Signer(count_up(0xE0))]
    names = ["nrm.example/%s/.directory/%d" % (FID16, i) for i in (1, 2)]
    note = keys[0].note(names[0], text) + keys[1].line(names[1], text)
    return {
        "federation": "nrm.example", "fid": FID.hex(), "sequence": sequence, "refresh_after": refresh, "hard_expiry": expiry,
        "members": 3, "directory": directory.hex(), "text": text, "note": note,
        "signers": [{"name": n, "seed": k.seed.hex(), "public": k.public.hex()} for n, k in zip(names, keys)],
        "invalid": [{"why": why, "text": t} for why, t in [
            ("another first line", text.replace("refex-directory/v1", "refex-directory/v2")),
            ("a leading zero", text.replace("sequence 12", "sequence 012")),
            ("the id in capitals", text.replace(FID.hex(), FID.hex().upper())),
            ("a line missing", text.replace("sequence 12\n", "")),
            ("a line behind", text + "x\n"),
            ("members descending", of_members(members[::-1])),
            ("a member twice", of_members(members[:1] * 2)),
            ("a node twice", of_members([members[0], ngo(count_up(0x10)[:16])])),
            ("nodes descending", of_members([ngo(count_up(0x20)[:16], count_up(0x10)[:16])])),
            ("a node too short", of_members([ngo(count_up(0x20)[:15])])),
            ("no node", of_members([ngo()])),
            ("no transport CA", directory_text(sequence, refresh, expiry, M(
                (1, members), (3, [b"issuing CA"]), (5, [b"1"])).bytes())),
            ("a default written", directory_text(sequence, refresh, expiry, directory + delimited(6, b""))),
            ("an unknown field", directory_text(sequence, refresh, expiry, directory + number_field(99, 1))),
        ]],
    }


def main():
    remake_given()
    remake_hpke()
    story = make_story()
    consent = story["consent"]
    witness = make_witness(story["log"])
    cosigned = make_cosigned(story["log"])
    parts = {
        "note": story["log"].checkpoint(), "header": story["header"], "content": story["content"],
        "grant": M((1, [1, 2, 9]), (2, [2 * 65536 + 8, 9 * 65536 + 1]), (3, MISSION), (4, 1), (5, 1), (7, DAY + 30)),
        "consent_header": consent["header_message"],
        "body": dict((name, m) for name, _, m in make_bodies())["referral"], "receipt": story["receipt_message"],
        "receipt_beside": story["receipt_beside"], "witness": witness, "cosigned": cosigned,
        "consent_given": consent["given_message"],
        "consent_receipt": story["consent_receipt"], "closed_consent_receipt": story["closed_consent_receipt"],
    }
    out = {
        "provenance": {
            "origin": "tests/vectors/make.py, from docs/PROTOCOL.md; fixed keys and salts, for tests only",
            "licence": "Apache-2.0",
        },
        "names": make_names(),
        "fid": make_fid(),
        "tree": make_tree(),
        "checkpoint": make_checkpoints(story["log"]),
        "records": make_records(parts["note"]),
        "strict": make_strict(parts),
        "commitments": make_commitments(),
        "consent": {
            **{key: consent[key].hex() for key in ("header", "salt_h", "h", "given", "salt_w", "w", "salt_c", "c", "rest",
                                                   "commitment")},
            "case": CASE_ID.hex(), "grants": consent["grants"], "g": b"".join(consent["g"]).hex(),
            "receipt": story["consent_receipt"].bytes().hex(),
            "closed": story["closed_consent_receipt"].bytes().hex(),
        },
        "bodies": [{"name": name, "kind": kind, "bytes": m.bytes().hex()} for name, kind, m in make_bodies()],
        "hello": HELLO.bytes().hex(),
        "asked": make_asked(),
        "padding": make_padding(),
        "envelope": story["envelope"],
        "receipt": story["receipt"],
        "witness": witness["vectors"],
        "cosigned": cosigned["vectors"],
        "storage": make_storage(),
        "statements": make_statements(),
        "bundle": make_bundle(),
        "directory": make_directory(),
    }
    json.dump(out, sys.stdout, indent=1, sort_keys=False, ensure_ascii=True)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
