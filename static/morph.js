// Makes one piece of the page equal to its fresh copy, changing only what differs, so that focus, scrolling,
// opened details and half-typed forms stay as they are. Elements are matched by id, then by place.

import { holdsForm, isHeld } from "./forms.js";

export function morph(have, want) {
  if (have.localName === "form" && isHeld(have)) return;
  copyAttributes(have, want);
  morphChildren(have, want);
}

function morphChildren(have, want) {
  const byId = new Map([...have.children].filter((child) => child.id).map((child) => [child.id, child]));
  let at = have.firstChild;
  for (const next of want.childNodes) {
    const match = (next.id && byId.get(next.id)) || (canBecome(at, next) ? at : null);
    if (!match) {
      have.insertBefore(fresh(next), at);
      continue;
    }
    if (match === at) at = at.nextSibling;
    else have.insertBefore(match, at);
    if (match.nodeType === Node.ELEMENT_NODE) morph(match, next);
    else if (match.data !== next.data) match.data = next.data;
  }
  while (at) {
    const rest = at.nextSibling;
    if (!holdsForm(at)) at.remove();
    at = rest;
  }
}

function canBecome(have, want) {
  return have !== null && have.nodeName === want.nodeName && (have.id ?? "") === (want.id ?? "");
}

function copyAttributes(have, want) {
  // What the reader opened stays open.
  const own = have.localName === "details" || have.localName === "dialog" ? ["open"] : [];
  for (const { name } of [...have.attributes]) {
    if (!want.hasAttribute(name) && !own.includes(name)) have.removeAttribute(name);
  }
  for (const { name, value } of want.attributes) {
    if (!own.includes(name) && have.getAttribute(name) !== value) have.setAttribute(name, value);
  }
}

function fresh(node) {
  const copy = document.importNode(node, true);
  if (copy.nodeType === Node.ELEMENT_NODE) copy.setAttribute("data-fresh", "");
  return copy;
}
