"""Documents, what is sent, and what is known of both."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LARGE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.String(27)


def upgrade() -> None:
    op.create_table(
        "configuration",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("build", sa.String(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_configuration")),
    )

    op.create_table(
        "kept_text",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_kept_text")),
    )

    op.create_table(
        "channel",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("paused_at", MOMENT, nullable=True),
        sa.Column("paused_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["paused_by"], ["actor.id"], name=op.f("fk_channel_paused_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
    )

    op.create_table(
        "document",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("order_number", sa.String(), nullable=True),
        sa.Column("agreement", sa.String(), nullable=True),
        sa.Column("onward", sa.String(), nullable=True),
        sa.Column("configuration", sa.String(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("parent", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_document_message_id")),
        sa.ForeignKeyConstraint(
            ["configuration"], ["configuration.digest"], name=op.f("fk_document_configuration")
        ),
        sa.ForeignKeyConstraint(["parent"], ["message.id"], name=op.f("fk_document_parent")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_document")),
    )
    op.create_index(op.f("ix_document_onward"), "document", ["onward"])
    op.create_index(op.f("ix_document_order_number_kind"), "document", ["order_number", "kind"])
    op.create_index(op.f("ix_document_parent"), "document", ["parent"])
    op.create_index(op.f("ix_document_why"), "document", ["why"])

    op.create_table(
        "sending",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("agreement", sa.String(), nullable=True),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=True),
        sa.Column("receiver", sa.String(), nullable=True),
        sa.Column("isa13", LARGE, nullable=True),
        sa.Column("written_at", sa.String(), nullable=True),
        sa.Column("answers", sa.String(), nullable=True),
        sa.Column("configuration", sa.String(), nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("delivered_at", MOMENT, nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_sending_message_id")),
        sa.ForeignKeyConstraint(["answers"], ["message.id"], name=op.f("fk_sending_answers")),
        sa.ForeignKeyConstraint(
            ["configuration"], ["configuration.digest"], name=op.f("fk_sending_configuration")
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_sending")),
    )
    op.create_index(op.f("ix_sending_answers"), "sending", ["answers"])
    op.create_index(op.f("ix_sending_due_at"), "sending", ["due_at"])
    op.create_index(op.f("ix_sending_receiver_sender_isa13"), "sending", ["receiver", "sender", "isa13"])

    op.create_table(
        "carried",
        sa.Column("sending_id", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("gs01", sa.String(), nullable=True),
        sa.Column("gs06", LARGE, nullable=True),
        sa.Column("st01", sa.String(), nullable=True),
        sa.Column("st02", sa.String(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["sending_id"], ["message.id"], name=op.f("fk_carried_sending_id")),
        sa.ForeignKeyConstraint(["document_id"], ["message.id"], name=op.f("fk_carried_document_id")),
        sa.PrimaryKeyConstraint("sending_id", "n", name=op.f("pk_carried")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_carried_document_id"), "carried", ["document_id"])
    op.create_index(op.f("ix_carried_gs06"), "carried", ["gs06"])

    op.create_table(
        "seen",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_seen_message_id")),
        sa.PrimaryKeyConstraint("digest", "message_id", name=op.f("pk_seen")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_seen_message_id"), "seen", ["message_id"])
