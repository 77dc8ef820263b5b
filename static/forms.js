// Which forms hold something a person typed: those are never touched by anything that arrives.

const touched = new WeakSet();

document.addEventListener("input", (event) => event.target.form && touched.add(event.target.form));
document.addEventListener("reset", (event) => touched.delete(event.target));
document.addEventListener("submit", (event) => touched.delete(event.target));

/** True while the form has the focus, unsent input, or a refusal that is being answered. */
export function isHeld(form) {
  return touched.has(form) || hasFocusedField(form) || form.querySelector("[aria-invalid='true']") !== null;
}

/** True when the node is, or contains, a form that must stay. */
export function holdsForm(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return false;
  if (node.localName === "form") return isHeld(node);
  return [...node.querySelectorAll("form")].some(isHeld);
}

/** The form's text fields as pairs; files are left out. */
export function textFields(form) {
  return [...new FormData(form)].filter(([, value]) => typeof value === "string");
}

function hasFocusedField(form) {
  const focused = document.activeElement;
  return form.contains(focused) && focused.matches("input, select, textarea");
}
