"""Alerts by mail (SMTP, RFC 5321): short and in plain words, never with what a document says."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from structlog.typing import FilteringBoundLogger

from gateway.codes.alerts import ALERTS
from gateway.errors import GatewayError
from gateway.one_line import one_line
from gateway.ports import Clock
from gateway.secrets import SecretText
from gateway.service.alerting.notices import NotDeliveredError
from gateway.settings.forms import Mail, MailSecurity
from gateway.store.alerts import OpenAlert
from gateway.store.columns import moment_text

SECONDS = 30.0  # for each answer of the mail server
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class MailWay:
    """Sends alerts by mail. `password` reads it anew for each mail, so that it may be changed meanwhile."""

    mail: Mail
    password: Callable[[], SecretText | None]
    clock: Clock
    log: FilteringBoundLogger
    context: Callable[[], ssl.SSLContext] = ssl.create_default_context
    seconds: float = SECONDS

    def __call__(self, told: OpenAlert) -> None:
        """Send one alert. Raises `NotDeliveredError` unless the server took it for somebody."""
        try:
            message = mail_message(told, self.mail, self.clock)
        except (MessageError, ValueError) as fault:
            raise NotDeliveredError(
                "An address of alerts.mail cannot stand in a mail; see `from` and `to` in gateway.yaml"
            ) from fault
        try:
            refused = self._send(message)
        except (OSError, UnicodeError) as fault:
            raise NotDeliveredError(
                f"The mail server {self.mail.host}:{self.mail.port} did not take the alert: {_said(fault)}"
            ) from fault
        except GatewayError as fault:
            raise NotDeliveredError(f"The alert was not sent by mail: {fault}") from fault
        if refused:  # it was taken for the others, to whom another try would send it again
            self.log.warning("alert-mail-refused", alert=told.id, addresses=sorted(refused))

    def _send(self, message: EmailMessage) -> dict[str, tuple[int, bytes]]:
        with smtplib.SMTP(self.mail.host, self.mail.port, timeout=self.seconds) as server:
            if self.mail.tls is MailSecurity.STARTTLS:
                server.starttls(context=self.context())
            password = self.password()
            if self.mail.user is not None and password is not None:
                server.login(self.mail.user, password.reveal())
            return server.send_message(message, from_addr=self.mail.sender, to_addrs=list(self.mail.to))


def mail_message(told: OpenAlert, mail: Mail, clock: Clock) -> EmailMessage:
    """The mail of an alert. Its Message-ID is the same at each try, so that a reader can know it again."""
    code = ALERTS[told.code]
    message = EmailMessage(SMTP)
    message["From"] = Address(addr_spec=mail.sender)
    message["To"] = [Address(addr_spec=each) for each in mail.to]
    message["Subject"] = f"[gateway] {told.severity}: {code.title}"
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{told.id}.{told.severity}@{mail.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers it
    message.set_content(mail_text(told))
    return message


def mail_text(told: OpenAlert) -> str:
    """What the mail says."""
    code = ALERTS[told.code]
    times = "once" if told.times == 1 else f"{told.times:,} times, last at {moment_text(told.last_at)}"
    return "\n".join(
        (
            f"{code.title}.",
            "",
            told.text,
            "",
            f"About:       {told.about}",
            f"Alert:       {told.code} ({told.severity})",
            f"First:       {moment_text(told.opened_at)}, {times}",
            f"Why:         {code.why}",
            f"What to do:  {code.remedy}",
            "",
            f"When it is seen to: gateway alerts ack {told.id}",
            "",
        )
    )


def _said(fault: Exception) -> str:
    return one_line(str(fault) or type(fault).__name__, LONGEST_REASON)
