"""Alerts by mail, against a real server: what it gets, over what, and what becomes of a server that fails."""

from __future__ import annotations

import email
import email.policy
import ssl
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import msgspec
import pytest
import structlog
from structlog.testing import LogCapture

from gateway.errors import UsageError
from gateway.findings import Severity
from gateway.secrets import Secret, SecretText, read_secret
from gateway.service.alerting.mail import MailWay
from gateway.service.alerting.notices import NotDeliveredError
from gateway.settings.forms import Mail, MailSecurity
from gateway.store.alerts import OpenAlert
from tests.clocks import NOON, FakeClock
from tests.service.mail_server import HOST, MailServer, mail_server, new_certificate

TOLD = OpenAlert(
    id="01JD0000000000000000000009",
    severity=Severity.ERROR,
    code="disk-full",
    about="var",
    text="Nothing could be written to var",
    times=1,
    opened_at=NOON,
    last_at=NOON,
)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


def way(server: MailServer, **settings: object) -> MailWay:
    mail = Mail(
        host=HOST,
        port=server.port,
        sender="gateway@example.com",
        to=("otto@example.com", "ops@example.com"),
        tls=MailSecurity.NONE,
    )
    mail = msgspec.structs.replace(mail, **settings)
    return MailWay(mail, lambda: None, FakeClock(), structlog.wrap_logger(None, [LogCapture()]), seconds=5.0)


def read(server: MailServer) -> EmailMessage:
    (mail,) = server.mails
    message = email.message_from_bytes(mail.data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_mail_says_what_happened_and_what_to_do(server: MailServer) -> None:
    way(server)(TOLD)
    assert (server.mails[0].sender, server.mails[0].to) == (
        "gateway@example.com",
        ["otto@example.com", "ops@example.com"],
    )
    message = read(server)
    assert message["Subject"] == "[gateway] error: The disk is full"
    assert message["To"] == "otto@example.com, ops@example.com"
    assert message["Message-ID"] == "<01JD0000000000000000000009.error@example.com>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] == "Mon, 23 Nov 2026 12:00:00 +0000"
    text = message.get_content()
    for said in (TOLD.text, "Make room on the disk", f"gateway alerts ack {TOLD.id}", "once"):
        assert said in text


def test_the_same_alert_has_the_same_message_id_at_each_try(server: MailServer) -> None:
    sending = way(server)
    server.drops = True
    with pytest.raises(NotDeliveredError):
        sending(TOLD)
    server.drops = False
    sending(TOLD)
    sending(TOLD)
    ids = {email.message_from_bytes(mail.data)["Message-ID"] for mail in server.mails}
    assert len(ids) == 1


def test_text_of_others_becomes_no_header_and_no_command(server: MailServer) -> None:
    hostile = "x\r\nBcc: everybody@example.com\r\n\r\n.\r\nRCPT TO:<eve@example.com>"
    way(server)(replace(TOLD, about=hostile, text=hostile))
    assert len(server.mails) == 1
    assert "eve@example.com" not in server.mails[0].to
    assert read(server)["Bcc"] is None


@pytest.mark.parametrize("sender", ["a@example.com\r\nBcc: eve@example.com", "a@b@c", "no address"])
def test_a_sender_that_would_break_out_of_its_header_is_refused(server: MailServer, sender: str) -> None:
    with pytest.raises(NotDeliveredError, match=r"alerts\.mail"):
        way(server, sender=sender)(TOLD)
    assert server.mails == []


def test_text_beyond_ascii_arrives(server: MailServer) -> None:
    way(server)(replace(TOLD, text="Käfer ≥ 3 " * 100))
    assert "Käfer ≥ 3 Käfer" in read(server).get_content()


def test_starttls_secures_the_mail_and_the_password(server: MailServer, tmp_path: Path) -> None:
    server.certificate = new_certificate(tmp_path / "server.pem")
    server.password = "secret"
    context = ssl.create_default_context(cafile=server.certificate)
    sending = replace(
        way(server, tls=MailSecurity.STARTTLS, user="gateway"),
        password=lambda: SecretText("secret"),
        context=lambda: context,
    )
    sending(TOLD)
    assert (server.mails[0].tls, server.mails[0].user) == (True, "gateway")


def test_a_server_that_nobody_vouches_for_gets_neither_mail_nor_password(
    server: MailServer, tmp_path: Path
) -> None:
    server.certificate = new_certificate(tmp_path / "server.pem")
    with pytest.raises(NotDeliveredError, match="certificate verify failed"):
        way(server, tls=MailSecurity.STARTTLS)(TOLD)
    assert server.mails == []


def test_a_server_without_tls_is_refused_where_it_is_asked_for(server: MailServer) -> None:
    with pytest.raises(NotDeliveredError, match="STARTTLS"):
        way(server, tls=MailSecurity.STARTTLS)(TOLD)
    assert server.mails == []


def test_a_wrong_password_is_told_without_showing_it(server: MailServer) -> None:
    server.password = "right"
    sending = replace(way(server, user="gateway"), password=lambda: SecretText("wr0ng-one"))
    with pytest.raises(NotDeliveredError, match="wrong password") as told:
        sending(TOLD)
    assert "wr0ng-one" not in str(told.value)


def test_a_secret_that_cannot_be_read_is_told(server: MailServer, tmp_path: Path) -> None:
    def missing() -> SecretText:
        return read_secret(Secret(env="MAIL_PASSWORD"), tmp_path, {})

    with pytest.raises(NotDeliveredError, match="MAIL_PASSWORD") as told:
        replace(way(server), password=missing)(TOLD)
    assert isinstance(told.value.__cause__, UsageError)


def test_a_server_that_is_silent_is_left_after_a_while(server: MailServer) -> None:
    server.silent = True
    with pytest.raises(NotDeliveredError, match="timed out"):
        replace(way(server), seconds=0.1)(TOLD)


def test_a_server_that_is_not_there_is_told() -> None:
    with mail_server() as gone:
        pass
    with pytest.raises(NotDeliveredError, match="refused"):
        way(gone)(TOLD)


def test_an_address_that_is_refused_keeps_no_other_from_its_mail(server: MailServer) -> None:
    server.refused = {"ops@example.com"}
    log = LogCapture()
    replace(way(server), log=structlog.wrap_logger(None, [log]))(TOLD)
    assert server.mails[0].to == ["otto@example.com"]
    assert log.entries[0]["addresses"] == ["ops@example.com"]


def test_a_mail_that_all_refuse_is_not_delivered(server: MailServer) -> None:
    server.refused = {"ops@example.com", "otto@example.com"}
    with pytest.raises(NotDeliveredError, match="nobody of this name"):
        way(server)(TOLD)
