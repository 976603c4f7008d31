// The composer: text with real mentions. Its value is HTML as Campfire's own editor posts it.

const MENTION_TYPE = "application/vnd.campfire.mention";
const editor = document.getElementById("editor");
const picker = document.getElementById("picker");
const people = JSON.parse(document.getElementById("mentionable").textContent);
const longestFirst = [...people].sort((a, b) => b.name.length - a.name.length);
let offered = [];
let selected = 0;

if (editor.contentEditable !== "plaintext-only") editor.contentEditable = "true"; // older browsers

export function value() {
  convertTyped({ whole: true });
  const html = [...editor.childNodes].map(toHtml).join("").replace(/(<br>|\s)+$/, "");
  return html.trim() ? `<div>${html.trim()}</div>` : "";
}

export function clear() {
  editor.replaceChildren();
  close();
}

export function isPicking() {
  return !picker.hidden;
}

function toHtml(node) {
  if (node.nodeType === Node.TEXT_NODE) return escape(node.data).replaceAll("\n", "<br>");
  if (node.dataset?.userId) return mentionHtml(people.find((p) => String(p.id) === node.dataset.userId));
  if (node.nodeName === "BR") return "<br>";
  const inner = [...node.childNodes].map(toHtml).join("");
  return node.nodeName === "DIV" ? `<br>${inner}` : inner;
}

function mentionHtml(person) {
  const content = `<span class="mention" sgid="${person.sgid}">${escape(person.name)}</span>`;
  return `<action-text-attachment sgid="${person.sgid}" content-type="${MENTION_TYPE}" content="${escape(content)}"></action-text-attachment>`;
}

function escape(text) {
  return text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
}

// A name typed out in full becomes a mention, as if it had been picked.
function convertTyped({ whole }) {
  for (const node of [...editor.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE)) {
    const found = typedName(node.data, whole);
    if (found) replace(node, found.start, found.end, found.person);
  }
}

function typedName(text, whole) {
  for (const person of longestFirst) {
    const start = text.toLowerCase().indexOf(`@${person.name.toLowerCase()}`);
    const end = start + 1 + person.name.length;
    const before = start > 0 ? text[start - 1] : " ";
    const after = text[end] ?? (whole ? " " : "x");
    if (start >= 0 && !/[\w@]/.test(before) && !/\w/.test(after) && (whole || !mayGoOn(text.slice(start + 1), person)))
      return { start, end, person };
  }
  return null;
}

function mayGoOn(typed, person) {
  return people.some((p) => p !== person && p.name.length > typed.length && p.name.toLowerCase().startsWith(typed.toLowerCase()));
}

function replace(node, start, end, person) {
  const selection = getSelection();
  const caret = selection.anchorNode === node ? selection.anchorOffset : null;
  const rest = node.splitText(start);
  rest.deleteData(0, end - start);
  const chip = makeChip(person);
  rest.before(chip);
  if (!rest.data) rest.data = " ";
  else if (!/^\s/.test(rest.data) && caret === null) rest.data = rest.data;
  if (caret !== null) selection.collapse(rest, Math.max(0, Math.min(rest.length, caret <= end ? 1 : caret - end)));
  if (!node.data) node.remove();
  convertTyped({ whole: true });
}

function makeChip(person) {
  const chip = document.createElement("span");
  chip.className = "chip";
  chip.contentEditable = "false";
  chip.dataset.userId = person.id;
  chip.dataset.testid = "mention-chip";
  chip.textContent = `@${person.name}`;
  return chip;
}

function typedQuery() {
  const selection = getSelection();
  const node = selection.anchorNode;
  if (!selection.isCollapsed || node?.nodeType !== Node.TEXT_NODE || !editor.contains(node)) return null;
  const match = /(?:^|[^\w@])@([\w ]{0,30})$/u.exec(node.data.slice(0, selection.anchorOffset));
  return match ? { node, start: selection.anchorOffset - match[1].length - 1, text: match[1].toLowerCase() } : null;
}

function suggest() {
  const query = typedQuery();
  offered = query ? people.filter((p) => p.name.toLowerCase().startsWith(query.text)) : [];
  selected = 0;
  draw();
}

function draw() {
  picker.hidden = offered.length === 0;
  editor.setAttribute("aria-expanded", String(!picker.hidden));
  picker.replaceChildren(...offered.map(option));
  if (picker.hidden) editor.removeAttribute("aria-activedescendant");
  else editor.setAttribute("aria-activedescendant", `person-${offered[selected].id}`);
}

function option(person, index) {
  const item = document.createElement("li");
  item.id = `person-${person.id}`;
  item.className = "picker__item";
  item.dataset.testid = `mention-option-${person.id}`;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", String(index === selected));
  const avatar = Object.assign(new Image(26, 26), { src: person.avatar, alt: "" });
  const name = document.createElement("span");
  name.textContent = person.name;
  item.append(avatar, name);
  if (person.bot) item.append(Object.assign(document.createElement("span"), { className: "tag", textContent: "bot" }));
  item.addEventListener("mousedown", (event) => { event.preventDefault(); pick(person); });
  return item;
}

function pick(person) {
  const query = typedQuery();
  close();
  if (query) {
    replace(query.node, query.start, getSelection().anchorOffset, person);
    return;
  }
  const space = document.createTextNode(" ");
  editor.append(makeChip(person), space);
  editor.focus();
  getSelection().collapse(space, 1);
}

function close() {
  offered = [];
  draw();
}

editor.addEventListener("input", () => { convertTyped({ whole: false }); if (!editor.textContent && !editor.children.length) editor.replaceChildren(); suggest(); });
editor.addEventListener("blur", close);
editor.addEventListener("keydown", (event) => {
  if (!isPicking() || event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) { selected = (selected + step + offered.length) % offered.length; draw(); }
  else if (event.key === "Enter" || event.key === "Tab") pick(offered[selected]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
});

document.getElementById("mention-button").addEventListener("mousedown", (event) => event.preventDefault());
document.getElementById("mention-button").addEventListener("click", () => {
  const wasOpen = isPicking();
  editor.focus();
  offered = wasOpen ? [] : people;
  selected = 0;
  draw();
});
