#!/usr/bin/python3
"""A service manager that only listens: notify_receiver.py SOCKET FILE.

Binds the datagram socket SOCKET (a path, or @NAME) as NOTIFY_SOCKET says it, and appends each line that is told to FILE,
flushed, with the milliseconds since its start before it; first that it listens.
"""

import socket
import sys
import time


def main():
    name, path = sys.argv[1:]
    at = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    at.bind("\0" + name[1:] if name.startswith("@") else name)
    begin = time.monotonic()
    with open(path, "a", encoding="utf-8", buffering=1) as out:
        out.write("0 listening\n")
        while True:
            for line in at.recv(65536).decode().splitlines():
                out.write("%d %s\n" % ((time.monotonic() - begin) * 1000, line))


if __name__ == "__main__":
    main()
