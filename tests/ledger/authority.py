"""A time stamp authority for tests: the `openssl ts` of this machine."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

OPENSSL = shutil.which("openssl")

_CONFIG = """\
[ tsa ]
default_tsa = here
[ here ]
dir = {folder}
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.crt
certs = {folder}/ca.crt
signer_key = {folder}/tsa.key
signer_digest = {signed_with}
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256, sha384
accuracy = secs:1, millisecs:500, microsecs:100
clock_precision_digits = 3
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = {named_with}
"""
_STAMPING = (
    "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n"
)


class Authority:
    """Makes its certificates in `folder` and stamps what it is asked."""

    def __init__(
        self,
        folder: Path,
        key: tuple[str, ...] = ("rsa:2048",),
        signed_with: str = "sha256",
        named_with: str = "sha256",
    ) -> None:
        self.folder = folder
        folder.mkdir()
        files = {
            "tsa.cnf": _CONFIG.format(folder=folder, signed_with=signed_with, named_with=named_with),
            "serial": "01\n",
            "stamping.ext": _STAMPING,
            "other.ext": "basicConstraints=CA:FALSE\n",
            "lax.ext": "extendedKeyUsage=timeStamping\n",
            "wide.ext": "extendedKeyUsage=critical,timeStamping,serverAuth\n",
        }
        for name, text in files.items():
            (folder / name).write_text(text, encoding="ascii")
        new = ["-nodes", "-newkey", *key]
        self.run(
            "req", "-x509", *new, "-days", "30", "-subj", "/CN=CA", "-keyout", "ca.key", "-out", "ca.crt"
        )
        self.run("req", *new, "-subj", "/CN=Stamps", "-keyout", "tsa.key", "-out", "tsa.csr")
        for extension, to in (("stamping", "tsa"), ("other", "other"), ("lax", "lax"), ("wide", "wide")):
            signing = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30"]
            self.run(
                "x509",
                "-req",
                "-in",
                "tsa.csr",
                *signing,
                "-extfile",
                f"{extension}.ext",
                "-out",
                f"{to}.crt",
            )

    def run(self, *words: str) -> str:
        """What openssl prints, run in the folder; it must succeed."""
        assert OPENSSL is not None
        done = subprocess.run(
            [OPENSSL, *words], cwd=self.folder, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def answer(self, request: bytes) -> bytes:
        """The TimeStampResp for a TimeStampReq."""
        (self.folder / "asked.tsq").write_bytes(request)
        self.run("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "asked.tsq", "-out", "answer.tsr")
        return (self.folder / "answer.tsr").read_bytes()

    def verify(self, response: bytes, digest: bytes) -> str:
        """What `openssl ts -verify` says of a kept answer."""
        (self.folder / "kept.tsr").write_bytes(response)
        return self.run("ts", "-verify", "-digest", digest.hex(), "-in", "kept.tsr", "-CAfile", "ca.crt")


class Reply:
    """What a server is to send: a status, a content type, further header lines, and the body."""

    def __init__(self, status: int, kind: str, body: bytes, **headers: str) -> None:
        self.status, self.kind, self.body, self.headers = status, kind, body, headers


class Server(ThreadingHTTPServer):
    """Answers each POST with what `reply_to` makes of its body; keeps the paths it was asked for."""

    daemon_threads = True

    def __init__(self, reply_to: Authority | Reply) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.reply_to = reply_to
        self.paths: list[str] = []

    @property
    def url(self) -> str:
        """The address of the server."""
        return f"http://127.0.0.1:{self.server_port}/tsa"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        self.server.paths.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        to = self.server.reply_to
        known = self.headers["Content-Type"] == "application/timestamp-query"
        reply = to if isinstance(to, Reply) else Reply(400, "text/plain", b"")
        if isinstance(to, Authority) and known:
            reply = Reply(200, "application/timestamp-reply", to.answer(body))
        self.send_response(reply.status)
        for name, value in {"Content-Type": reply.kind, **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""


@contextmanager
def serving(reply_to: Authority | Reply) -> Iterator[Server]:
    """A server that runs as long as the block does."""
    with Server(reply_to) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
