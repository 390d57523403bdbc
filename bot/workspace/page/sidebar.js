import { act } from "./api.js";
import { ask, byId, h, reconcile } from "./dom.js";
import { channelName, store } from "./store.js";

export function drawSidebar(go) {
  byId("team-name").textContent = store.team.name;
  drawPeople();
  const places = [...store.channels.values()].filter((channel) => !channel.is_im).sort((one, other) => (one.name < other.name ? -1 : 1));
  reconcile(byId("channels"), places.map((channel) => entry(channel.id, `${channel.is_private ? "🔒" : "#"} ${channel.name}`, channel.is_archived, () => go(channel.id))));
  const direct = [...store.channels.values()].find((channel) => channel.is_im && channel.members.includes(store.me));
  const home = async () => {
    const answer = store.frozen ? null : await act("home", { tab: "home" });
    if (answer) go(answer.channel, "home");
  };
  reconcile(byId("apps"), [entry(direct?.id ?? "app", store.app.name, false, home)]);
  const isNew = byId("new-channel");
  isNew.hidden = store.frozen;
  isNew.onclick = () => newChannel(go);
}

function entry(id, words, archived, open) {
  const current = id === store.channel;
  const unread = store.unread.has(id);
  const label = `${words}${archived ? " (archived)" : ""}`;
  const make = () =>
    h("li", {}, h("button", { type: "button", class: `place${unread ? " unread" : ""}${archived ? " archived" : ""}`, "aria-current": current ? "page" : null, title: label, "data-focus": id, onclick: open }, label, unread ? h("span", { class: "unseen" }, " (new messages)") : null));
  return { key: id, sign: `${label} ${current} ${unread} ${store.me}`, make };
}

function drawPeople() {
  const select = byId("me");
  const people = [...store.users.values()].filter((user) => !user.is_bot && !user.deleted);
  const sign = people.map((user) => user.id).join();
  if (select.dataset.sign !== sign) {
    select.dataset.sign = sign;
    select.replaceChildren(...people.map((user) => h("option", { value: user.id }, user.real_name)));
  }
  select.value = store.me;
  select.disabled = store.frozen;
}

async function newChannel(go) {
  const answer = await ask({ title: "Add a channel", fields: [{ name: "name", label: "Name (lower case, such as inc-checkout)", most: 80 }], confirm: "Add" });
  const made = answer?.name ? await act("create", { name: answer.name }) : null;
  if (made) go(made.channel);
}

export function drawHeader(redraw) {
  const channel = store.channels.get(store.channel);
  if (!channel) return;
  byId("channel-title").textContent = channel.is_im ? store.app.name : `${channel.is_private ? "🔒" : "#"} ${channelName(channel.id)}`;
  byId("channel-topic").textContent = channel.is_im ? "" : (channel.topic?.value ?? "").replace(/&(?:amp|lt|gt);/g, (found) => ({ "&amp;": "&", "&lt;": "<", "&gt;": ">" })[found]);
  const actions = byId("channel-actions");
  if (channel.is_im) actions.replaceChildren(tab("home", "Home", redraw), tab("messages", "Messages", redraw));
  else if (store.frozen) actions.replaceChildren();
  else if (channel.is_archived) actions.replaceChildren(h("button", { type: "button", class: "button small", onclick: () => act("unarchive", { channel: channel.id }) }, "Unarchive"));
  else
    actions.replaceChildren(
      h("button", { type: "button", class: "button small", onclick: () => setTopic(channel) }, "Set topic"),
      h("button", { type: "button", class: "button small", onclick: () => archive(channel) }, "Archive"),
    );
}

function tab(name, words, redraw) {
  const choose = () => {
    store.tab = name;
    redraw();
    byId("channel-actions").querySelector("[aria-pressed=true]")?.focus();
  };
  return h("button", { type: "button", class: "tab", "aria-pressed": String(store.tab === name), onclick: choose }, words);
}

async function setTopic(channel) {
  const answer = await ask({ title: "Set topic", fields: [{ name: "topic", label: "Topic", value: channel.topic?.value ?? "", most: 250 }], confirm: "Save" });
  if (answer) act("topic", { channel: channel.id, topic: answer.topic });
}

async function archive(channel) {
  const answer = await ask({ title: `Archive #${channel.name}?`, text: "Nobody can write in it then. Its history stays readable.", confirm: "Archive", danger: true });
  if (answer) act("archive", { channel: channel.id });
}
