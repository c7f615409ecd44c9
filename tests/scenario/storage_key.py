#!/usr/bin/python3
"""Unwraps the storage key of a home as docs/PROTOCOL.md 9 says, without refex.

    storage_key.py STORAGE.KEY [PASSPHRASE-FILE]     prints it in hex
    storage_key.py --find HEX FOLDER                 names the files that hold it: as bytes, in hex, in base64
"""
import base64
import os
import sys

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

PLAIN = 1


def unwrap(file, passphrase):
    header = file[:72]
    protector, log2_n, r, p = (int.from_bytes(header[at : at + 4], "big") for at in (20, 24, 28, 32))
    key = bytes(32)
    if protector != PLAIN:
        key = Scrypt(salt=header[40:72], length=32, n=1 << log2_n, r=r, p=p).derive(passphrase)
    cell = file[512 : 512 + 88]
    info = b"refex/storage-key/v1\n" + header + cell[:8]
    derived = HKDF(SHA256(), 44, cell[8:40], info).derive(key)
    return AESGCM(derived[:32]).decrypt(derived[32:], cell[40:], info)


def find(key, folder):
    spellings = [key, key.hex().encode(), key.hex().upper().encode(), base64.b64encode(key)[:42]]
    for place, _, names in os.walk(folder):
        for name in sorted(names):
            path = os.path.join(place, name)
            if os.path.isfile(path) and any(s in open(path, "rb").read() for s in spellings):
                print(os.path.relpath(path, folder))


if sys.argv[1] == "--find":
    find(bytes.fromhex(sys.argv[2]), sys.argv[3])
else:
    said = open(sys.argv[2], "rb").read().removesuffix(b"\n") if len(sys.argv) > 2 else b""
    print(unwrap(open(sys.argv[1], "rb").read(), said).hex())
