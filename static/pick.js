// A long list to choose from, narrowed by words, or chosen whole. Without script it is a list by chapters.

for (const field of document.querySelectorAll("[data-pick]")) {
  const filter = field.querySelector("[data-pick-filter]");
  const all = field.querySelector("[data-pick-all]");
  if (filter) narrowing(field, filter);
  if (all) choosing(field, all);
}

function narrowing(field, filter) {
  const groups = [...field.querySelectorAll("details")];
  const loose = [...field.querySelectorAll(".pick > label")];
  const opened = new Map(groups.map((group) => [group, group.open]));
  filter.hidden = false;
  filter.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase();
    fitting(loose, wanted);
    narrow(groups, opened, wanted);
  });
  // Enter would send the form.
  filter.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
}

function narrow(groups, opened, wanted) {
  for (const group of groups) {
    const found = fitting(group.querySelectorAll("label"), wanted);
    group.hidden = found === 0;
    group.open = wanted ? found > 0 : opened.get(group) || group.querySelector(":checked") !== null;
  }
}

/** Shows the labels that fit, and says how many do. */
function fitting(labels, wanted) {
  let found = 0;
  for (const label of labels) {
    const fits = label.textContent.toLowerCase().includes(wanted);
    label.hidden = !fits;
    if (fits) found += 1;
  }
  return found;
}

/** Chooses all; or none, where all are chosen. */
function choosing(field, all) {
  all.hidden = false;
  all.addEventListener("click", () => {
    const boxes = [...field.querySelectorAll("input[type=checkbox]")];
    const wanted = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = wanted;
    boxes[0]?.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
