// The server's clock, as this page knows it. The browser's own clock is never shown.

let offset = 0;
let frozenAt = null;

/** Reads `<time data-clock datetime="…">` of a page that was received at `receivedAt` (ms, browser clock). */
export function setServerTime(page, receivedAt) {
  const clock = page.querySelector("time[data-clock]");
  if (!clock) return;
  const server = Date.parse(clock.dateTime);
  offset = server - receivedAt;
  frozenAt = "frozen" in clock.dataset ? server : null;
}

/** Now, in ms; in practice the clock may stand still. */
export function serverNow() {
  return frozenAt ?? Date.now() + offset;
}

/** 24-hour clock, Asia/Shanghai. */
export function hourMinute(ms) {
  return shanghai.format(ms);
}

const shanghai = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});

const [navigation] = performance.getEntriesByType("navigation");
setServerTime(document, performance.timeOrigin + (navigation?.responseStart ?? 0));
