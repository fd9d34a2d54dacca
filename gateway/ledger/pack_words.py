"""The words of a proof pack for people: README.txt, and a summary on one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape as escape_markup

import msgspec

from gateway.ledger import layout
from gateway.ledger.checkpoint import Checkpoint, parse_checkpoint
from gateway.ledger.leaf import Leaf
from gateway.ledger.notes import parse_note

Details = Mapping[str, str | int]


class Summary(msgspec.Struct, frozen=True):
    """What people read: a title, when the pack was made (text), and names of actors and partners by id."""

    title: str
    prepared: str
    names: Mapping[str, str] = msgspec.field(default_factory=dict)


README = """\
{title}
{underline}
Prepared {prepared} from the log {origin}.

To check this pack, with the network off, on any computer with Python 3.9 or later:

    python3 -I verify.py

in this folder. It changes nothing, and says for each message what holds. It ends with EVERYTHING HOLDS, or
with DO NOT RELY ON THIS PACK and what is wrong.

BEFORE YOU RELY ON IT

1. The public key. It must be the one that you were given before, by a way that you trust:

       {key}

   Compare it, or run `python3 -I verify.py --key KEY`. Anybody can make a pack with another key. The same is
   true of the keys of witnesses, when there are any: ask the witness for its key.

2. The program. verify.py came with this pack. A false pack could bring a false program. Use the copy that
   you have from elsewhere (`python3 -I /your/copy/of/verify.py FOLDER`), or have somebody read it.

3. The checkpoint that you kept, when you did. `python3 -I verify.py --earlier FILE` shows that the log of
   this pack continues it.

WHAT THE PACK PROVES

- Each record stands in the log at its number, letter for letter as it was recorded. The log had {size},
  and their root is {root} (hexadecimal).
- Each file in payloads, and each detail in records, is what was recorded then, bit for bit.
- The log was signed with the private key that belongs to the public key.
- Where verify.py says so: the records of a partner are complete between two numbers, and the log continues
  an earlier checkpoint.

WHAT ONLY A WITNESS CAN PROVE

Whoever runs the gateway holds the private key. With it, the whole log could be written anew and be signed
again, and this pack could not tell. That shows only against something that was out of reach: a checkpoint
that you, an auditor or another company kept, or the signature of a witness with its time. The log cannot have
been rewritten since such a moment, as far as it reached then. Before that moment, this pack proves nothing
about when the records were made: their times are those of the clock of the gateway.

WHAT IT DOES NOT PROVE

- That what was recorded was true: who sent a file is what the gateway found out then.
- That nothing else happened. Records that are not in the pack may exist.
- What was destroyed. Where contents were destroyed on purpose, their record remains, and verify.py says that
  they are not part of this pack.

FILES

    summary.html          the same for people, on one page; not proven, verify.py prints what is
    leaves/N.json         record N of the log (JSON, as it was hashed)
    proofs/N.tlog-proof   its proof (C2SP tlog-proof, RFC 6962)
    records/N.json        the details and salts behind the digests of the record
    payloads/             files as they were received, made and sent
    checkpoint            size and root of the log, signed (C2SP tlog-checkpoint)
    public-key            the key that it was signed with (C2SP signed-note, Ed25519)
    witness-keys          keys of witnesses who signed the checkpoint too, if there are any
    earlier-checkpoint    a checkpoint of before, and
    consistency-proof     the proof that the log only grew since then, if they are there
    manifest.json         the SHA-256 of every file
    verify.py             the program, which needs no gateway
"""

STYLE = """\
body{font:16px/1.5 system-ui,sans-serif;color:#1b1b1b;background:#fff;max-width:60rem;margin:2rem auto;
padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;
border-bottom:1px solid #ccc;overflow-wrap:break-word}
td:nth-child(4){overflow-wrap:anywhere}
th,td:first-child{white-space:nowrap}
code{font-size:.9em;overflow-wrap:anywhere}.note{border-left:4px solid #946200;padding:.2rem 1rem}
@media print{body{margin:0;max-width:none}}"""

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
<h1>{title}</h1>
<p>Prepared {prepared} from the log <code>{origin}</code>: {shown} of {size}.</p>
<p class="note">This page is for reading and proves nothing by itself. What is proven, <code>verify.py</code>
says: see <a href="README.txt">README.txt</a>. Times are in UTC, as the clock of the gateway said.</p>
{messages}
<h2>The log</h2>
<p>Root over {size}: <code>{root}</code></p>
</body>
</html>
"""
TABLE = """\
<h2>{heading}</h2>
<table>
<thead><tr><th scope="col">Time</th><th scope="col">What happened</th><th scope="col">By</th>\
<th scope="col">Details</th><th scope="col">Record</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
"""


def readme_text(note: bytes, public_key: str, summary: Summary) -> str:
    """README.txt: how to check the pack, what it proves, and what only a witness can prove."""
    head = _head(note)
    title = _one_line(summary.title)
    return README.format(
        title=title,
        underline="=" * len(title),
        prepared=_one_line(summary.prepared),
        origin=_one_line(head.origin),
        key=_one_line(public_key),
        size=_records(head.size),
        root=head.root.hex(),
    )


def summary_page(
    leaves: Sequence[Leaf], details: Mapping[int, Details], note: bytes, summary: Summary
) -> str:
    """summary.html: what happened to each message, in the order of the log, without script."""
    head = _head(note)
    messages: dict[str | None, list[Leaf]] = {}
    for leaf in sorted(leaves, key=lambda one: one.n):
        messages.setdefault(leaf.message, []).append(leaf)
    tables = [_table(message, rows, details, summary.names) for message, rows in messages.items()]
    return PAGE.format(
        style=STYLE,
        title=_shown(summary.title),
        prepared=_shown(summary.prepared),
        origin=_shown(head.origin),
        shown=f"{len(leaves):,}",
        size=_records(head.size),
        messages="".join(tables).rstrip("\n"),
        root=head.root.hex(),
    )


def _table(
    message: str | None, leaves: Sequence[Leaf], details: Mapping[int, Details], names: Mapping[str, str]
) -> str:
    partners = dict.fromkeys(names.get(leaf.partner, leaf.partner) for leaf in leaves if leaf.partner)
    heading = f"Message {message}" if message else "The log itself"
    heading += f" ({', '.join(partners)})" if partners else ""
    rows = "\n".join(_row(leaf, details.get(leaf.n, {}), names) for leaf in leaves)
    return TABLE.format(heading=_shown(heading), rows=rows)


def _row(leaf: Leaf, details: Details, names: Mapping[str, str]) -> str:
    what = leaf.what.replace("-", " ")
    if leaf.to:
        what += f" ({leaf.from_} to {leaf.to})" if leaf.from_ else f" ({leaf.to})"
    told = "<br>".join(_shown(f"{name}: {value}") for name, value in sorted(details.items()))
    link = f'<a href="{layout.leaf_path(leaf.n)}">{leaf.n}</a>'
    time = leaf.at.replace("T", " ").removesuffix("Z")
    cells = (_shown(time), _shown(what), _shown(names.get(leaf.who, leaf.who)), told, link)
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _records(number: int) -> str:
    return f"{number:,} record{'' if number == 1 else 's'}"


def _head(note: bytes) -> Checkpoint:
    return parse_checkpoint(parse_note(note).text)


def _shown(text: str) -> str:
    """Text of others as it may stand in a page: no markup, and nothing that hides or turns what follows."""
    return escape_markup("".join(one if one.isprintable() else repr(one)[1:-1] for one in text))


def _one_line(text: str) -> str:
    """Text in which nothing can start a line of its own."""
    return "".join(one if one.isprintable() else " " for one in text)
