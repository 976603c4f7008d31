// The room: sends what is written, and keeps the list of messages as the server tells it.

import { clear, isPicking, value } from "./composer.js";
import { highlight } from "./highlight.js";

const roomId = document.body.dataset.roomId;
const viewerId = document.body.dataset.viewerId;
const list = document.getElementById("messages");
const editor = document.getElementById("editor");
const form = document.getElementById("composer");
const hint = document.getElementById("hint");
const file = document.getElementById("file");
const THREAD_MS = 5 * 60 * 1000;
const NEAR_BOTTOM = 120;
const usualHint = hint.textContent;

async function send(body) {
  const response = await fetch(form.action, { method: "POST", body }).catch(() => null);
  if (!response?.ok) {
    hint.textContent = "The message was not sent: the sandbox does not answer. Try again.";
    hint.dataset.problem = "";
    return false;
  }
  hint.textContent = usualHint;
  delete hint.dataset.problem;
  put(await response.text());
  return true;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const html = value();
  if (!html) return;
  const body = new URLSearchParams({ "message[body]": html });
  const kept = [...editor.childNodes];
  clear();
  if (!(await send(body))) editor.prepend(...kept);
  editor.focus();
});

editor.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || isPicking()) return;
  event.preventDefault();
  form.requestSubmit();
});

document.getElementById("file-button").addEventListener("click", () => file.click());
file.addEventListener("change", async () => {
  const body = new FormData();
  body.set("message[attachment]", file.files[0]);
  file.value = "";
  await send(body);
});

document.getElementById("person").addEventListener("change", (event) => event.target.form.submit());

// A message that is new or has changed, as the server draws it.
function put(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  const message = template.content.firstElementChild;
  const known = document.getElementById(message.id);
  const follow = isAtBottom() || message.dataset.creatorId === viewerId;
  if (known) { message.classList.toggle("message--continued", known.classList.contains("message--continued")); known.replaceWith(message); }
  else { message.classList.add("message--new"); insert(message); thread(message); }
  show(message);
  if (follow) toBottom();
}

// Two answers can arrive in either order; ids keep the order of the room.
function insert(message) {
  const id = Number(message.dataset.messageId);
  const later = [...list.querySelectorAll(".message")].find((m) => Number(m.dataset.messageId) > id);
  if (later) later.before(message);
  else document.getElementById("empty").before(message);
}

// As Campfire: decided when a message enters the page, by the one directly above it; not again when
// that one is deleted, nor on an edit. Reading the page anew decides anew.
function thread(message) {
  const above = message.previousElementSibling;
  const same = above?.dataset.creatorId === message.dataset.creatorId;
  const near = same && new Date(message.dataset.at) - new Date(above.dataset.at) <= THREAD_MS;
  message.classList.toggle("message--continued", near);
}

function show(message) {
  localTime(message.querySelector("time"));
  highlight(message);
}

function arrange() {
  for (const message of list.querySelectorAll(".message")) { thread(message); show(message); }
}

function localTime(time) {
  const at = new Date(time.dateTime);
  time.textContent = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  time.title = at.toLocaleString();
}

function isAtBottom() {
  return list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_BOTTOM;
}

function toBottom() {
  list.scrollTop = list.scrollHeight;
}

// Who has read to the end stays there when the notices open or the composer grows.
let atEnd = true;
list.addEventListener("scroll", () => { atEnd = isAtBottom(); });
new ResizeObserver(() => { if (atEnd) toBottom(); }).observe(list);

list.addEventListener("click", async (event) => {
  if (event.target.id !== "older") return;
  const button = event.target;
  const response = await fetch(`/rooms/${roomId}/messages?before=${button.dataset.before}`);
  const height = list.scrollHeight;
  button.outerHTML = await response.text();
  list.scrollTop += list.scrollHeight - height;
  arrange();
});
list.addEventListener("load", () => { if (isAtBottom()) toBottom(); }, true);

async function readAgain() {
  const response = await fetch(`/rooms/${roomId}/messages`);
  const empty = document.getElementById("empty");
  const template = document.createElement("template");
  template.innerHTML = await response.text();
  list.replaceChildren(template.content, empty);
  arrange();
  toBottom();
}

function listen() {
  let wasLost = false;
  const events = new EventSource(`/events?room=${roomId}`);
  events.addEventListener("open", () => { showState("live", "Live"); if (wasLost) readAgain(); wasLost = false; });
  events.addEventListener("error", () => { wasLost = true; showState("lost", "Connection lost, trying again…"); });
  events.addEventListener("removed", (event) => {
    document.getElementById(`message-${JSON.parse(event.data).id}`)?.remove();
  });
  events.addEventListener("pushed", readPushes);
  events.addEventListener("message", (event) => {
    const { room, html, kind, unread } = JSON.parse(event.data);
    if (String(room) === roomId) put(html);
    else if (kind === "created" && unread) document.querySelector(`[data-room-link="${room}"]`)?.setAttribute("data-unread", "");
  });
}

async function readPushes() {
  const response = await fetch("/pushes");
  if (response.ok) document.getElementById("pushes").innerHTML = await response.text();
}

function showState(state, text) {
  document.getElementById("live").dataset.state = state;
  document.getElementById("live-text").textContent = text;
}

arrange();
// On a phone the rooms are a row wider than the screen.
document.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "center" });
const linked = document.getElementById(location.pathname.split("/@")[1] ? `message-${location.pathname.split("/@")[1]}` : "none");
if (linked) linked.scrollIntoView({ block: "center" });
else toBottom();
listen();
editor.focus({ preventScroll: true });
