"use strict";
/* Forms that are sent in place, and one player at a time; the pages work without this file. */

const trouble = document.getElementById("trouble");
const said = document.getElementById("said");
const csrf = document.querySelector("meta[name=csrf]")?.content ?? "";

/** The server escapes everything it renders, and the page's policy runs no inline script. */
function elementOf(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

/** Sends a form; the answer is the server's JSON, an Error carries its sentence. */
async function send(form, button) {
  let response;
  try {
    response = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRF": csrf },
      body: new FormData(form, button),
    });
  } catch {
    throw new Error("YASR does not answer. Try again in a moment.");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error || "Something went wrong on our side. Please try again in a minute.");
  return answer;
}

/** What a person can use of a form. */
function controls(form) {
  return [...(form.elements ?? [])].filter((control) => control.type !== "hidden");
}

/** Puts the answer in place of its form; the focus stays on the button, or goes to what has come instead. */
function replaced(form, button, answer) {
  const position = controls(form).indexOf(button);
  const focused = form.contains(document.activeElement);
  const fresh = elementOf(answer.html);
  form.replaceWith(fresh);
  if (focused) (controls(fresh)[position] ?? fresh.querySelector("a") ?? fresh).focus();
  said.textContent = answer.said;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.method !== "post" || "plain" in form.dataset) return;
  event.preventDefault();
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  try {
    const answer = await send(form, event.submitter);
    trouble.textContent = "";
    ("request_id" in answer ? asked : replaced)(form, event.submitter, answer);
  } catch (error) {
    trouble.textContent = error.message;
  } finally {
    form.removeAttribute("aria-busy");
  }
});

/** From where to where a player plays, in seconds; a browser minds the fragment of its address only the first time. */
function passageOf(audio) {
  const times = /#t=([\d.]+),([\d.]+)$/.exec(audio.src);
  return times && { begin: Number(times[1]), end: Number(times[2]) };
}

/* Media events do not bubble, but they can be caught on the way down. */
document.addEventListener("play", (event) => {
  for (const other of document.querySelectorAll("audio")) if (other !== event.target) other.pause();
  const passage = passageOf(event.target);
  const now = event.target.currentTime;
  if (passage && (now < passage.begin || now > passage.end - 0.1)) event.target.currentTime = passage.begin;
}, true);
document.addEventListener("timeupdate", ({ target }) => {
  const passage = passageOf(target);
  if (!passage || target.currentTime < passage.end) return;
  target.pause();
  target.currentTime = passage.begin;
}, true);
document.addEventListener("error", ({ target }) => {
  if (target.matches?.(".cover img")) target.remove(); // the drawn one is behind it
  if (target.matches?.("audio")) target.replaceWith(elementOf('<p class="hint">This clip cannot be played right now.</p>'));
}, true);

for (const cover of document.querySelectorAll(".cover img")) if (cover.complete && !cover.naturalWidth && cover.loading !== "lazy") cover.remove();
