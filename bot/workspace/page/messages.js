import { act } from "./api.js";
import { attachment, blocks } from "./blocks.js";
import { ask, byId, h, reconcile, toast } from "./dom.js";
import { QUICK, emoji } from "./emoji.js";
import { showMenu } from "./elements.js";
import { fileCard } from "./files.js";
import { mrkdwn } from "./mrkdwn.js";
import { author, channelMessages, isReply, personName, store, summaries, threadMessages } from "./store.js";

const FIRST = 150;
const COMPACT_S = 300;
let shownFrom = "";

const DAY = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
const CLOCK = { hour: "2-digit", minute: "2-digit" };
const when = (ts) => new Date(Number(ts) * 1000);
const clock = (ts) => when(ts).toLocaleTimeString("en-GB", CLOCK);
const day = (ts) => when(ts).toLocaleDateString("en-GB", DAY);

export function drawMessages(openThread) {
  const all = channelMessages();
  if (shownFrom.channel !== store.channel) shownFrom = { channel: store.channel, count: FIRST };
  const list = all.slice(-Math.max(shownFrom.count, FIRST));
  const items = listItems(list, { counts: summaries(), openThread, inThread: false });
  if (list.length < all.length) items.unshift(earlier(all.length - list.length, openThread));
  reconcile(byId("messages"), items);
}

export function drawThread(openThread) {
  const list = store.thread ? threadMessages(store.thread) : [];
  reconcile(byId("thread-messages"), listItems(list, { counts: new Map(), openThread, inThread: true }));
}

export function showAll() {
  shownFrom = { channel: store.channel, count: Infinity };
}

function earlier(count, openThread) {
  const more = () => {
    shownFrom.count += 300;
    drawMessages(openThread);
  };
  const button = () => h("li", { class: "earlier" }, h("button", { type: "button", class: "button", onclick: more }, `Show earlier messages (${count})`));
  return { key: "earlier", sign: String(count), make: button };
}

// Stay at the newest message while the reader is there, also when a panel opens or a picture grows; otherwise do not move what they read.
export function stick(scroll) {
  let shape = "";
  const shapeNow = () => `${scroll.clientWidth} ${scroll.clientHeight} ${scroll.scrollHeight}`;
  const follow = () => {
    shape = shapeNow();
    if (scroll.follows) scroll.scrollTop = scroll.scrollHeight;
  };
  scroll.addEventListener("scroll", () => {
    // The browser scrolls by itself when the layout changes; only the reader's own scrolling counts.
    if (shape === shapeNow()) scroll.follows = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 60;
  });
  const watch = new ResizeObserver(follow);
  watch.observe(scroll);
  for (const child of scroll.children) watch.observe(child);
}

export function toEnd(scroll) {
  scroll.follows = true;
  scroll.scrollTop = scroll.scrollHeight;
}

function listItems(list, context) {
  const items = [];
  let before = null;
  for (const message of list) {
    if (!context.inThread && (!before || day(before.ts) !== day(message.ts))) items.push(divider(message.ts));
    const compact = before && author(before).id === author(message).id && before.username === message.username && !before.subtype === !message.subtype && !before.is_ephemeral && !message.is_ephemeral && message.ts - before.ts < COMPACT_S && day(before.ts) === day(message.ts);
    const summary = context.counts.get(message.ts);
    const seen = summary ? [summary.count, summary.last] : [];
    const key = message.is_ephemeral ? `e${message.ts}` : message.ts;
    const sign = JSON.stringify([message, compact, seen, store.me, store.users.size]);
    items.push({ key, sign, make: () => messageItem(message, { ...context, compact, summary }) });
    before = message;
  }
  return items;
}

function divider(ts) {
  const words = day(ts);
  return { key: `day ${words}`, sign: words, make: () => h("li", { class: "day", role: "separator", "aria-label": words }, h("span", {}, words)) };
}

export function avatar(id, name) {
  const initials = name.split(/[\s._-]+/).filter(Boolean).slice(0, 2).map((word) => word[0].toUpperCase()).join("");
  const hue = [...id].reduce((sum, character) => (sum * 31 + character.codePointAt(0)) % 12, 7);
  return h("span", { class: `avatar hue-${hue}`, "aria-hidden": "true" }, initials || "?");
}

const SYSTEM = new Set(["channel_join", "channel_leave", "channel_topic", "channel_name", "channel_archive", "channel_unarchive", "channel_purpose", "group_join", "group_topic", "group_name", "group_archive", "group_unarchive", "tombstone"]);

function messageItem(message, context) {
  const { id, name, isBot } = author(message);
  const system = SYSTEM.has(message.subtype);
  const compact = context.compact && !system;
  const item = h("li", { class: `message${compact ? " compact" : ""}${system ? " system" : ""}${message.is_ephemeral ? " ephemeral" : ""}`, tabindex: "-1", "data-ts": message.ts });
  const stamp = h("time", { class: "stamp", datetime: when(message.ts).toISOString(), title: when(message.ts).toUTCString() }, clock(message.ts));
  const head = h("div", { class: compact ? "head unseen" : "head" }, h("span", { class: "author" }, name), isBot ? h("span", { class: "badge" }, "APP") : null, compact ? null : stamp);
  const gutter = compact ? h("span", { class: "gutter" }, stamp) : avatar(id, name);
  const notice = message.is_ephemeral ? whisperNotice(message) : null;
  const broadcast = message.subtype === "thread_broadcast" && !context.inThread ? h("button", { type: "button", class: "thread-link", onclick: () => context.openThread(message.thread_ts) }, "replied to a thread") : null;
  item.append(gutter, h("div", { class: "body" }, notice, head, broadcast, ...content(message), reactionRow(message), threadLink(message, context)));
  if (!message.is_ephemeral && !store.frozen) toolbar(item, message, context);
  return item;
}

function whisperNotice(message) {
  const dismiss = h("button", { type: "button", class: "plain-link", onclick: () => act("dismiss", { ts: message.ts }) }, "Dismiss");
  return h("p", { class: "whisper" }, "Only visible to you", store.frozen ? null : [" · ", dismiss]);
}

function content(message) {
  const press = (action_id, chosen) => act("press", { channel: store.channel, ts: message.ts, action_id, chosen });
  const parts = [];
  const system = SYSTEM.has(message.subtype);
  const text = system ? message.text.replace(/^<@\w+> /, "") : message.text;
  if (message.blocks?.length) parts.push(blocks(message.blocks, press));
  else if (text) parts.push(h("div", { class: "text" }, ...mrkdwn(text)));
  if (message.edited) (parts.at(-1) ?? parts[parts.push(h("div", {})) - 1]).append(h("span", { class: "edited" }, " (edited)"));
  parts.push(...(message.attachments ?? []).map((one) => attachment(one, press)));
  parts.push(...(message.files ?? []).map(fileCard));
  return parts;
}

function reactionRow(message) {
  if (!message.reactions?.length) return null;
  const buttons = message.reactions.map((reaction) => {
    const mine = reaction.users.includes(store.me);
    const names = reaction.users.map(personName).join(", ");
    const toggle = () => act("react", { channel: store.channel, ts: message.ts, name: reaction.name });
    const label = `${reaction.name.replaceAll("_", " ")}, ${reaction.count}: ${names}`;
    return h("button", { type: "button", class: `reaction${mine ? " mine" : ""}`, "aria-pressed": String(mine), "aria-label": label, title: label, "data-focus": `react-${reaction.name}`, onclick: toggle }, `${emoji(reaction.name)} `, h("span", {}, String(reaction.count)));
  });
  return h("div", { class: "reactions" }, ...buttons);
}

function threadLink(message, { summary, inThread, openThread }) {
  if (!summary || inThread) return null;
  const faces = [...summary.users].slice(0, 4).map((id) => avatar(id ?? "", personName(id) ?? "?"));
  const words = `${summary.count} ${summary.count === 1 ? "reply" : "replies"}`;
  return h("button", { type: "button", class: "thread-link", "data-focus": "thread", onclick: () => openThread(message.ts) }, ...faces, h("strong", {}, words), h("span", { class: "last" }, `last ${clock(summary.last)}`));
}

// The tools come when the message is pointed at or focused: hundreds of hidden buttons would slow page and keyboard.
function toolbar(item, message, context) {
  const show = () => {
    if (item.querySelector(".toolbar")) return;
    item.append(tools(item, message, context));
  };
  const hide = () => {
    const bar = item.querySelector(".toolbar");
    if (bar && !item.matches(":hover, :focus-within") && !bar.querySelector(":popover-open")) bar.remove();
  };
  item.addEventListener("mouseenter", show);
  item.addEventListener("focusin", show);
  item.addEventListener("mouseleave", hide);
  item.addEventListener("focusout", () => setTimeout(hide));
}

function tools(item, message, { openThread, inThread }) {
  const bar = h("div", { class: "toolbar", role: "toolbar", "aria-label": "Message" });
  for (const name of QUICK) bar.append(h("button", { type: "button", class: "icon", "aria-label": `React with ${name.replaceAll("_", " ")}`, onclick: () => act("react", { channel: store.channel, ts: message.ts, name }) }, emoji(name)));
  if (!inThread) bar.append(h("button", { type: "button", class: "icon", "aria-label": "Reply in thread", title: "Reply in thread", onclick: () => openThread(isReply(message) ? message.thread_ts : message.ts, true) }, "💬"));
  const menu = h("div", { class: "menu", role: "menu", popover: "auto" });
  const entry = (words, run) => menu.append(h("button", { type: "button", role: "menuitem", class: "menu-item", onclick: () => { menu.hidePopover(); run(); } }, words));
  for (const shortcut of store.app.shortcuts) entry(`${shortcut.name} — ${store.app.name}`, () => act("shortcut", { channel: store.channel, ts: message.ts, callback_id: shortcut.callback_id }));
  entry("Copy link", () => copyLink(message));
  if (message.user === store.me && !SYSTEM.has(message.subtype)) {
    entry("Edit message", () => edit(message));
    entry("Delete message", () => remove(message));
  }
  const opener = h("button", { type: "button", class: "icon", "aria-label": "More actions", title: "More actions", "aria-haspopup": "menu" }, "⋮");
  opener.addEventListener("click", () => showMenu(menu, opener));
  menu.addEventListener("toggle", (event) => event.newState === "closed" && item.isConnected && item.focus({ preventScroll: true }));
  bar.append(opener, menu);
  return bar;
}

async function copyLink(message) {
  const path = `${location.origin}/archives/${store.channel}/p${message.ts.replace(".", "")}`;
  const thread = isReply(message) ? `?thread_ts=${message.thread_ts}&cid=${store.channel}` : "";
  try {
    await navigator.clipboard.writeText(path + thread);
    toast("Link copied.");
  } catch {
    toast(path + thread);
  }
}

async function edit(message) {
  const typed = message.text.replace(/<@(\w+)>/g, (_, id) => `@${personName(id)}`).replace(/<(https?:[^>|]+)>/g, "$1").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
  const answer = await ask({ title: "Edit message", fields: [{ name: "text", label: "Text", value: typed }], confirm: "Save" });
  if (answer?.text) act("edit", { channel: store.channel, ts: message.ts, text: answer.text });
}

async function remove(message) {
  const answer = await ask({ title: "Delete message", text: "This cannot be undone.", confirm: "Delete", danger: true });
  if (answer) act("delete", { channel: store.channel, ts: message.ts });
}

// Arrow keys walk through the messages; one of them is in the order of Tab.
export function walkable(list) {
  const enter = () => {
    const items = [...list.querySelectorAll(":scope > .message")];
    if (items.length && !items.some((item) => item.tabIndex === 0)) items.at(-1).tabIndex = 0;
  };
  new MutationObserver(enter).observe(list, { childList: true });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const items = [...list.querySelectorAll(":scope > .message")];
    if (!step || !items.includes(event.target)) return;
    event.preventDefault();
    const next = items[items.indexOf(event.target) + step];
    if (!next) return;
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
}

export function spokenMessage(message) {
  const holder = h("div", {}, ...mrkdwn(message.text));
  const words = holder.textContent.slice(0, 200) || (message.blocks ? "a message with blocks" : message.files ? `the file ${message.files[0].name}` : "");
  return `${author(message).name}: ${words}`;
}
