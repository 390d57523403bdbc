// Elements are built here and nowhere by markup in strings: data can never become HTML.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const byId = (id) => document.getElementById(id);

// A link that can only lead to the web or to mail; anything else stays text.
export function link(address, label) {
  let parsed;
  try {
    parsed = new URL(address, location.href);
  } catch {
    return document.createTextNode(label);
  }
  if (!["http:", "https:", "mailto:"].includes(parsed.protocol)) return document.createTextNode(label);
  return h("a", { href: parsed.href, target: "_blank", rel: "noopener noreferrer" }, label);
}

// Bring `list` to `items` ({key, sign, make}) and touch only what changed, so that audio plays on and focus stays.
export function reconcile(list, items) {
  const old = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let place = list.firstElementChild;
  for (const item of items) {
    let element = old.get(item.key);
    old.delete(item.key);
    if (!element || element.sign !== item.sign) {
      const fresh = item.make();
      fresh.dataset.key = item.key;
      fresh.sign = item.sign;
      if (element) {
        const focused = element.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
        const wasItem = document.activeElement === element;
        if (place === element) place = fresh;
        element.replaceWith(fresh);
        if (wasItem) fresh.focus({ preventScroll: true });
        else if (focused) fresh.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
      }
      element = fresh;
    }
    if (place === element) place = element.nextElementSibling;
    else list.insertBefore(element, place);
  }
  for (const gone of old.values()) gone.remove();
}

export function announce(text) {
  const place = byId("announcer");
  place.append(h("p", {}, text));
  while (place.childElementCount > 5) place.firstElementChild.remove();
}

export function toast(text) {
  const note = h("p", { class: "toast" }, text);
  byId("toasts").append(note);
  setTimeout(() => note.remove(), 8000);
}

// One dialog for a question; resolves to the form's values, or to null when it was left.
export function ask({ title, text, fields = [], confirm = "OK", deny = "Cancel", danger = false }) {
  return new Promise((resolve) => {
    const inputs = fields.map((field) =>
      h("label", { class: "field" }, field.label, h("input", { name: field.name, value: field.value ?? "", maxlength: field.most })),
    );
    const form = h(
      "form",
      { method: "dialog" },
      h("h2", {}, title),
      text ? h("p", {}, text) : null,
      ...inputs,
      h(
        "div",
        { class: "dialog-buttons" },
        h("button", { type: "button", class: "button", onclick: () => dialog.close() }, deny),
        h("button", { class: `button ${danger ? "danger" : "primary"}`, value: "yes" }, confirm),
      ),
    );
    const dialog = h("dialog", { class: "dialog", "aria-label": title }, form);
    dialog.addEventListener("close", () => {
      const values = Object.fromEntries(new FormData(form));
      dialog.remove();
      resolve(dialog.returnValue === "yes" ? values : null);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
