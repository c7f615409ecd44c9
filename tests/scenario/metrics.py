#!/usr/bin/python3
"""metrics.py SOCKET: prints what a node's metrics socket gives, checked as OpenMetrics 1.0 text.

An answer of HTTP with the length that it says; each sample behind the TYPE of its family, which stands once and whose name
ends with its UNIT; labels as they must be; "# EOF" last.
"""

import re
import socket
import sys

SAMPLE = re.compile(r'^([a-z_]+)(?:\{([a-z_]+="[^"\\\n]*"(?:,[a-z_]+="[^"\\\n]*")*)\})? (-?[0-9.]+)$')


def fetch(path):
    at = socket.socket(socket.AF_UNIX)
    at.connect(path)
    text = b""
    while more := at.recv(65536):
        text += more
    at.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")  # who asks late finds the connection open
    return text


def main():
    head, _, body = fetch(sys.argv[1]).partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "HTTP/1.0 200 OK", lines[0]
    fields = dict(line.split(": ", 1) for line in lines[1:])
    assert fields["Content-Type"].startswith("application/openmetrics-text; version=1.0.0"), fields
    assert int(fields["Content-Length"]) == len(body), (fields, len(body))
    text = body.decode()
    assert text.endswith("# EOF\n") and text.count("# EOF") == 1
    types = {}
    seen = set()
    for line in text.splitlines()[:-1]:
        if line.startswith("# "):
            word, name, rest = line[2:].split(" ", 2)
            assert word in ("TYPE", "UNIT", "HELP"), line
            assert (word, name) not in seen, line
            seen.add((word, name))
            if word == "TYPE":
                types[name] = rest
            elif word == "UNIT":
                assert name.endswith("_" + rest), line
            continue
        match = SAMPLE.match(line)
        assert match, line
        name = match.group(1)
        family = name[: -len("_info")] if name.endswith("_info") else name
        assert family == list(types)[-1], line
        assert (match.group(1), match.group(2)) not in seen, line
        seen.add((match.group(1), match.group(2)))
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
