"""An HTTP proxy in front of an S3 server that answers wrongly, late, half or not at all now and then.

    python proxy.py TARGET_PORT LOG

prints its own port. The rate of faults is what the file LOG.rate holds, 0 when there is none; every fault is a line in LOG.

    500, 503    an error of the server, and its plea to slow down
    closed      the connection ends before the request is passed on
    lost        the request is done and its answer is lost
    late        the answer comes after the client has lost patience
    truncated   half of the answer's body comes, and then the end of the connection
"""

import http.client
import random
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FAULTS = ("500", "503", "closed", "lost", "late", "truncated")
PATIENCE_SECONDS = 3.5  # Arrow's is 3 by default
ERROR = b'<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code><Message>by the proxy</Message></Error>'
HOP_BY_HOP = ("connection", "transfer-encoding", "keep-alive", "content-length", "date", "server")
draw, lock = random.Random(), threading.Lock()


class Handler(BaseHTTPRequestHandler):
    """One connection of a client."""

    protocol_version = "HTTP/1.1"
    target, log = 0, Path()

    def log_message(self, *_):
        """Nothing."""

    def body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            chunks = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(chunks)
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def fault(self):
        """The fault that befalls this request, if one does."""
        try:
            rate = float(Path(f"{self.log}.rate").read_text() or 0)
        except OSError:
            return None
        with lock:
            kind = draw.choice(FAULTS) if draw.random() < rate else None
            if kind:
                with open(self.log, "a") as log:
                    log.write(f"{kind} {self.command} {self.path}\n")
        return kind

    def answer(self, status, headers, data, sent=None):
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        length = next((value for name, value in headers if name.lower() == "content-length"), None)
        self.send_header("Content-Length", length if self.command == "HEAD" and length else str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data if sent is None else data[:sent])
            self.wfile.flush()

    def handle_any(self):
        data = self.body()
        kind = self.fault()
        if kind in ("500", "503"):
            code = b"InternalError" if kind == "500" else b"SlowDown"
            return self.answer(int(kind), [("Content-Type", "application/xml")], ERROR % code)
        if kind == "closed":
            return self.end()
        there = http.client.HTTPConnection("127.0.0.1", self.target)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
        there.request(self.command, self.path, data, {**headers, "Content-Length": str(len(data))})
        reply = there.getresponse()
        found = reply.read()
        there.close()
        if kind == "late":
            time.sleep(PATIENCE_SECONDS)
        if kind in ("lost", "late"):
            return self.end()
        half = len(found) // 2 if kind == "truncated" else None
        self.answer(reply.status, reply.getheaders(), found, half)
        if kind == "truncated":
            self.end()

    def end(self):
        self.close_connection = True

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_any


if __name__ == "__main__":
    Handler.target, Handler.log = int(sys.argv[1]), Path(sys.argv[2])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    server.serve_forever()
