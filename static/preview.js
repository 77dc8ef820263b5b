// While a report is filled in, shows what it would set going.
//   <form data-preview="/report/…/preview" data-preview-into="preview">   answered with the panel's HTML

import { textFields } from "./forms.js";

const pauses = new WeakMap();
const requests = new WeakMap();

document.addEventListener("input", ({ target }) => {
  const form = target.form;
  if (!form?.dataset.preview) return;
  clearTimeout(pauses.get(form));
  pauses.set(form, setTimeout(() => update(form), 400));
});

document.addEventListener("draft-restored", ({ target }) => target.dataset.preview && update(target));

async function update(form) {
  const panel = document.getElementById(form.dataset.previewInto);
  if (!panel) return;
  requests.get(form)?.abort();
  const request = new AbortController();
  requests.set(form, request);
  panel.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(form.dataset.preview, {
      method: "POST", body: new URLSearchParams(textFields(form)), signal: request.signal,
    });
    if (response.ok) fill(panel, await response.text());
  } catch {
    // Off line or overtaken by the next keystroke: the last preview stays.
  }
  if (requests.get(form) === request) panel.removeAttribute("aria-busy");
}

function fill(panel, html) {
  const answer = new DOMParser().parseFromString(html, "text/html");
  const copy = answer.getElementById(panel.id) ?? answer.body;
  panel.replaceChildren(...copy.childNodes);
}
