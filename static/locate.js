// Says where the device is, for a driver who can't name the place.
//   <button type="button" hidden data-locate="f-exact_location" data-locate-failed="…"><span>…</span></button>
// Shown only where the browser can tell; the coordinates are put behind what was typed.

if (isSecureContext && "geolocation" in navigator) {
  for (const button of document.querySelectorAll("[data-locate]")) button.hidden = false;
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-locate]");
  if (!button) return;
  button.disabled = true;
  const options = { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 };
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      button.disabled = false;
      write(document.getElementById(button.dataset.locate), coords);
    },
    () => {
      button.disabled = false;
      button.querySelector("span").textContent = button.dataset.locateFailed;
    },
    options,
  );
});

function write(field, { latitude, longitude }) {
  const place = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  const typed = field.value.replace(/\s*-?\d+\.\d{5}, -?\d+\.\d{5}$/, "").trim();
  field.value = typed ? `${typed} ${place}` : place;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}
