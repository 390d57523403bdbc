import { h } from "./dom.js";
import { element, picture, plain, plainWords } from "./elements.js";
import { fileCard } from "./files.js";
import { markdown } from "./markdown.js";
import { mrkdwn } from "./mrkdwn.js";
import { richText } from "./rich_text.js";

export const blocks = (list, press) => h("div", { class: "blocks" }, ...(list ?? []).map((block) => drawBlock(block, press)));

function drawBlock(block, press) {
  const draw = DRAW[block.type];
  const made = draw ? draw(block, press) : h("p", { class: "unknown" }, `[${block.type} block]`);
  made.dataset.block = block.block_id ?? "";
  return made;
}

const DRAW = {
  header: (block) => h("p", { class: "block-header", role: "heading", "aria-level": 3 }, plainWords(block.text)),
  divider: () => h("hr"),
  markdown: (block) => h("div", { class: "markdown" }, ...markdown(block.text)),
  rich_text: richText,
  section(block, press) {
    const words = h("div", { class: "section-words" });
    if (block.text) words.append(h("div", { class: "section-text" }, ...plain(block.text)));
    if (block.fields) words.append(h("div", { class: "fields" }, ...block.fields.map((field) => h("div", {}, ...plain(field)))));
    const accessory = block.accessory ? h("div", { class: "accessory" }, element(block.accessory, press)) : null;
    return h("div", { class: "section" }, words, accessory);
  },
  context: (block) =>
    h("div", { class: "context" }, ...block.elements.map((one) => (one.type === "image" ? picture(one) : h("span", {}, ...plain(one))))),
  actions: (block, press) => h("div", { class: "actions" }, ...block.elements.map((one) => element(one, press))),
  image: (block) => h("figure", {}, block.title ? h("figcaption", {}, plainWords(block.title)) : null, picture(block)),
  input(block, press) {
    const label = plainWords(block.label);
    const hint = block.hint ? h("p", { class: "hint" }, plainWords(block.hint)) : null;
    const words = block.optional ? `${label} (optional)` : label;
    const inner = element(block.element, press, { input: !block.dispatch_action, label });
    return h("div", { class: "input-block" }, h("p", { class: "input-label", "aria-hidden": "true" }, words), inner, hint, h("p", { class: "input-error", role: "alert" }));
  },
  table(block) {
    const cell = (one) => (one.type === "rich_text" ? richText(one) : one.text ?? "");
    const [head, ...rows] = block.rows;
    const settings = block.column_settings ?? [];
    const line = (row, tag) => h("tr", {}, ...row.map((one, at) => h(tag, { class: `align-${settings[at]?.align ?? "left"}`, scope: tag === "th" ? "col" : null }, cell(one))));
    const table = h("table", {}, h("thead", {}, line(head, "th")), h("tbody", {}, ...rows.map((row) => line(row, "td"))));
    return h("div", { class: "table-scroll" }, table);
  },
  file: (block) => fileCard(block.file ?? { name: block.external_id }),
  video: (block) => h("p", {}, plainWords(block.title)),
};

const COLOURS = { good: "#2eb67d", warning: "#ecb22e", danger: "#e01e5a" };

export function attachment(one, press) {
  const bar = h("div", { class: "attachment" });
  const colour = COLOURS[one.color] ?? (/^#?[0-9a-f]{6}$/i.test(one.color ?? "") ? `#${one.color.replace("#", "")}` : "");
  if (colour) bar.style.borderLeftColor = colour;
  if (one.blocks) return bar.append(blocks(one.blocks, press)), bar;
  const title = one.title_link ? mrkdwn(`<${one.title_link}|${one.title}>`) : mrkdwn(one.title);
  bar.append(
    ...(one.pretext ? [h("div", {}, ...mrkdwn(one.pretext))] : []),
    ...(one.author_name ? [h("div", { class: "attachment-author" }, one.author_name)] : []),
    ...(one.title ? [h("div", { class: "attachment-title" }, ...title)] : []),
    ...(one.text ? [h("div", {}, ...mrkdwn(one.text))] : []),
  );
  if (one.fields?.length)
    bar.append(h("dl", { class: "attachment-fields" }, ...one.fields.map((field) => h("div", { class: field.short ? "short" : "long" }, h("dt", {}, field.title ?? ""), h("dd", {}, ...mrkdwn(field.value))))));
  if (one.footer) bar.append(h("div", { class: "attachment-footer" }, one.footer));
  if (!bar.childNodes.length) bar.append(one.fallback ?? "");
  return bar;
}
