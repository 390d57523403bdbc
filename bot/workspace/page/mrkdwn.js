import { h, link } from "./dom.js";
import { emoji } from "./emoji.js";
import { channelName, personName } from "./store.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
export const unescapeText = (text) => text.replace(/&(?:amp|lt|gt);/g, (found) => ENTITIES[found]);

// Code, references, bold, italic, strike, emoji: the earliest wins, and its inside is read the same way.
const INLINE = new RegExp(
  [
    "`([^`\\n]+)`",
    "<([^<>\\n]+)>",
    "(?<![\\w*])\\*(?=\\S)([^*\\n]*?\\S)\\*(?![\\w*])",
    "(?<![\\w_])_(?=\\S)([^_\\n]*?\\S)_(?![\\w_])",
    "(?<![\\w~])~(?=\\S)([^~\\n]*?\\S)~(?![\\w~])",
    ":([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):",
  ].join("|"),
);

export function mrkdwn(text) {
  const parts = String(text ?? "").split(/```\n?/);
  const nodes = [];
  parts.forEach((part, index) => {
    if (index % 2 && index < parts.length - 1) nodes.push(h("pre", {}, unescapeText(part.replace(/<([^<>|]+)(?:\|([^<>]*))?>/g, (_, to, label) => label ?? to)).replace(/\n$/, "")));
    else nodes.push(...lines((index % 2 ? "```" : "") + (index > 1 ? part.replace(/^\n/, "") : part)));
  });
  return nodes;
}

function lines(text) {
  const nodes = [];
  let quote = null;
  const all = text.split("\n");
  all.forEach((line, index) => {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quoted) {
      if (!quote) nodes.push((quote = h("blockquote", {})));
      else quote.append(h("br"));
      quote.append(...inline(quoted[1]));
      return;
    }
    if (index && !quote) nodes.push(h("br"));
    quote = null;
    nodes.push(...inline(line));
  });
  while (nodes.length && nodes.at(-1).nodeName === "BR") nodes.pop();
  return nodes;
}

function inline(text) {
  const nodes = [];
  let rest = text;
  let before = "";
  while (rest) {
    const found = INLINE.exec(rest);
    if (!found) break;
    before += rest.slice(0, found.index);
    if (before) nodes.push(unescapeText(before));
    before = "";
    nodes.push(inlineNode(found));
    rest = rest.slice(found.index + found[0].length);
  }
  if (rest) nodes.push(unescapeText(rest));
  return nodes;
}

function inlineNode([whole, code, reference, bold, italic, strike, name]) {
  if (code !== undefined) return h("code", {}, unescapeText(code));
  if (reference !== undefined) return referenceNode(reference);
  if (bold !== undefined) return h("strong", {}, ...inline(bold));
  if (italic !== undefined) return h("em", {}, ...inline(italic));
  if (strike !== undefined) return h("s", {}, ...inline(strike));
  return emojiNode(name) ?? whole;
}

export function emojiNode(name) {
  const shown = emoji(name);
  return shown.startsWith(":") ? shown : h("span", { role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, shown);
}

function referenceNode(reference) {
  const [target, label] = reference.split("|", 2);
  if (target.startsWith("@")) return mention(target.slice(1), label);
  if (target.startsWith("#")) return h("span", { class: "mention" }, `#${label || channelName(target.slice(1))}`);
  if (target.startsWith("!")) return special(target.slice(1), label);
  return link(unescapeText(target), unescapeText(label || target.replace(/^mailto:/, "")));
}

export const mention = (id, label) => h("span", { class: "mention", "data-user": id }, `@${label || personName(id)}`);

export function special(target, label) {
  if (target.startsWith("date^")) {
    const [, seconds, format] = target.split("^");
    return dateNode(Number(seconds), format, label);
  }
  return h("span", { class: "mention" }, `@${label || target.split("^")[0]}`);
}

export function dateNode(seconds, format, fallback) {
  const when = new Date(seconds * 1000);
  if (Number.isNaN(when.getTime())) return unescapeText(fallback ?? "");
  const date = when.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
  const time = when.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const words = unescapeText(format).replace(/\{date[^}]*\}/g, date).replace(/\{time[^}]*\}/g, time);
  return h("time", { datetime: when.toISOString() }, words);
}
