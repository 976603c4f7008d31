// Keeps an open page up to date. Without it every page can be read, and every button works.

const live = document.getElementById("live");
const away = document.getElementById("away");
const address = document.body.dataset.live;
const TOUCHED_MS = 8000;
const AGAIN_MS = 5000;
const LANGUAGE = document.documentElement.lang;
let touched = null;
let leaving = false;

// A one-time link carries its code behind the #, which is sent to nobody. It stays in no history.
const code = document.querySelector("[data-from-link]");
if (code && location.hash.length > 1) {
  code.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
  code.form.querySelector("button").focus();
}

// What was said of the last button is not said again when the page is read again.
if (document.querySelector("[data-once]")) {
  const query = new URLSearchParams(location.search);
  for (const name of ["done", "n", "problem"]) query.delete(name);
  history.replaceState(null, "", location.pathname + (query.size ? `?${query}` : ""));
}

for (const time of document.querySelectorAll("time[datetime]")) localTime(time);

function localTime(time) {
  const at = new Date(time.dateTime);
  if (time.dataset.show === "clock") time.textContent = at.toLocaleTimeString(LANGUAGE, { hourCycle: "h23" });
  if (time.dataset.show === "moment") time.textContent = at.toLocaleString(LANGUAGE, { weekday: "short", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  time.title = at.toLocaleString(LANGUAGE);
}

function tell(state) {
  live.dataset.state = state;
  document.getElementById("live-text").textContent = live.dataset[`${state}Text`];
}

// Who is on the way to another page is not called back to this one, however long that takes.
addEventListener("beforeunload", () => { leaving = true; });
function again() {
  if (!leaving) location.reload();
}

// Whether a hand or an eye is on it: then nothing in it moves.
function isHeld(part) {
  return part.matches(":hover, :focus-within") || part.contains(touched) || part.querySelector("input:checked, details[open]");
}
document.addEventListener("pointerdown", (event) => {
  if (event.pointerType === "mouse") return;
  touched = event.target;
  setTimeout(() => { touched = null; settle(); }, TOUCHED_MS);
});
for (const leaves of ["pointerout", "focusout", "change"]) document.addEventListener(leaves, () => setTimeout(settle, 60));

const waiting = new Map();

function put(id, html) {
  const part = document.getElementById(id);
  if (!part) return;
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  if (part.querySelector("[data-row]") && isHeld(part)) {
    waiting.set(id, html);
    inPlace(part, fresh.content);
  } else {
    waiting.delete(id);
    replace(part, fresh.content);
  }
}

// Rows that stay are brought up to date where they stand; what went is greyed, what came is counted.
function inPlace(part, fresh) {
  const rows = new Map([...fresh.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, row]));
  for (const row of part.querySelectorAll("[data-row]")) {
    const now = rows.get(row.dataset.row);
    row.toggleAttribute("data-gone", !now);
    if (!now) continue;
    rows.delete(row.dataset.row);
    for (const [index, cell] of [...row.children].entries()) {
      const other = now.children[index];
      if (other && !cell.contains(document.activeElement) && !cell.querySelector("form, input") && cell.innerHTML !== other.innerHTML) cell.innerHTML = other.innerHTML;
    }
  }
  const note = part.querySelector("[data-held]");
  if (note) {
    note.hidden = rows.size === 0;
    note.querySelector("[data-held-count]").textContent = rows.size;
  }
}

function replace(part, fresh) {
  const known = new Set([...part.querySelectorAll("[data-row]")].map((row) => row.dataset.row));
  for (const row of fresh.querySelectorAll("[data-row]")) row.toggleAttribute("data-new", !known.has(row.dataset.row));
  for (const time of fresh.querySelectorAll("time[datetime]")) localTime(time);
  part.replaceChildren(fresh);
}

function settle() {
  for (const [id, html] of [...waiting]) if (!isHeld(document.getElementById(id))) put(id, html);
}

let events = null;
function listen() {
  if (!address || events) return;
  events = new EventSource(address);
  events.addEventListener("open", () => tell(away.hidden ? "live" : "away"));
  events.addEventListener("error", () => tell(events?.readyState === EventSource.CLOSED ? "full" : "lost"));
  events.addEventListener("parts", (event) => {
    if ("away" in document.body.dataset) again();
    if (!away.hidden) tell("live");
    away.hidden = true;
    for (const [id, html] of Object.entries(JSON.parse(event.data))) put(id, html);
  });
  events.addEventListener("away", () => { away.hidden = false; tell("away"); });
  events.addEventListener("over", () => { events.close(); again(); });
}

// A hidden tab asks for nothing.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) { events?.close(); events = null; } else listen();
});
listen();

// A page that nothing keeps up to date comes back by itself, too.
if ("away" in document.body.dataset && !address) setInterval(again, AGAIN_MS);

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-pick-all]")) return;
  for (const box of document.querySelectorAll("input[name=job]")) box.checked = event.target.checked;
});

document.addEventListener("keydown", (event) => {
  const search = document.querySelector("input[type=search]");
  if (event.key !== "/" || !search || event.target.matches("input, select, textarea")) return;
  event.preventDefault();
  search.focus();
});

// On a phone the pages are a row wider than the screen. Not by scrollIntoView: after that the first
// Tab goes on from there, past the link that skips the pages.
const here = document.querySelector("[aria-current=page]");
const row = here?.closest(".pages");
if (row) row.scrollLeft += here.getBoundingClientRect().left - row.getBoundingClientRect().left - (row.clientWidth - here.offsetWidth) / 2;

// A lane's live stream, as it comes.
const watched = document.getElementById("watch");
if (watched) {
  const stream = new EventSource(watched.dataset.stream);
  const nothing = document.getElementById("watch-nothing");
  const line = (text) => { watched.append(`${watched.textContent && !watched.textContent.endsWith("\n") ? "\n" : ""}${text}\n`); };
  const shows = { text_delta: (it) => watched.append(it.text), started: (it) => line(`— ${it.job} · ${it.tier}`), tool_started: (it) => line(`· ${it.name}`), tool_denied: (it) => line(`✗ ${it.name}`), retrying: (it) => line(`… ${it.delay_s} s`), posted: (it) => line(`→ ${it.post}`), settled: (it) => line(`= ${it.outcome}`) };
  for (const [kind, show] of Object.entries(shows)) {
    stream.addEventListener(kind, (event) => {
      const atEnd = watched.scrollHeight - watched.scrollTop - watched.clientHeight < 60;
      nothing.hidden = true;
      show(JSON.parse(event.data));
      if (atEnd) watched.scrollTop = watched.scrollHeight;
    });
  }
  stream.addEventListener("open", () => tell("live"));
  stream.addEventListener("error", () => {
    tell("lost");
    if (stream.readyState !== EventSource.CLOSED) return;
    nothing.hidden = true;
    tell("still");
    line(watched.dataset.over);
  });
}
