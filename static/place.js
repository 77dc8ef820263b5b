// Switching the language keeps the place: the form's `next` takes the part of the page being read with it.

document.addEventListener("submit", ({ target }) => {
  if (target.getAttribute("action") !== "/language") return;
  const next = target.elements.next;
  const read = reading();
  if (next && read && !next.value.includes("#")) next.value += `#${read}`;
});

/** The id of the clause, task or section at the top of the window. */
function reading() {
  if (scrollY < 40) return location.hash.slice(1);
  for (const part of document.querySelectorAll("main article[id], main section[id], main h2[id], main tr[id]")) {
    if (part.getBoundingClientRect().bottom > 60) return part.id;
  }
  return "";
}
