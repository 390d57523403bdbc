import { ask, h } from "./dom.js";
import { store } from "./store.js";
import { mrkdwn } from "./mrkdwn.js";

// Interactive elements. `press(actionId, chosen)` sends what was done; in a modal inputs are read when it is submitted.

export const plain = (text) => (text?.type === "mrkdwn" ? mrkdwn(text.text) : [plainWords(text)]);
export const plainWords = (text) => String(text?.text ?? "").replace(/&(?:amp|lt|gt);/g, (found) => ({ "&amp;": "&", "&lt;": "<", "&gt;": ">" })[found]);

export function element(spec, press, options = {}) {
  const make = MAKERS[spec.type];
  if (!make) return h("span", { class: "unknown" }, `[${spec.type}]`);
  return make(spec, press, options);
}

async function sure(confirm) {
  if (!confirm) return true;
  const answer = await ask({
    title: plainWords(confirm.title) || "Are you sure?",
    text: plainWords(confirm.text),
    confirm: plainWords(confirm.confirm) || "Yes",
    deny: plainWords(confirm.deny) || "No",
    danger: confirm.style === "danger",
  });
  return answer !== null;
}

function button(spec, press) {
  const attributes = {
    type: "button",
    class: `button ${spec.style ?? ""}`,
    "data-focus": spec.action_id,
    "data-action": spec.action_id,
    "aria-label": spec.accessibility_label,
  };
  const made = h("button", attributes, plainWords(spec.text));
  made.addEventListener("click", async () => {
    if (!(await sure(spec.confirm))) return;
    made.setAttribute("aria-busy", "true");
    made.disabled = true;
    if (spec.url && /^https?:/.test(spec.url)) window.open(spec.url, "_blank", "noopener");
    await press(spec.action_id);
    made.disabled = store.frozen;
    made.removeAttribute("aria-busy");
  });
  return made;
}

const allOptions = (spec) => spec.options ?? (spec.option_groups ?? []).flatMap((group) => group.options);
const optionNode = (option, chosen) => h("option", { value: option.value, selected: chosen }, plainWords(option.text));

function select(spec, press, { input, label } = {}) {
  const many = spec.type === "multi_static_select";
  const initial = new Set([spec.initial_option, ...(spec.initial_options ?? [])].filter(Boolean).map((option) => option.value));
  const made = h("select", { class: "select", multiple: many, "data-focus": spec.action_id, "data-action": spec.action_id });
  made.setAttribute("aria-label", label ?? (plainWords(spec.placeholder) || "Choose"));
  if (!many) made.append(h("option", { value: "", disabled: !input, selected: !initial.size }, plainWords(spec.placeholder) || "Choose an option"));
  if (spec.option_groups) {
    for (const group of spec.option_groups)
      made.append(h("optgroup", { label: plainWords(group.label) }, ...group.options.map((option) => optionNode(option, initial.has(option.value)))));
  } else made.append(...allOptions(spec).map((option) => optionNode(option, initial.has(option.value))));
  made.valueOf_ = () => {
    const chosen = [...made.selectedOptions].map((option) => allOptions(spec).find((one) => one.value === option.value)).filter(Boolean);
    return many ? { type: spec.type, selected_options: chosen } : { type: spec.type, selected_option: chosen[0] ?? null };
  };
  if (!input)
    made.addEventListener("change", async () => {
      const chosen = many ? [...made.selectedOptions].map((option) => option.value) : made.value;
      if (await sure(spec.confirm)) press(spec.action_id, chosen);
    });
  return made;
}

function pick(kind, entries, key) {
  return (spec, press, { input, label } = {}) => {
    const made = h("select", { class: "select", "data-focus": spec.action_id, "data-action": spec.action_id, "aria-label": label ?? (plainWords(spec.placeholder) || kind) });
    made.append(h("option", { value: "" }, plainWords(spec.placeholder) || kind));
    const initial = spec[`initial_${key.replace("selected_", "")}`];
    made.append(...entries().map(([id, name]) => h("option", { value: id, selected: id === initial }, name)));
    made.valueOf_ = () => ({ type: spec.type, [key]: made.value || null });
    if (!input) made.addEventListener("change", () => press(spec.action_id, made.value));
    return made;
  };
}

function overflow(spec, press) {
  const entries = spec.options.map((option) =>
    h("button", { type: "button", role: "menuitem", class: "menu-item", onclick: async () => {
      menu.hidePopover();
      if (await sure(spec.confirm)) press(spec.action_id, option.value);
    } }, plainWords(option.text)),
  );
  const menu = h("div", { class: "menu", role: "menu", popover: "auto" }, ...entries);
  const opener = h("button", { type: "button", class: "button overflow", "aria-label": "More", "aria-haspopup": "menu", "data-focus": spec.action_id, "data-action": spec.action_id }, "⋯");
  opener.addEventListener("click", () => showMenu(menu, opener));
  return h("span", { class: "overflow-place" }, opener, menu);
}

export function showMenu(menu, opener) {
  menu.showPopover();
  const at = opener.getBoundingClientRect();
  const box = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - box.width - 8))}px`;
  menu.style.top = `${at.bottom + box.height + 8 > innerHeight ? Math.max(8, at.top - box.height - 4) : at.bottom + 4}px`;
  const items = [...menu.querySelectorAll("[role=menuitem]")];
  items[0]?.focus();
  menu.onkeydown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
  };
}

function choices(kind) {
  return (spec, press, { input } = {}) => {
    const initial = new Set([spec.initial_option, ...(spec.initial_options ?? [])].filter(Boolean).map((option) => option.value));
    const group = h("div", { class: "choices", role: kind === "radio" ? "radiogroup" : "group", "data-action": spec.action_id });
    for (const option of spec.options)
      group.append(h("label", {}, h("input", { type: kind, name: spec.action_id, value: option.value, checked: initial.has(option.value) }), " ", ...plain(option.text)));
    const chosen = () => [...group.querySelectorAll("input:checked")].map((one) => spec.options.find((option) => option.value === one.value));
    group.valueOf_ = () => (kind === "radio" ? { type: spec.type, selected_option: chosen()[0] ?? null } : { type: spec.type, selected_options: chosen() });
    if (!input)
      group.addEventListener("change", () => press(spec.action_id, kind === "radio" ? chosen()[0].value : chosen().map((option) => option.value)));
    return group;
  };
}

function typed(kind, key = "value") {
  return (spec, press, { input, label } = {}) => {
    const tag = spec.multiline ? "textarea" : "input";
    const initial = spec.initial_value ?? spec.initial_date ?? spec.initial_time ?? "";
    const made = h(tag, {
      class: "text-input",
      type: tag === "input" ? kind : null,
      placeholder: plainWords(spec.placeholder) || null,
      minlength: spec.min_length,
      maxlength: spec.max_length,
      min: spec.min_value,
      max: spec.max_value,
      step: spec.is_decimal_allowed ? "any" : null,
      rows: spec.multiline ? 4 : null,
      "aria-label": label,
      "data-focus": spec.action_id,
      "data-action": spec.action_id,
    });
    made.value = initial;
    made.valueOf_ = () => ({ type: spec.type, [key]: made.value || null });
    if (!input) made.addEventListener("change", () => press(spec.action_id, made.value));
    return made;
  };
}

const people = () => [...store.users.values()].filter((user) => !user.deleted).map((user) => [user.id, user.real_name]);
const places = () => [...store.channels.values()].filter((channel) => !channel.is_im).map((channel) => [channel.id, `#${channel.name}`]);

export function picture(spec) {
  const own = store.inline?.[spec.slack_file?.id] ?? (spec.image_url?.startsWith("data:image/") ? spec.image_url : null);
  if (own) return h("img", { src: own, alt: spec.alt_text ?? "" });
  // The page loads nothing from outside: an image's words stand for it.
  return h("span", { class: "picture", title: spec.alt_text }, "▧ ", spec.alt_text ?? "image");
}

const MAKERS = {
  button,
  static_select: select,
  multi_static_select: select,
  external_select: select,
  users_select: pick("Choose a person", people, "selected_user"),
  conversations_select: pick("Choose a channel", places, "selected_conversation"),
  channels_select: pick("Choose a channel", places, "selected_channel"),
  overflow,
  radio_buttons: choices("radio"),
  checkboxes: choices("checkbox"),
  plain_text_input: typed("text"),
  email_text_input: typed("email"),
  url_text_input: typed("url"),
  number_input: typed("number"),
  datepicker: typed("date", "selected_date"),
  timepicker: typed("time", "selected_time"),
  image: picture,
};
