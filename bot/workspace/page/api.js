import { toast } from "./dom.js";
import { store } from "./store.js";

const WORDS = {
  is_archived: "The channel is archived.",
  already_archived: "The channel is archived already.",
  name_taken: "A channel of that name exists.",
  invalid_name_specials: "Channel names have lower-case letters, digits, - and _ only.",
  unknown_command: "No app has that command.",
  dispatch_failed: "The app is not connected, so it did not get this.",
  operation_timeout: "The app did not answer within three seconds.",
};

async function read(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

export const readState = () => read("/page/api/state");
export const readChannel = (id) => read(`/page/api/messages?channel=${encodeURIComponent(id)}`);

async function send(path, options) {
  if (store.frozen) return null;
  try {
    const answer = await fetch(path, { method: "POST", ...options });
    const body = await answer.json();
    if (body.ok) return body;
    toast(WORDS[body.error] ?? `That was refused: ${body.error}`);
  } catch {
    toast("The workspace does not answer. Is it still running?");
  }
  return null;
}

// Returns the answer, or null after telling the person why not.
export function act(action, body = {}) {
  const json = JSON.stringify({ user: store.me, ...body });
  return send(`/page/api/act/${action}`, { headers: { "Content-Type": "application/json" }, body: json });
}

export function upload(files, fields) {
  const form = new FormData();
  for (const [key, value] of Object.entries({ user: store.me, ...fields })) form.append(key, value ?? "");
  for (const file of files) form.append("file", file);
  return send("/page/api/upload", { body: form });
}
