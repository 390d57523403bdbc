import { act } from "./api.js";
import { blocks } from "./blocks.js";
import { byId, h } from "./dom.js";
import { plainWords } from "./elements.js";
import { store } from "./store.js";

// Modals as dialogs, the topmost of each stack in front; and the App Home.

let shown = { id: "", sign: "" };

export function drawModals() {
  const mine = [...store.views.values()].filter((view) => view.type === "modal" && view.user === store.me);
  const top = mine.find((view) => !mine.some((other) => other.previous_view_id === view.id));
  const sign = top ? `${store.me} ${top.id} ${top.hash}` : "";
  if (sign === shown.sign) return;
  byId("modal")?.remove();
  shown = { id: top?.id ?? "", sign };
  if (!top) return;
  const dialog = modal(top);
  document.body.append(dialog);
  dialog.showModal();
}

function modal(view) {
  const press = (action_id, chosen) => act("press", { view_id: view.id, action_id, chosen });
  const body = blocks(view.blocks, press);
  const close = () => act("close_view", { view_id: view.id });
  const submit = view.submit ? h("button", { type: "submit", class: "button primary" }, plainWords(view.submit)) : null;
  const form = h(
    "form",
    { novalidate: true },
    h("header", { class: "modal-header" }, h("h2", {}, plainWords(view.title)), h("button", { type: "button", class: "icon", "aria-label": "Close", onclick: close }, "✕")),
    body,
    h("div", { class: "dialog-buttons" }, h("button", { type: "button", class: "button", onclick: close }, plainWords(view.close) || "Cancel"), submit),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (missing(view, form)) return;
    submit.disabled = true;
    const answer = await act("submit", { view_id: view.id, values: values(view, form) });
    submit.disabled = false;
    for (const [block, words] of Object.entries(answer?.errors ?? {})) complain(form, block, words);
  });
  const dialog = h("dialog", { id: "modal", class: "dialog modal", "aria-label": plainWords(view.title) }, form);
  dialog.addEventListener("cancel", (event) => (event.preventDefault(), close()));
  return dialog;
}

const inputOf = (form, block) => form.querySelector(`[data-block="${CSS.escape(block.block_id)}"] [data-action="${CSS.escape((block.element ?? block.accessory ?? {}).action_id ?? "")}"]`);

function complain(form, blockId, words) {
  const place = form.querySelector(`[data-block="${CSS.escape(blockId)}"]`);
  if (!place) return;
  place.querySelector(".input-error").textContent = words;
  place.querySelector("input, select, textarea")?.focus();
}

function missing(view, form) {
  for (const error of form.querySelectorAll(".input-error")) error.textContent = "";
  let found = false;
  for (const block of view.blocks.filter((one) => one.type === "input" && !one.optional)) {
    const value = inputOf(form, block)?.valueOf_?.() ?? {};
    const given = Object.entries(value).some(([key, part]) => key !== "type" && part !== null && part !== "" && !(Array.isArray(part) && !part.length));
    if (!given) complain(form, block.block_id, "Please complete this required field.");
    found ||= !given;
  }
  return found;
}

function values(view, form) {
  const all = {};
  for (const block of view.blocks) {
    const spec = block.element ?? block.accessory;
    const value = spec?.action_id ? inputOf(form, block)?.valueOf_?.() : null;
    if (value) all[block.block_id] = { [spec.action_id]: value };
  }
  return all;
}

export function homeTab() {
  const view = store.homes[store.me];
  if (!view) return h("p", { class: "empty" }, `${store.app.name} has published nothing here yet.`);
  return blocks(view.blocks, (action_id, chosen) => act("press", { view_id: view.id, action_id, chosen }));
}
