import { h, link } from "./dom.js";
import { dateNode, emojiNode, mention, special } from "./mrkdwn.js";
import { channelName } from "./store.js";

export const richText = (block) => h("div", { class: "rich-text" }, ...(block.elements ?? []).map(richPart));

function richPart(part) {
  switch (part.type) {
    case "rich_text_list": {
      const list = h(part.style === "ordered" ? "ol" : "ul", { class: `indent-${Math.min(part.indent ?? 0, 4)}`, start: part.offset ? part.offset + 1 : null });
      list.append(...part.elements.map((item) => h("li", {}, ...richRun(item.elements))));
      return list;
    }
    case "rich_text_quote":
      return h("blockquote", {}, ...richRun(part.elements));
    case "rich_text_preformatted":
      return h("pre", {}, ...richRun(part.elements));
    default:
      return h("p", {}, ...richRun(part.elements));
  }
}

const richRun = (elements) => (elements ?? []).map(richLeaf);

function richLeaf(leaf) {
  switch (leaf.type) {
    case "text":
      return styled(leaf.text ?? "", leaf.style);
    case "link":
      return styled(link(leaf.url, leaf.text || leaf.url), leaf.style);
    case "emoji":
      return emojiNode(leaf.name);
    case "user":
      return mention(leaf.user_id);
    case "channel":
      return h("span", { class: "mention" }, `#${channelName(leaf.channel_id)}`);
    case "broadcast":
      return special(leaf.range);
    case "usergroup":
      return h("span", { class: "mention" }, `@${leaf.usergroup_id}`);
    case "date":
      return dateNode(leaf.timestamp, leaf.format ?? "{date} {time}", leaf.fallback);
    default:
      return leaf.text ?? "";
  }
}

function styled(content, style = {}) {
  let node = content;
  if (style.code) node = h("code", {}, node);
  if (style.bold) node = h("strong", {}, node);
  if (style.italic) node = h("em", {}, node);
  if (style.strike) node = h("s", {}, node);
  return node;
}
