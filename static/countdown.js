// Ticks the clock, the countdowns and the elapsed times. Display only: every limit is the server's.
//   <time data-clock datetime="…">             the clock in the masthead
//   <time data-countdown="…" data-left="还剩 {t}" data-over="逾期 {t}">   with words; without them h:mm:ss
//   <time data-elapsed="…">                    time since
// Units: <body data-unit-d="天" data-unit-h="小时" data-unit-m="分">.

import { hourMinute, serverNow } from "./servertime.js";

const { unitD = "d", unitH = "h", unitM = "min" } = document.body.dataset;

function tick() {
  const now = serverNow();
  for (const time of document.querySelectorAll("time[data-clock]")) write(time, hourMinute(now));
  for (const time of document.querySelectorAll("time[data-countdown]:not([data-frozen])")) {
    countDown(time, Date.parse(time.dataset.countdown) - now);
  }
  for (const time of document.querySelectorAll("time[data-elapsed]:not([data-frozen])")) {
    write(time, inWords(now - Date.parse(time.dataset.elapsed)));
  }
}

function countDown(time, left) {
  time.toggleAttribute("data-past", left < 0);
  const words = left < 0 ? time.dataset.over : time.dataset.left;
  if (words) write(time, words.replace("{t}", inWords(Math.abs(left))));
  else write(time, (left < 0 ? "−" : "") + asClock(Math.abs(left)));
}

function asClock(ms) {
  const seconds = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n) => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

function inWords(ms) {
  const minutes = Math.max(0, Math.floor(ms / 60000));
  const [d, h, m] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const parts = d > 0 ? [[d, unitD], [h, unitH]] : [[h, unitH], [m, unitM]];
  const shown = parts.filter(([n]) => n > 0);
  return (shown.length ? shown : [[m, unitM]]).map(([n, unit]) => `${n} ${unit}`).join(" ");
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

tick();
setInterval(tick, 1000);
