// A report is not lost with the line. What is typed is kept on this device; a report that could not be sent is sent
// again with the same key, so it is registered once however often it is sent. Photos are kept only while the page is open.
//   <form data-draft="it.voice_board_down" data-draft-page="/report?sub_kind=…" data-draft-note="draft-note" …>
//   with <input type="hidden" name="key">
//   texts on the form: data-draft-saved, -restored, -offline, -fault, -sending; {time} stands for the hour and minute
//   <button type="button" data-draft-discard> throws the draft away
//   <p data-draft-state> shows what becomes of it; the element named by data-draft-note, that a draft was restored
// On any page <p data-outbox="{n} …" data-outbox-refused="…" data-outbox-sent="… {number} …" hidden> says how many reports
// wait to be sent, leads to one that came back with questions, and tells what has gone out.
// Drafts belong to the person signed in (<body data-user>), so that nobody sends what another typed.

import { textFields } from "./forms.js";
import { hourMinute, serverNow } from "./servertime.js";

const PREFIX = `zhihui-draft:${document.body.dataset.user ?? ""}:`;
const RETRY_MS = 15000;

let saving;
let sending = false;
let emptying = false;
let sentTo = null;

document.addEventListener("input", ({ target }) => {
  const form = target.form;
  if (!form?.dataset.draft) return;
  clearTimeout(saving);
  saving = setTimeout(() => {
    // What waits to be sent goes on waiting while it is still being improved.
    save(form, load(form.dataset.draft)?.unsent ?? false);
    state(form, form.dataset.draftSaved);
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
  state(form, form.dataset.draftSending);
  try {
    const response = await post(form.action, new FormData(form));
    if (arrived(response)) {
      forget(form.dataset.draft);
      location.assign(response.url);
      return;
    }
    // Signed out meanwhile: the draft stays unsent, and goes out when the person is back on this page.
    if (response.redirected) {
      location.assign(response.url);
      return;
    }
    // It was not taken, and not refused either: it stays unsent and goes out again by itself.
    if (response.status >= 500) {
      state(form, form.dataset.draftFault, true);
      return;
    }
    save(form, false);
    showAnswer(await response.text());
  } catch {
    state(form, form.dataset.draftOffline, true);
  } finally {
    sending = false;
  }
}

/** A report that was taken is answered with the way to it; someone signed out is led to the door. */
function arrived(response) {
  return response.redirected && !new URL(response.url).pathname.startsWith("/sign-in");
}

function post(action, body) {
  return fetch(action, { method: "POST", body, headers: { "Idempotency-Key": body.get("key") ?? "" } });
}

/** A refusal comes back as the whole page with everything typed in place. */
function showAnswer(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const main = page.querySelector("main");
  if (!main) return;
  const files = [...document.querySelectorAll("main input[type='file'][id]")];
  document.querySelector("main").replaceWith(document.importNode(main, true));
  // Only a person may choose a file, so the controls that hold the chosen ones move over whole.
  for (const control of files) document.getElementById(control.id)?.replaceWith(control);
  document.getElementById("refusal")?.focus();
  scrollTo(0, 0);
}

function save(form, unsent) {
  const { draftPage: page } = form.dataset;
  const draft = { at: serverNow(), unsent, action: form.action, page, fields: textFields(form) };
  keep(form.dataset.draft, draft);
}

function keep(name, draft) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(draft));
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
  if (!draft || form.querySelector("[aria-invalid='true']") || isSame(draft.fields, textFields(form))) return;
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

function isSame(kept, fields) {
  const text = (pairs) => JSON.stringify(pairs.filter(([name, value]) => name !== "key" && value !== ""));
  return text(kept) === text(fields);
}

/** Sends what waits from earlier pages, one after another. */
async function sendWaiting() {
  if (emptying) return;
  emptying = true;
  const open = document.querySelector("form[data-draft]");
  if (open && load(open.dataset.draft)?.unsent) await send(open);
  for (const name of waiting()) {
    if (name === open?.dataset.draft) continue;
    await sendKept(name, load(name));
  }
  emptying = false;
  showOutbox();
}

async function sendKept(name, draft) {
  const body = new FormData();
  for (const [field, value] of draft.fields) body.append(field, value);
  const response = await post(draft.action, body).catch(() => null);
  if (!response) return;
  if (arrived(response)) {
    forget(name);
    sentTo = response.url;
  } else if (!response.redirected && response.status < 500) {
    // Refused: sending it again unchanged would not help. It waits for its writer.
    keep(name, { ...draft, unsent: false, refused: true });
  }
}

function names() {
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => key.slice(PREFIX.length));
}

function waiting() {
  return names().filter((name) => load(name)?.unsent);
}

function showOutbox() {
  const outbox = document.querySelector("[data-outbox]");
  if (!outbox) return;
  const n = waiting().length;
  const refused = names().map(load).find((draft) => draft?.refused);
  outbox.hidden = n === 0 && !refused && !sentTo;
  outbox.replaceChildren();
  if (n > 0) outbox.append(line(outbox.dataset.outbox.replace("{n}", n)));
  if (sentTo) outbox.append(line(outbox.dataset.outboxSent.replace("{number}", sentTo.split("/").pop()), sentTo));
  if (refused) outbox.append(line(outbox.dataset.outboxRefused, refused.page));
}

function line(text, href) {
  const line = document.createElement(href ? "a" : "span");
  if (href) line.href = href;
  line.textContent = text;
  return line;
}

function note(form, text, at) {
  const place = document.getElementById(form.dataset.draftNote);
  if (!place) return;
  place.hidden = !text;
  say(place.querySelector("[data-draft-text]") ?? place, text, at);
}

/** Beside the button that was pressed: kept, on its way, or waiting for the line. */
function state(form, text, waits = false) {
  const place = form.querySelector("[data-draft-state]");
  place?.classList.toggle("draft-waits", waits);
  say(place, text);
}

function say(place, text, at = serverNow()) {
  if (place && text) place.textContent = text.replace("{time}", hourMinute(at));
}

document.querySelectorAll("form[data-draft]").forEach(restore);
showOutbox();
if (waiting().length) sendWaiting();
addEventListener("online", sendWaiting);
setInterval(() => waiting().length && sendWaiting(), RETRY_MS);
