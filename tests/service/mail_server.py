"""A mail server on this machine, for tests: takes what it is sent, or behaves badly as it is told."""

from __future__ import annotations

import base64
import contextlib
import datetime
import ipaddress
import socketserver
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "127.0.0.1"


@dataclass
class Taken:
    """A mail as it was taken: who sent it to whom, over TLS or not, and who had said their password."""

    sender: str
    to: list[str]
    data: bytes
    tls: bool
    user: str | None


@dataclass
class MailServer:
    """What it has taken, and how it behaves."""

    port: int = 0
    mails: list[Taken] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    drops: bool = False  # breaks off when the mail has been sent
    silent: bool = False  # never says a word
    password: str | None = None
    certificate: Path | None = None
    ended: threading.Event = field(default_factory=threading.Event)


class _Session(socketserver.StreamRequestHandler):
    """One connection, as far as RFC 5321 is needed here."""

    def handle(self) -> None:
        book: MailServer = self.server.book  # type: ignore[attr-defined]  # set by `mail_server`
        if book.silent:
            book.ended.wait()
            return
        self.tls = False
        self.user: str | None = None
        self.say("220 test ready")
        with contextlib.suppress(OSError):
            while (line := self.rfile.readline()) and self.obey(book, line.decode().strip()):
                pass

    def obey(self, book: MailServer, line: str) -> bool:
        word = line.upper()
        if word.startswith("EHLO"):
            able = [] if self.tls or book.certificate is None else ["STARTTLS"]
            able += ["AUTH PLAIN"] if book.password else []
            for each in ("test", *able):
                self.say(f"250-{each}")
            self.say("250 8BITMIME")
        elif word == "STARTTLS":
            self.secure(book)
        elif word.startswith("AUTH PLAIN "):
            _, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
            self.user = user if password == book.password else None
            self.say("235 welcome" if self.user else "535 5.7.8 wrong password")
        elif word.startswith("MAIL FROM:"):
            self.sender, self.to = _address(line), list[str]()
            self.say("250 ok")
        elif word.startswith("RCPT TO:"):
            if _address(line) in book.refused:
                self.say("550 5.1.1 nobody of this name")
            else:
                self.to.append(_address(line))
                self.say("250 ok")
        elif word == "DATA":
            self.say("354 go on")
            data = b"".join(iter(self.rfile.readline, b".\r\n"))
            if book.drops:
                return False
            book.mails.append(Taken(self.sender, self.to, data, self.tls, self.user))
            self.say("250 taken")
        else:
            self.say("221 bye" if word == "QUIT" else "250 ok")
            return word != "QUIT"
        return True

    def secure(self, book: MailServer) -> None:
        assert book.certificate is not None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(book.certificate)
        self.say("220 go on")
        self.connection = secured = context.wrap_socket(
            self.connection, server_side=True, do_handshake_on_connect=False
        )
        secured.do_handshake()
        self.rfile, self.wfile = secured.makefile("rb"), secured.makefile("wb")
        self.tls = True

    def finish(self) -> None:
        """The socket may be another one by now, which nobody else closes."""
        with contextlib.suppress(OSError):
            super().finish()
        self.connection.close()

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")
        self.wfile.flush()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    book: MailServer


@contextlib.contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server for the time of a test."""
    with _Server((HOST, 0), _Session) as server:
        server.book = MailServer(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.book
        server.book.ended.set()
        server.shutdown()
        thread.join()


def new_certificate(path: Path) -> Path:
    """A certificate of this machine that nobody vouches for but itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    begin = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), False)
        .add_extension(x509.BasicConstraints(True, None), True)
        .sign(key, hashes.SHA256())
    )
    shape = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem = serialization.Encoding.PEM
    path.write_bytes(key.private_bytes(pem, *shape) + made.public_bytes(pem))
    return path


def _address(line: str) -> str:
    return line[line.index("<") + 1 : line.index(">")]
