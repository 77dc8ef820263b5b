// Small courtesies: a refusal is read first, menus close, a filter applies itself, paper is one key away.

document.getElementById("refusal")?.focus();

document.addEventListener("change", ({ target }) => {
  if (target.matches("select[data-autosubmit]")) target.form.requestSubmit();
});

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-print]")) print();
  if (target.closest("[data-full-screen]")) document.documentElement.requestFullscreen?.();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
});

document.addEventListener("keydown", ({ key, target }) => {
  if (key !== "Escape") return;
  const menu = target.closest("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// What stays on screen must not cover what an anchor leads to.
const strip = document.querySelector(".strip-sticky");
if (strip) {
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--strip", `${strip.offsetHeight}px`);
  }).observe(strip);
}

// A link to a folded part opens it.
function openTarget() {
  const part = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = part?.closest("details");
  if (folded) folded.open = true;
  return part;
}
addEventListener("hashchange", openTarget);
const target = openTarget();
// The strip was measured after the browser had gone to the anchor; whoever comes back stays where they were.
if (strip && target && performance.getEntriesByType("navigation")[0]?.type === "navigate") {
  requestAnimationFrame(() => target.scrollIntoView());
}
