"""How the page of an explanation looks, and the few lines of program in it."""

from __future__ import annotations

__all__ = ["SCRIPT", "STYLE"]

STYLE = """
:root { color-scheme: light dark;
  --ink: #1b1f24; --dim: #57606a; --paper: #ffffff; --pane: #f6f8fa; --rule: #d0d7de;
  --link: #0550ae; --given: #6639ba; --left: #9a3412; --lit: #fff1a8; --lit-ink: #1b1f24; }
@media (prefers-color-scheme: dark) { :root {
  --ink: #e6edf3; --dim: #9da7b1; --paper: #0d1117; --pane: #161b22; --rule: #30363d;
  --link: #79c0ff; --given: #d2a8ff; --left: #ffa657; --lit: #6b5300; --lit-ink: #ffffff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 110rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 0; } h4 { font-size: .95rem; margin: 1rem 0 .25rem; font-weight: 600; }
header p { margin: .25rem 0; color: var(--dim); }
.legend .v { margin-left: .75rem; } .legend .v:first-child { margin-left: 0; }
.panes { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1rem; }
@media (max-width: 50rem) { .panes { grid-template-columns: minmax(0, 1fr); } }
.pane { border: 1px solid var(--rule); border-radius: .4rem; background: var(--pane); overflow: hidden; }
.pane h3 { padding: .4rem .75rem; border-bottom: 1px solid var(--rule); }
.lines { max-height: 65vh; overflow: auto; padding: .4rem 0; position: relative; }
.line { display: flex; padding: 0 .75rem 0 0; }
.no { flex: none; width: 3.2rem; padding-right: .75rem; text-align: right; color: var(--dim);
  user-select: none; }
.line code { white-space: pre-wrap; overflow-wrap: anywhere; }
code, .no, .v { font: .85rem/1.6 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.v { border-radius: .2rem; text-decoration: none; color: inherit; }
a.v { color: var(--link); } a.v:hover { text-decoration: underline; }
.v.given { color: var(--given); font-style: italic; }
.v.unwritten { color: var(--left); text-decoration: underline dotted; }
.v.unread { color: var(--left); text-decoration: underline wavy; }
.v.lit, .v:target { background: var(--lit); color: var(--lit-ink); box-shadow: 0 0 0 2px var(--lit); }
tr:target { background: var(--pane); outline: 2px solid var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
.told { position: sticky; bottom: 0; background: var(--paper); }
.told:not(:empty) { border: 1px solid var(--rule); border-radius: .4rem; padding: .5rem .75rem;
  margin-top: .75rem; max-height: 35vh; overflow: auto; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .2rem .75rem .2rem 0;
  border-bottom: 1px solid var(--rule); overflow-wrap: anywhere; font-size: .9rem; }
summary { cursor: pointer; padding: .4rem 0; font-weight: 600; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; list-style: none; }
nav a { color: var(--link); }
@media print { .lines { max-height: none; } .told { position: static; } }
"""

SCRIPT = """
"use strict";
document.addEventListener("click", function (event) {
  const chosen = event.target.closest("a.v");
  if (!chosen) { return; }
  event.preventDefault();
  const part = chosen.closest(".document");
  const names = (chosen.dataset.to || "").split(" ").filter(Boolean);
  const others = names.map(name => document.getElementById(name));
  for (const each of document.querySelectorAll(".lit")) { each.classList.remove("lit"); }
  for (const each of [chosen, ...others]) { each.classList.add("lit"); }
  const pane = others.length && others[0].closest(".lines");
  if (pane) { pane.scrollTop += others[0].getBoundingClientRect().top - pane.getBoundingClientRect().top
    - pane.clientHeight / 3; }
  const rows = (chosen.dataset.row ? [chosen] : others).map(each => each.dataset.row).filter(Boolean);
  const told = part.querySelector(".told"), table = document.createElement("table");
  for (const name of new Set(rows)) {
    const row = document.getElementById(name).cloneNode(true);
    row.removeAttribute("id");
    table.append(row);
  }
  told.replaceChildren(table);
  history.replaceState(null, "", "#" + chosen.id);
});
"""
