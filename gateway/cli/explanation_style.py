"""How the page of an explanation looks, and the few lines of program in it."""

from __future__ import annotations

__all__ = ["SCRIPT", "STYLE"]

STYLE = """
:root { color-scheme: light dark;
  --ink: #1b1f24; --dim: #57606a; --paper: #ffffff; --pane: #f6f8fa; --head: #eaeef2; --rule: #d0d7de;
  --link: #0550ae; --given: #6639ba; --left: #9a3412; --lit: #ffe566; --lit-ink: #1b1f24; --near: #fff6cc;
  --line: #fffbe6; }
@media (prefers-color-scheme: dark) { :root {
  --ink: #e6edf3; --dim: #9da7b1; --paper: #0d1117; --pane: #161b22; --head: #1f262e; --rule: #30363d;
  --link: #79c0ff; --given: #d2a8ff; --left: #ffa657; --lit: #ffd33d; --lit-ink: #0d1117; --near: #4a3c07;
  --line: #272310; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 120rem; padding: 1rem 1.5rem 3rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 0; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 0; } h4 { font-size: .95rem; margin: 1rem 0 .25rem; font-weight: 600; }
header p { margin: .25rem 0; color: var(--dim); max-width: 80rem; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; list-style: none; margin: .5rem 0; padding: 0;
  font-size: .9rem; color: var(--dim); }
.legend .v:not(.given, .form, .unread, .unwritten, .lit) { color: var(--link); }
.document { border-top: 1px solid var(--rule); margin-top: 1rem; padding-top: 1rem; }
.summary { margin: .1rem 0 .75rem; color: var(--dim); }
.panes { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1rem; }
@media (max-width: 50rem) { .panes { grid-template-columns: minmax(0, 1fr); } }
.pane { border: 1px solid var(--rule); border-radius: .4rem; background: var(--pane); overflow: hidden; }
.pane h3 { padding: .4rem .75rem; border-bottom: 1px solid var(--rule); background: var(--head); }
.lines { max-height: 62vh; overflow: auto; padding: .4rem 0; position: relative; }
.line { display: flex; padding: 0 .75rem 0 0; }
.line:has(.lit) { background: var(--line); }
.no { flex: none; width: 3.4rem; padding-right: .75rem; text-align: right; color: var(--dim);
  user-select: none; }
.line code { white-space: pre-wrap; overflow-wrap: anywhere; }
code, .no, .v { font: .85rem/1.6 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.v { border-radius: .2rem; text-decoration: none; color: inherit; scroll-margin: 30vh; }
a { color: var(--link); }
a.v:hover { text-decoration: underline; }
a.v { color: var(--link); }
.v.given, a.v.given { color: var(--given); font-style: italic; }
.v.unwritten, a.v.unwritten { color: var(--left); text-decoration: underline dotted; }
.v.unread { color: var(--left); text-decoration: underline wavy; }
.v.near { background: var(--near); }
.v.lit, a.v.lit, .v:target { background: var(--lit); color: var(--lit-ink);
  box-shadow: 0 0 0 2px var(--lit); }
.v.chosen { outline: 2px solid var(--link); outline-offset: 3px; }
tr:target { background: var(--pane); outline: 2px solid var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.told { position: sticky; bottom: 0; z-index: 1; background: var(--paper); }
.told:not(:empty) { border: 1px solid var(--rule); border-left: .4rem solid var(--lit);
  border-radius: .4rem; padding: .25rem .75rem; margin-top: .75rem; max-height: 34vh; overflow: auto; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { color: var(--dim); font-weight: 600; }
th, td { text-align: left; vertical-align: top; padding: .2rem .75rem .2rem 0;
  border-bottom: 1px solid var(--rule); overflow-wrap: anywhere; font-size: .88rem; }
.told tr:last-child td { border-bottom: 0; }
.none { margin: 0; color: var(--dim); }
.coverage { margin-top: 1.25rem; }
summary { cursor: pointer; padding: .3rem 0; font-weight: 600; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; list-style: none; }
@media print { .lines { max-height: none; } .told { position: static; } }
"""

SCRIPT = """
"use strict";
const all = (names) => (names || "").split(" ").filter(Boolean).map((name) => document.getElementById(name));
function clear(mark) {
  for (const each of document.querySelectorAll(".document ." + mark)) each.classList.remove(mark);
}
function release() {
  for (const mark of ["lit", "chosen", "near"]) clear(mark);
  for (const each of document.querySelectorAll(".told")) each.replaceChildren();
}
function reveal(place) {
  const pane = place.closest(".lines"), top = place.getBoundingClientRect().top;
  const frame = pane.getBoundingClientRect();
  if (top < frame.top || top > frame.bottom - 24) pane.scrollTop += top - frame.top - pane.clientHeight / 3;
}
function tell(told, rows) {
  const table = document.createElement("table");
  table.append(document.getElementById(rows[0]).closest("table").tHead.cloneNode(true));
  for (const name of rows) {
    const row = document.getElementById(name).cloneNode(true);
    row.removeAttribute("id");
    table.append(row);
  }
  told.replaceChildren(table);
}
function choose(place) {
  release();
  const others = all(place.dataset.to);
  for (const each of [place, ...others]) each.classList.add("lit");
  place.classList.add("chosen");
  const rows = (place.dataset.row ? [place] : others).map((each) => each.dataset.row).filter(Boolean);
  const told = place.closest(".document").querySelector(".told");
  if (rows.length) tell(told, [...new Set(rows)]);
  reveal(place);
  if (others.length) reveal(others[0]);
  history.replaceState(null, "", "#" + place.id);
}
function named() {
  const place = document.getElementById(location.hash.slice(1));
  if (place && place.classList.contains("v")) {
    choose(place);
    place.closest(".panes").scrollIntoView({ block: "nearest" });
  }
}
document.addEventListener("click", (event) => {
  const place = event.target.closest("a.v");
  if (place) { event.preventDefault(); choose(place); }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { release(); return; }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.target.matches("a.v, .lines")) return;
  const pane = event.target.closest(".lines"), places = [...pane.querySelectorAll("a.v")];
  const next = places[places.indexOf(event.target) + step] || places[0];
  if (next) { event.preventDefault(); next.focus(); choose(next); }
});
document.addEventListener("pointerover", (event) => {
  clear("near");
  const place = event.target.closest("a.v");
  for (const each of place ? all(place.dataset.to) : []) each.classList.add("near");
});
addEventListener("hashchange", named);
named();
"""
