import { readChannel, readState } from "./api.js";
import { composer } from "./composer.js";
import { announce, byId, h, toast } from "./dom.js";
import { drawMessages, drawThread, showAll, spokenMessage, stick, toEnd, walkable } from "./messages.js";
import { drawHeader, drawSidebar } from "./sidebar.js";
import { apply, fill, fillChannel, isReply, store } from "./store.js";
import { drawModals, homeTab } from "./views.js";

const main = composer("composer-main", () => "");
const reply = composer("composer-thread", () => store.thread);

function draw() {
  drawSidebar(go);
  drawHeader(draw);
  const home = store.channels.get(store.channel)?.is_im && store.tab === "home";
  byId("home")?.remove();
  byId("messages").hidden = home;
  if (home) byId("scroll").prepend(h("div", { id: "home", class: "home" }, homeTab()));
  drawMessages(openThread);
  drawThread(openThread);
  drawModals();
  const archived = store.channels.get(store.channel)?.is_archived;
  place("composer-place", main, archived, home);
  place("thread-composer-place", reply, archived, false);
  byId("thread").hidden = !store.thread;
  document.title = `${byId("channel-title").textContent} · ${store.team.name}`;
}

function place(id, form, archived, hidden) {
  form.name_();
  const note = h("p", { class: "archived-note" }, "This channel is archived: it can be read, not written in.");
  const wanted = hidden || store.frozen ? [] : archived ? [note] : [form];
  const now = byId(id);
  if (!(now.firstElementChild === wanted[0] || (archived && now.querySelector(".archived-note")))) now.replaceChildren(...wanted);
}

async function go(channel, tabName = "messages") {
  const changed = channel !== store.channel;
  if (changed) store.thread = "";
  store.channel = channel;
  store.tab = tabName;
  store.unread.delete(channel);
  if (!store.messages.has(channel)) await load(channel);
  draw();
  remember();
  if (!changed) return;
  toEnd(byId("scroll"));
  if (document.activeElement === document.body) byId("composer-main")?.focus();
}

async function load(channel) {
  try {
    fillChannel(channel, await readChannel(channel));
  } catch {
    toast("The channel could not be read. Reload the page.");
  }
}

function openThread(ts, write = true) {
  store.thread = ts;
  draw();
  remember();
  toEnd(byId("thread-scroll"));
  if (write && !store.frozen) (byId("composer-thread") ?? byId("thread-title")).focus();
}

function closeThread() {
  const from = store.thread;
  store.thread = "";
  draw();
  remember();
  (document.querySelector(`#messages [data-ts="${CSS.escape(from)}"]`) ?? byId("composer-main"))?.focus();
}

function remember() {
  if (store.frozen) return;
  const where = store.thread ? `#${store.channel}/${store.thread}` : `#${store.channel}`;
  history.replaceState(null, "", `/${where}`);
}

// A permalink, the page's own address, or the first channel.
function start() {
  const link = permalink(location);
  const [channel, thread] = location.hash.slice(1).split("/");
  const first = [...store.channels.values()].filter((one) => !one.is_im).sort((one, other) => (one.name < other.name ? -1 : 1))[0];
  const people = [...store.users.values()].filter((user) => !user.is_bot && !user.deleted);
  store.me = store.users.has(sessionGet("me")) ? sessionGet("me") : (people[0]?.id ?? "");
  const known = (id) => store.channels.has(id);
  return { channel: known(link?.channel) ? link.channel : known(channel) ? channel : (first?.id ?? ""), thread: link ? link.thread : (thread ?? ""), ts: link?.ts };
}

const sessionGet = (key) => (store.frozen ? "" : (sessionStorage.getItem(key) ?? ""));

function permalink(address) {
  const found = /^\/archives\/(\w+)\/p(\d{10})(\d{6})$/.exec(address.pathname);
  if (!found || (address.origin !== location.origin && !store.frozen)) return null;
  const ts = `${found[2]}.${found[3]}`;
  return { channel: found[1], ts, thread: new URLSearchParams(address.search).get("thread_ts") ?? "" };
}

async function follow({ channel, ts, thread }) {
  await go(channel);
  if (thread) openThread(thread, false);
  else showAll();
  draw();
  const scope = thread ? "#thread-messages" : "#messages";
  const item = document.querySelector(`${scope} [data-ts="${CSS.escape(ts)}"]`);
  if (!item) return toast("That message is not there.");
  item.closest(".scroll").follows = false;
  item.scrollIntoView({ block: "center" });
  item.classList.add("found");
  setTimeout(() => item.classList.remove("found"), 4000);
  item.tabIndex = 0;
  item.focus({ preventScroll: true });
}

function listen() {
  const stream = new EventSource("/page/api/stream");
  stream.addEventListener("message", async ({ data }) => {
    const event = JSON.parse(data);
    if (event.type === "page_hello") return refresh();
    if (event.type === "page_reload") {
      store.messages.delete(event.channel);
      if (event.channel === store.channel) await load(event.channel);
      return soon();
    }
    if (apply(event)) soon();
    speak(event);
    if (!store.channel && store.channels.size) go(start().channel);
  });
}

// After a lost connection everything is read again: what happened meanwhile was not told.
async function refresh() {
  fill(await readState());
  store.messages.clear();
  if (store.channel) await load(store.channel);
  soon();
}

function speak(event) {
  if (event.type === "page_ephemeral" && event.message.reader === store.me) return announce(spokenMessage(event.message));
  if (event.type !== "message" || event.hidden || event.channel !== store.channel || event.user === store.me) return;
  if (!isReply(event) || event.thread_ts === store.thread) announce(spokenMessage(event));
}

let planned = false;
function soon() {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => {
    planned = false;
    draw();
  });
}

function handlers() {
  byId("thread-close").addEventListener("click", closeThread);
  byId("thread").addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector(":popover-open, dialog[open]")) closeThread();
  });
  byId("me").addEventListener("change", ({ target }) => {
    store.me = target.value;
    sessionStorage.setItem("me", store.me);
    draw();
  });
  document.addEventListener("click", (event) => {
    const anchor = event.target.closest?.("a[href]");
    const link = anchor && permalink(new URL(anchor.href));
    if (!link || !store.channels.has(link.channel)) return;
    event.preventDefault();
    follow(link);
  });
  stick(byId("scroll"));
  stick(byId("thread-scroll"));
  walkable(byId("messages"));
  walkable(byId("thread-messages"));
}

async function boot() {
  const frozen = window.frozenWorkspace;
  store.frozen = Boolean(frozen);
  document.body.classList.toggle("frozen", store.frozen);
  fill(frozen ?? (await readState()));
  handlers();
  if (frozen) return thaw(frozen);
  const { channel, thread, ts } = start();
  listen();
  if (ts) return follow({ channel, ts, thread });
  if (channel) await go(channel);
  else draw();
  if (thread) openThread(thread, false);
}

async function thaw(frozen) {
  store.inline = frozen.inline;
  store.me = frozen.viewer || [...store.users.values()].find((user) => !user.is_bot)?.id || "";
  for (const [id, contents] of Object.entries(frozen.contents)) fillChannel(id, contents);
  await go(frozen.channel);
  if (frozen.thread_ts) openThread(frozen.thread_ts, false);
}

boot();
