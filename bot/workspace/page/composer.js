import { act, upload } from "./api.js";
import { h } from "./dom.js";
import { channelName, store } from "./store.js";

// The box to write in. Enter sends, Shift+Enter breaks the line; @ and / offer what there is.

export function composer(id, thread) {
  const box = h("textarea", { id, rows: 1, role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${id}-offers`, autocomplete: "off", spellcheck: "true" });
  const offers = h("ul", { id: `${id}-offers`, class: "offers", role: "listbox", "aria-label": "Suggestions", hidden: true });
  const send = h("button", { type: "submit", class: "button primary small send" }, "Send");
  const picker = h("input", { type: "file", class: "unseen", tabindex: "-1", multiple: true, "aria-hidden": "true" });
  const attach = h("button", { type: "button", class: "icon", "aria-label": "Attach a file", title: "Attach a file", onclick: () => picker.click() }, "📎");
  const hint = h("span", { class: "composer-hint" }, "Enter sends, Shift+Enter breaks the line");
  const form = h("form", { class: "composer" }, offers, box, h("div", { class: "composer-row" }, attach, picker, hint, send));
  const suggest = suggestions(box, offers);
  const put = async () => {
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    grow(box);
    suggest.close();
    if (!(await say(text, thread())) && !box.value) box.value = text;
  };
  form.addEventListener("submit", (event) => (event.preventDefault(), put()));
  box.addEventListener("input", () => (grow(box), suggest.look()));
  box.addEventListener("blur", () => setTimeout(() => document.activeElement === box || suggest.close(), 150));
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || suggest.key(event)) return;
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    put();
  });
  picker.addEventListener("change", async () => {
    if (picker.files.length) await upload([...picker.files], { channel: store.channel, thread_ts: thread(), text: "" });
    picker.value = "";
  });
  form.name_ = () => {
    const words = thread() ? "Reply in thread" : `Message ${store.channels.get(store.channel)?.is_im ? "" : "#"}${channelName(store.channel)}`;
    box.placeholder = words;
    box.setAttribute("aria-label", words);
  };
  return form;
}

function grow(box) {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, 220)}px`;
}

function say(text, thread) {
  const command = store.app.commands.find((name) => text === name || text.startsWith(`${name} `));
  // As in Slack, a command cannot be run inside a thread; there the line is an ordinary message.
  if (!thread && (command || /^\/[a-z][\w-]*(\s|$)/.test(text))) return act("command", { channel: store.channel, text });
  return act("post", { channel: store.channel, text, thread_ts: thread || null });
}

function suggestions(box, offers) {
  let found = [];
  let at = 0;
  const close = () => {
    found = [];
    offers.hidden = true;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const draw = () => {
    offers.replaceChildren(
      ...found.map((one, index) =>
        h("li", { id: `${offers.id}-${index}`, role: "option", "aria-selected": String(index === at), onmousedown: (event) => (event.preventDefault(), take(index)) }, h("strong", {}, one.insert), " ", one.words),
      ),
    );
    offers.hidden = !found.length;
    box.setAttribute("aria-expanded", String(found.length > 0));
    if (found.length) box.setAttribute("aria-activedescendant", `${offers.id}-${at}`);
  };
  const take = (index) => {
    const { from, insert } = found[index];
    const after = box.value.slice(box.selectionStart);
    box.value = `${box.value.slice(0, from)}${insert} ${after}`;
    box.selectionStart = box.selectionEnd = from + insert.length + 1;
    close();
    box.focus();
  };
  const look = () => {
    found = offered(box.value.slice(0, box.selectionStart));
    at = 0;
    found.length ? draw() : close();
  };
  const key = (event) => {
    if (!found.length) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) at = (at + step + found.length) % found.length;
    else if (event.key === "Escape") close();
    else if (event.key === "Tab" || (event.key === "Enter" && !found[at].whole)) take(at);
    else return false;
    event.preventDefault();
    if (step) draw();
    return true;
  };
  return { look, key, close };
}

function offered(before) {
  const at = /(?:^|\s)@([\w.-]*)$/.exec(before);
  if (at) {
    const wanted = at[1].toLowerCase();
    const from = before.length - at[1].length - 1;
    const fits = (user) => !user.deleted && (user.name.toLowerCase().startsWith(wanted) || user.real_name.toLowerCase().startsWith(wanted));
    const bot = (user) => (user.id === store.app.user_id ? 0 : 1);
    return [...store.users.values()].filter(fits).sort((one, other) => bot(one) - bot(other)).slice(0, 7).map((user) => ({ from, insert: `@${user.name}`, words: user.real_name }));
  }
  if (/^\/[\w-]*$/.test(before))
    return store.app.commands.filter((name) => name.startsWith(before)).map((name) => ({ from: 0, insert: name, words: store.app.name, whole: name === before }));
  return [];
}
