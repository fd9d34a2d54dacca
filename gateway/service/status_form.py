"""What is told of how a workspace stands."""

from __future__ import annotations

import msgspec


class Status(msgspec.Struct, frozen=True):
    """`steps` and `alerts` count by state and severity; the disk is that of `var/`, in bytes."""

    running: bool
    messages: int
    leaves: int
    checkpoint: int | None
    steps: dict[str, int]
    alerts: dict[str, int]
    disk_free: int
    disk_total: int
    remark: str | None
