// A report is not lost with the line. What is typed is kept on this device; a report that could not be sent is sent
// again with the same key, so it is registered once however often it is sent. Photos are kept only while the page is open.
//   <form data-draft="report-it.voice_board_down" data-draft-note="draft-note" …>  with <input type="hidden" name="key">
//   texts on the form: data-draft-saved, -restored, -offline, -sending; {time} stands for the hour and minute
//   <button type="button" data-draft-discard> throws the draft away
//   <span data-draft-state> shows the saved text; the element named by data-draft-note shows the rest
// On any page <p data-outbox="{n} …" hidden> says how many reports wait to be sent.

import { textFields } from "./forms.js";
import { hourMinute, serverNow } from "./servertime.js";

const PREFIX = "zhihui-draft:";
const RETRY_MS = 15000;

let saving;
let sending = false;

document.addEventListener("input", ({ target }) => {
  const form = target.form;
  if (!form?.dataset.draft) return;
  clearTimeout(saving);
  saving = setTimeout(() => {
    save(form, false);
    say(form.querySelector("[data-draft-state]"), form.dataset.draftSaved);
  }, 300);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  // A button with a name of its own (such as "show the preview") goes the ordinary way.
  if (!form.dataset.draft || event.submitter?.name) return;
  event.preventDefault();
  clearTimeout(saving);
  save(form, true);
  send(form);
});

document.addEventListener("click", ({ target }) => {
  const form = target.closest("[data-draft-discard]") && document.querySelector("form[data-draft]");
  if (!form) return;
  forget(form.dataset.draft);
  // The key goes with the draft: the next report is a new one, and only the server makes keys.
  location.reload();
});

async function send(form) {
  if (sending) return;
  sending = true;
  note(form, form.dataset.draftSending);
  try {
    const response = await post(form.action, new FormData(form));
    if (response.redirected) {
      forget(form.dataset.draft);
      location.assign(response.url);
      return;
    }
    if (response.status >= 500) throw new Error("the server could not take it");
    save(form, false);
    showAnswer(await response.text());
  } catch {
    note(form, form.dataset.draftOffline);
  } finally {
    sending = false;
  }
}

function post(action, body) {
  return fetch(action, { method: "POST", body, headers: { "Idempotency-Key": body.get("key") ?? "" } });
}

/** A refusal comes back as the whole page with everything typed in place. */
function showAnswer(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const main = page.querySelector("main");
  if (!main) return;
  document.querySelector("main").replaceWith(document.importNode(main, true));
  document.getElementById("refusal")?.focus();
  scrollTo(0, 0);
}

function save(form, unsent) {
  const draft = { at: serverNow(), unsent, action: form.action, fields: textFields(form) };
  try {
    localStorage.setItem(PREFIX + form.dataset.draft, JSON.stringify(draft));
  } catch {
    // No room or not allowed: the form itself still holds the text.
  }
}

function load(name) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name));
  } catch {
    return null;
  }
}

function forget(name) {
  localStorage.removeItem(PREFIX + name);
}

/** Puts a kept draft back into an untouched form, its key included. */
function restore(form) {
  const draft = load(form.dataset.draft);
  if (!draft || form.querySelector("[aria-invalid='true']")) return;
  for (const control of form.elements) {
    if (!control.name || control.type === "file") continue;
    const kept = draft.fields.filter(([name]) => name === control.name).map(([, value]) => value);
    if (control.type === "radio" || control.type === "checkbox") control.checked = kept.includes(control.value);
    else if (kept.length) control.value = kept[0];
  }
  note(form, form.dataset.draftRestored, draft.at);
  form.dispatchEvent(new CustomEvent("draft-restored", { bubbles: true }));
  if (draft.unsent) send(form);
}

/** Sends what waits from earlier pages, one after another. */
async function sendWaiting() {
  const open = document.querySelector("form[data-draft]");
  if (open && load(open.dataset.draft)?.unsent) await send(open);
  for (const name of waiting()) {
    if (name === open?.dataset.draft) continue;
    const draft = load(name);
    const body = new FormData();
    for (const [field, value] of draft.fields) body.append(field, value);
    const response = await post(draft.action, body).catch(() => null);
    if (response?.redirected) forget(name);
  }
  showOutbox();
}

function waiting() {
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => key.slice(PREFIX.length))
    .filter((name) => load(name)?.unsent);
}

function showOutbox() {
  const outbox = document.querySelector("[data-outbox]");
  if (!outbox) return;
  const n = waiting().length;
  outbox.hidden = n === 0;
  outbox.textContent = outbox.dataset.outbox.replace("{n}", n);
}

function note(form, text, at) {
  const place = document.getElementById(form.dataset.draftNote);
  if (!place) return;
  place.hidden = !text;
  say(place.querySelector("[data-draft-text]") ?? place, text, at);
}

function say(place, text, at = serverNow()) {
  if (place && text) place.textContent = text.replace("{time}", hourMinute(at));
}

document.querySelectorAll("form[data-draft]").forEach(restore);
showOutbox();
if (waiting().length) sendWaiting();
addEventListener("online", sendWaiting);
setInterval(() => waiting().length && sendWaiting(), RETRY_MS);
