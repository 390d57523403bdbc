// What the page knows. The server's stream keeps it up to date; drawing reads it.

export const store = {
  team: {},
  app: {},
  users: new Map(),
  bots: new Map(),
  channels: new Map(),
  messages: new Map(),
  ephemeral: new Map(),
  views: new Map(),
  homes: {},
  unread: new Set(),
  inline: null,
  frozen: false,
  me: "",
  channel: "",
  tab: "messages",
  thread: "",
};

export function fill(snapshot) {
  store.team = snapshot.team;
  store.app = snapshot.app;
  store.users = new Map(snapshot.users.map((user) => [user.id, user]));
  store.bots = new Map(snapshot.bots.map((bot) => [bot.id, bot]));
  store.channels = new Map(snapshot.channels.map((channel) => [channel.id, channel]));
  store.views = new Map(snapshot.views.map((view) => [view.id, view]));
  store.homes = snapshot.homes;
}

export function fillChannel(id, { messages, ephemeral }) {
  store.messages.set(id, new Map(messages.map((message) => [message.ts, message])));
  for (const [ts, message] of store.ephemeral) if (message.channel === id) store.ephemeral.delete(ts);
  for (const message of ephemeral) store.ephemeral.set(message.ts, message);
}

export const isReply = (message) => message.thread_ts && message.thread_ts !== message.ts;
const byTime = (one, other) => (one.ts < other.ts ? -1 : 1);

const whispered = (belongs) =>
  [...store.ephemeral.values()].filter(
    (message) => message.channel === store.channel && message.reader === store.me && belongs(message),
  );

export function channelMessages() {
  const all = [...(store.messages.get(store.channel)?.values() ?? [])];
  const shown = all.filter((message) => !isReply(message) || message.subtype === "thread_broadcast");
  return [...shown, ...whispered((message) => !isReply(message))].sort(byTime);
}

export function threadMessages(ts) {
  const all = [...(store.messages.get(store.channel)?.values() ?? [])];
  const shown = all.filter((message) => message.ts === ts || message.thread_ts === ts);
  return [...shown, ...whispered((message) => message.thread_ts === ts)].sort(byTime);
}

export function summaries() {
  const found = new Map();
  for (const message of store.messages.get(store.channel)?.values() ?? []) {
    if (!isReply(message)) continue;
    const summary = found.get(message.thread_ts) ?? { count: 0, users: new Set(), last: "" };
    summary.count += 1;
    summary.users.add(message.user ?? message.bot_id);
    if (message.ts > summary.last) summary.last = message.ts;
    found.set(message.thread_ts, summary);
  }
  return found;
}

export function author(message) {
  const user = store.users.get(message.user);
  const bot = store.bots.get(message.bot_id);
  const name = message.username ?? (message.bot_id ? (message.bot_profile?.name ?? bot?.name) : null);
  return {
    id: message.user ?? message.bot_id ?? "",
    name: name ?? user?.real_name ?? (message.user === "USLACKBOT" ? "Slackbot" : (message.user ?? "Unknown")),
    isBot: Boolean(message.bot_id) || Boolean(user?.is_bot),
  };
}

export const personName = (id) => store.users.get(id)?.profile?.display_name || store.users.get(id)?.name || id;

export function channelName(id) {
  const channel = store.channels.get(id);
  if (!channel) return id;
  return channel.is_im ? store.app.name : channel.name;
}

// One event of the stream, Slack's own or the page's. Returns what has to be drawn anew.
export function apply(event) {
  if (event.page_channel) store.channels.set(event.page_channel.id, event.page_channel);
  const messages = store.messages.get(event.channel ?? event.item?.channel);
  switch (event.type) {
    case "message":
      return applyMessage(event, messages);
    case "reaction_added":
    case "reaction_removed":
      applyReaction(event, messages?.get(event.item.ts));
      return "messages";
    case "page_ephemeral":
      store.ephemeral.set(event.message.ts, event.message);
      return "messages";
    case "page_ephemeral_gone":
      store.ephemeral.delete(event.ts);
      return "messages";
    case "page_user":
      store.users.set(event.user.id, event.user);
      return "all";
    case "page_view":
      store.views.set(event.view.id, event.view);
      if (event.view.type === "home") store.homes[event.view.user] = event.view;
      return "views";
    case "page_views_closed":
      for (const id of event.ids) store.views.delete(id);
      return "views";
    default:
      return event.page_channel ? "all" : "";
  }
}

function applyMessage(event, messages) {
  if (!messages) {
    store.unread.add(event.channel);
    return "sidebar";
  }
  if (event.subtype === "message_deleted") messages.delete(event.deleted_ts);
  else if (event.subtype === "message_changed") messages.set(event.message.ts, event.message);
  else messages.set(event.ts, event.subtype === "file_share" ? { ...event, subtype: undefined } : event);
  if (event.channel === store.channel) return "messages";
  if (!event.hidden) store.unread.add(event.channel);
  return "sidebar";
}

function applyReaction(event, message) {
  if (!message) return;
  const reactions = (message.reactions ?? []).map((reaction) => ({ ...reaction, users: [...reaction.users] }));
  let found = reactions.find((reaction) => reaction.name === event.reaction);
  if (!found) reactions.push((found = { name: event.reaction, users: [] }));
  found.users = found.users.filter((user) => user !== event.user);
  if (event.type === "reaction_added") found.users.push(event.user);
  found.count = found.users.length;
  message.reactions = reactions.filter((reaction) => reaction.count);
}
