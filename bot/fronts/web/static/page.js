"use strict";
/* The page works without this file; with it, forms are sent in place and cards arrive as they change. */

const turns = document.getElementById("turns");
const sentence = document.getElementById("status");
const statusLine = sentence.parentElement;
const composer = document.getElementById("ask");
const text = document.getElementById("text");
const files = document.getElementById("files");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** Times in the listener's own zone; the server knows only UTC. */
function localise(part) {
  for (const time of part.querySelectorAll("time")) {
    time.textContent = new Date(time.dateTime).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  }
  return part;
}

/** A card without what was looked up, said or opened since it came, in a document that loads nothing. */
const quarry = document.implementation.createHTMLDocument();
function asServed(card) {
  const copy = quarry.importNode(card, true);
  for (const part of copy.querySelectorAll(".aside, [name=csrf]")) part.remove();
  for (const part of copy.querySelectorAll("details")) part.open = false;
  return copy;
}

function show(card) {
  card.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth", block: "start" });
}

function visible(element) {
  const box = element.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight;
}

/** Puts a card where it belongs: in place of its earlier state, or at the end. */
function upsert({ request_id, html }) {
  const fresh = localise(elementOf(html));
  const old = document.getElementById(`card-${request_id}`);
  if (!old) {
    turns.append(fresh);
    return;
  }
  if (asServed(old).isEqualNode(asServed(fresh))) return; // a song that plays is not disturbed
  const focused = old.contains(document.activeElement);
  const wasSeen = visible(old);
  const before = old.dataset;
  old.replaceWith(fresh);
  if (focused) fresh.querySelector(before.state === fresh.dataset.state ? "button" : "h2")?.focus({ preventScroll: true });
  if (before.said !== fresh.dataset.said) said.textContent = fresh.dataset.said;
  if (before.state !== fresh.dataset.state && fresh.dataset.state === "ready" && wasSeen) show(fresh);
}

/** The stream may have shown a new request before this answer came, and then it knows more. */
function asked(form, button, answer) {
  const id = `card-${answer.request_id}`;
  const inPlace = form.closest(".turn")?.id === id;
  if (inPlace || !document.getElementById(id)) upsert(answer);
  if (inPlace) return;
  const card = document.getElementById(id);
  said.textContent = card.dataset.said;
  show(card);
  if (!button?.name) form.reset();
}

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) composer.requestSubmit(composer.querySelector(".main"));
});

files.addEventListener("change", () => files.files.length && files.form.requestSubmit());

document.addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  composer.classList.add("dropping");
});
document.addEventListener("dragleave", (event) => event.relatedTarget || composer.classList.remove("dropping"));
document.addEventListener("drop", (event) => {
  composer.classList.remove("dropping");
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  files.files = event.dataTransfer.files;
  files.form.requestSubmit();
});

/* A hidden page lets go of its stream: browsers allow only six per site, and it catches up when it is seen again. */
let stream = null;

function listen() {
  stream?.close();
  stream = null;
  if (document.hidden) return;
  stream = new EventSource("/events");
  stream.addEventListener("open", () => statusLine.classList.remove("lost"));
  stream.addEventListener("card", (event) => upsert(JSON.parse(event.data)));
  stream.addEventListener("status", (event) => { sentence.textContent = JSON.parse(event.data).sentence; });
  stream.addEventListener("error", () => {
    statusLine.classList.add("lost");
    if (stream?.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  });
}

/* Neither a focused control nor a card scrolled to may lie under the box (WCAG 2.2, 2.4.11). */
const foot = document.querySelector("footer");
new ResizeObserver(() => {
  document.documentElement.style.scrollPaddingBottom = `${foot.offsetHeight + 8}px`;
}).observe(foot);

document.addEventListener("visibilitychange", listen);
localise(document);
listen();
turns.lastElementChild?.scrollIntoView({ block: "start" });
