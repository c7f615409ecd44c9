#!/bin/bash
# Each foreign library in its rooms only, so that it can be replaced and what it may do can be read in one place.
. "$(dirname "$0")/lib.sh"

only() { # HEADER (a pattern) WHY PATH…
    lines "^ *# *include *[<\"]$1[>\"]" src include | outside "${@:3}" | report_lines "$2"
}

only 'sqlite3[a-z_0-9]*\.h' "SQLite is seen in src/store alone" src/store/
only '[a-z_]*\.pb-c\.h' "generated messages are seen in src/codec alone" src/codec/
only 'protobuf-c/.*' "protobuf-c is seen in src/codec alone" src/codec/
only 'openssl/.*' "OpenSSL is seen in src/crypto, src/pki and src/link/tls*" \
    src/crypto/ src/pki/ 'src/link/tls[a-z_]*\.[ch]:'
only 'uv(/.*)?\.h' "libuv is seen in src/io alone" src/io/
only 'jansson\.h' "JSON is read and written in src/formats alone" src/formats/
only 'utf8proc\.h' "Unicode tables are seen in src/formats and src/codec" src/formats/ src/codec/
only 'ini\.h' "configuration is parsed in src/refexd, what people write in src/formats" src/refexd/ src/formats/
only 'seccomp\.h' "seccomp is seen in src/sandbox alone" src/sandbox/
only 'linux/landlock\.h' "Landlock is seen in src/sandbox alone" src/sandbox/

# Each use of the time names its purpose; only trusted_time.c knows which clock answers it.
lines '(^|[^a-z_])clock_(now|steady)_ms *\(' src/exchange | outside src/exchange/trusted_time.c |
    report_lines "time in src/exchange is asked of trusted_time.h, or of tick.h"

# What is there for tests only: its own room may define it, no other code may see it.
only '(crypto/)?seal_test\.h' "seal_test.h lets a test choose what must be random" src/crypto/
only '(store/)?db_fault\.h' "db_fault.h makes a disk fail" src/store/
finish
