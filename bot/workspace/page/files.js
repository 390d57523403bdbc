import { h } from "./dom.js";
import { store } from "./store.js";

const PREVIEW_BYTES = 6000;

const address = (file) => (store.frozen ? (store.inline?.[file.id] ?? "") : `/page/files/${encodeURIComponent(file.id)}/${encodeURIComponent(file.name)}`);

export function size(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  const [number, unit] = bytes < 1e6 ? [bytes / 1e3, "kB"] : [bytes / 1e6, "MB"];
  return `${number < 10 ? number.toFixed(1) : Math.round(number)} ${unit}`;
}

export function fileCard(file) {
  if (file.mode === "tombstone" || !file.name) return h("div", { class: "file gone" }, "This file was deleted.");
  const where = address(file);
  const title = file.title || file.name;
  const words = h("div", { class: "file-words" }, h("span", { class: "file-name" }, title), h("span", { class: "file-kind" }, `${file.pretty_type ?? file.mimetype ?? "File"} · ${size(file.size ?? 0)}`));
  const download = where ? h("a", { class: "button small", href: where, download: file.name, "aria-label": `Download ${file.name}` }, "Download") : null;
  const card = h("div", { class: "file" }, h("div", { class: "file-row" }, h("span", { class: "file-icon", "aria-hidden": "true" }, icon(file)), words, download));
  if (file.mimetype?.startsWith("audio/") && where) card.append(h("audio", { controls: true, preload: "metadata", src: where, "aria-label": title }));
  if (file.mimetype?.startsWith("image/") && where) card.append(h("img", { src: where, alt: file.alt_txt || title, loading: "lazy" }));
  if (file.mimetype?.startsWith("text/") && where) card.append(preview(where));
  return card;
}

function icon(file) {
  if (file.mimetype?.startsWith("audio/")) return "♪";
  if (file.mimetype?.startsWith("image/")) return "▧";
  if (/zip/.test(file.mimetype ?? "")) return "⇩";
  return "≡";
}

function preview(where) {
  const text = h("pre", { class: "preview", tabindex: "0" }, "Loading");
  const details = h("details", {}, h("summary", {}, "Preview"), text);
  details.addEventListener(
    "toggle",
    async () => {
      try {
        text.textContent = store.frozen ? fromData(where) : await beginning(where);
      } catch {
        text.textContent = "The content of this file is not here.";
      }
    },
    { once: true },
  );
  return details;
}

async function beginning(where) {
  const answer = await fetch(where, { headers: { Range: `bytes=0-${PREVIEW_BYTES - 1}` } });
  if (!answer.ok) throw new Error(String(answer.status));
  const whole = Number(answer.headers.get("content-range")?.split("/")[1] ?? 0);
  const text = await answer.text();
  return whole > PREVIEW_BYTES ? `${text.slice(0, text.lastIndexOf("\n"))}\n… (${size(whole)} in all)` : text;
}

function fromData(where) {
  const bytes = Uint8Array.from(atob(where.split(",")[1]), (character) => character.charCodeAt(0));
  return new TextDecoder().decode(bytes.subarray(0, PREVIEW_BYTES));
}
