import { h, link } from "./dom.js";
import { emojiNode } from "./mrkdwn.js";

// The markdown of the block of that name: headings, lists, quotes, fences, tables, rules and what stands in a line.

const SPAN = new RegExp(
  [
    "`([^`\\n]+)`",
    "\\[([^\\]\\n]+)\\]\\(([^)\\s]+)\\)",
    "\\*\\*(?=\\S)(.+?)\\*\\*",
    "(?<![\\w*])\\*(?=\\S)([^*\\n]+?)\\*(?![\\w*])",
    "(?<![\\w_])_(?=\\S)([^_\\n]+?)_(?![\\w_])",
    "~~(?=\\S)(.+?)~~",
    ":([a-z0-9_+'-]+):",
  ].join("|"),
);

export function markdown(text) {
  const rows = String(text ?? "").split("\n");
  const nodes = [];
  let at = 0;
  while (at < rows.length) {
    const reader = READERS.find(([starts]) => starts.test(rows[at])) ?? PARAGRAPH;
    const [node, next] = reader[1](rows, at);
    if (node) nodes.push(node);
    at = Math.max(next, at + 1);
  }
  return nodes;
}

const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const ITEM = /^(\s*)(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const READERS = [
  [/^\s*$/, (rows, at) => [null, at + 1]],
  [/^\s*(```|~~~)/, fence],
  [HEADING, heading],
  [/^\s*([-*_])(?:\s*\1){2,}\s*$/, (rows, at) => [h("hr"), at + 1]],
  [/^\s*>/, quoteBlock],
  [ITEM, listBlock],
  [/^\s*\|.*\|\s*$/, tableBlock],
];
const PARAGRAPH = [null, paragraph];

function until(rows, at, holds) {
  let end = at;
  while (end < rows.length && holds(rows[end])) end += 1;
  return end;
}

function fence(rows, at) {
  const mark = rows[at].trim().slice(0, 3);
  const end = until(rows, at + 1, (row) => !row.trim().startsWith(mark));
  return [h("pre", {}, rows.slice(at + 1, end).join("\n")), end + 1];
}

function heading(rows, at) {
  const [, marks, text] = HEADING.exec(rows[at]);
  return [h("p", { class: `md-heading md-${Math.min(marks.length, 3)}`, role: "heading", "aria-level": marks.length + 2 }, ...spans(text)), at + 1];
}

function quoteBlock(rows, at) {
  const end = until(rows, at, (row) => /^\s*>/.test(row));
  return [h("blockquote", {}, ...markdown(rows.slice(at, end).map((row) => row.replace(/^\s*> ?/, "")).join("\n"))), end];
}

function listBlock(rows, at) {
  const end = until(rows, at, (row) => ITEM.test(row) || /^\s+\S/.test(row));
  const items = [];
  for (const row of rows.slice(at, end)) {
    const found = ITEM.exec(row);
    if (found) items.push({ depth: found[1].length, ordered: found[2] !== undefined, text: found[3] });
    else items.at(-1).text += ` ${row.trim()}`;
  }
  return [nested(items, Number(/^\s*(\d+)/.exec(rows[at])?.[1] ?? 1)), end];
}

function nested(items, start = 1) {
  const list = h(items[0].ordered ? "ol" : "ul", items[0].ordered && start !== 1 ? { start } : {});
  let at = 0;
  while (at < items.length) {
    const element = h("li", {}, ...spans(items[at].text));
    let end = at + 1;
    while (end < items.length && items[end].depth > items[0].depth) end += 1;
    if (end > at + 1) element.append(nested(items.slice(at + 1, end)));
    list.append(element);
    at = end;
  }
  return list;
}

function tableBlock(rows, at) {
  const end = until(rows, at, (row) => /^\s*\|.*\|\s*$/.test(row));
  const cells = rows.slice(at, end).map((row) => row.trim().slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim()));
  const ruled = cells.length > 1 && cells[1].every((cell) => /^:?-+:?$/.test(cell));
  const body = ruled ? cells.slice(2) : cells;
  const head = ruled ? h("thead", {}, h("tr", {}, ...cells[0].map((cell) => h("th", { scope: "col" }, ...spans(cell))))) : null;
  const made = body.map((row) => h("tr", {}, ...row.map((cell) => h("td", {}, ...spans(cell)))));
  return [h("div", { class: "table-scroll" }, h("table", {}, head, h("tbody", {}, ...made))), end];
}

function paragraph(rows, at) {
  const end = Math.max(at + 1, until(rows, at, (row) => row.trim() && !READERS.some(([starts]) => starts.test(row))));
  const words = rows.slice(at, end).flatMap((row, index) => (index ? [h("br"), ...spans(row)] : spans(row)));
  return [h("p", {}, ...words), end];
}

function spans(text) {
  const nodes = [];
  let rest = text;
  while (rest) {
    const found = SPAN.exec(rest);
    if (!found) break;
    if (found.index) nodes.push(rest.slice(0, found.index));
    nodes.push(span(found));
    rest = rest.slice(found.index + found[0].length);
  }
  if (rest) nodes.push(rest);
  return nodes;
}

function span([whole, code, label, address, bold, star, under, strike, name]) {
  if (code !== undefined) return h("code", {}, code);
  if (label !== undefined) return link(address, label);
  if (bold !== undefined) return h("strong", {}, ...spans(bold));
  if (star !== undefined || under !== undefined) return h("em", {}, ...spans(star ?? under));
  if (strike !== undefined) return h("s", {}, ...spans(strike));
  return emojiNode(name) ?? whole;
}
