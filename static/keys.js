// `/` searches, `?` lists the keys, `g` and a letter goes to the link with that `data-key`.

let going = false;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (going) {
    going = false;
    document.querySelector(`a[data-key="${CSS.escape(event.key)}"]`)?.click();
  } else if (event.key === "/") {
    const field = document.querySelector("[data-search]");
    if (field) field.focus();
    else if (document.body.dataset.searchUrl) location.assign(document.body.dataset.searchUrl);
    else return;
    event.preventDefault();
  } else if (event.key === "?") {
    document.getElementById("shortcuts")?.showModal();
  } else if (event.key === "g") {
    going = true;
    setTimeout(() => (going = false), 1500);
  }
});

function isTyping(element) {
  return element.isContentEditable || element.matches("input:not([type=radio], [type=checkbox]), select, textarea");
}
