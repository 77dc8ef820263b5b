// A long list to choose from, narrowed by words. Without script it is a list by chapters.

for (const field of document.querySelectorAll("[data-pick]")) {
  const filter = field.querySelector("[data-pick-filter]");
  const groups = [...field.querySelectorAll("details")];
  const opened = new Map(groups.map((group) => [group, group.open]));
  filter.hidden = false;
  filter.addEventListener("input", () => narrow(groups, opened, filter.value.trim().toLowerCase()));
  // Enter would send the form.
  filter.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
}

function narrow(groups, opened, wanted) {
  for (const group of groups) {
    let found = 0;
    for (const label of group.querySelectorAll("label")) {
      const fits = label.textContent.toLowerCase().includes(wanted);
      label.hidden = !fits;
      if (fits) found += 1;
    }
    group.hidden = found === 0;
    group.open = wanted ? found > 0 : opened.get(group) || group.querySelector(":checked") !== null;
  }
}
