"""A proxy in front of an S3 server that answers some requests wrongly, or not at all."""

import contextlib
import http.client
import http.server
import random
import threading
import time

FAULTS = ("500", "503", "closed before", "closed after", "too late", "truncated")
PATIENCE_SECONDS = 3.5  # Arrow's default timeout is 3 seconds


class Proxy(http.server.ThreadingHTTPServer):
    """Forwards requests to a local port; one in `odds` goes wrong, and is recorded in `struck`."""

    daemon_threads = True

    def __init__(self, port):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = port
        self.odds = 0
        self.draw = random.Random(0)
        self.struck = []
        self.guard = threading.Lock()

    @property
    def port(self):
        return self.server_address[1]

    def fault(self):
        """Draw a fault for this request, or none."""
        with self.guard:
            if not self.odds or self.draw.random() * self.odds >= 1:
                return None
            self.struck.append(self.draw.choice(FAULTS))
            return self.struck[-1]

    def handle_error(self, request, client_address):
        """Do nothing: clients close connections that the proxy has closed."""


@contextlib.contextmanager
def running(port):
    """Run a proxy in front of a port."""
    proxy = Proxy(port)
    thread = threading.Thread(target=proxy.serve_forever, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _pass_on(self):
        fault = self.server.fault()
        body = self._body()
        if fault == "closed before":
            self.close_connection = True
            return
        if fault in ("500", "503"):
            self._answer_error(int(fault))
            return
        status, headers, content = self._ask(body)
        if fault == "too late":
            time.sleep(PATIENCE_SECONDS)
        if fault in ("closed after", "too late") or (fault == "truncated" and not content):
            self.close_connection = True
            return
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                self.send_header(name, value)
        length = {name.lower(): value for name, value in headers}.get("content-length", str(len(content)))
        self.send_header("Content-Length", length)
        self.end_headers()
        if fault == "truncated":
            self.close_connection = True
            content = content[: len(content) // 2]
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _pass_on

    def _body(self):
        if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        pieces = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def _ask(self, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.target)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "transfer-encoding"}
        headers["Content-Length"] = str(len(body))
        connection.request(self.command, self.path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.getheaders(), content

    def _answer_error(self, status):
        code = "SlowDown" if status == 503 else "InternalError"
        content = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>not now</Message></Error>'.encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_):
        """Do nothing."""
