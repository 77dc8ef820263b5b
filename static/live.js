// Keeps the page as the server has it. The stream says only that something changed; the page is then fetched again
// and every element with `data-live` is morphed by its id. When the stream breaks the page says since when.
//   <body data-live-url="/live" data-live-topics="incident:YJ-… board">   topics: optional, default everything; the bell
//   follows `notices` on every page
//   <div id="link-state" data-text="… {time} …" hidden><span></span></div>
//   <a id="bell" data-live data-unread="3" data-urgent="1">
// Events: message `{"topics":[…]}`; `beat` (optional) — silence for 45 s after a first beat counts as broken.

import { morph } from "./morph.js";
import { hourMinute, serverNow, setServerTime } from "./servertime.js";

const { liveUrl, liveTopics, beep } = document.body.dataset;
const topics = liveTopics ? new Set(liveTopics.split(" ")) : null;
const plainTitle = document.title;

let stream;
let brokenSince = null;
let showBroken;
let retry = 1000;
let again;
let silence;
let wanted = false;
let fetching = false;

function connect() {
  stream = new EventSource(liveUrl);
  stream.onopen = () => {
    retry = 1000;
    clearTimeout(showBroken);
    if (brokenSince !== null) refresh();
    brokenSince = null;
    showLinkState();
  };
  stream.onmessage = ({ data }) => concerns(data) && refresh();
  stream.addEventListener("beat", () => {
    clearTimeout(silence);
    silence = setTimeout(reconnect, 45000);
  });
  stream.onerror = () => {
    broke();
    // A refused stream is not retried by the browser.
    if (stream.readyState === EventSource.CLOSED) reconnect();
  };
}

function reconnect() {
  broke();
  stream.close();
  clearTimeout(again);
  again = setTimeout(connect, retry);
  retry = Math.min(retry * 2, 30000);
}

function broke() {
  if (brokenSince !== null) return;
  brokenSince = serverNow();
  // A breath of patience: leaving the page also breaks the stream.
  showBroken = setTimeout(showLinkState, 2000);
}

function showLinkState() {
  const slot = document.getElementById("link-state");
  if (!slot) return;
  slot.hidden = brokenSince === null;
  if (brokenSince !== null) slot.querySelector("span").textContent = slot.dataset.text.replace("{time}", hourMinute(brokenSince));
}

function concerns(data) {
  if (!topics) return true;
  try {
    return JSON.parse(data).topics.some((topic) => topic === "*" || topic === "notices" || topics.has(topic));
  } catch {
    return true;
  }
}

/** Messages that arrive together, or while a fetch is under way, cost one fetch more. */
async function refresh() {
  wanted = true;
  if (fetching) return;
  fetching = true;
  while (wanted) {
    await new Promise((done) => setTimeout(done, 150));
    wanted = false;
    await fetchPage().catch(() => {});
  }
  fetching = false;
}

async function fetchPage() {
  const response = await fetch(location.href, { headers: { "X-Live": "1" }, cache: "no-store" });
  // A page that answers a form is read again where it belongs; someone signed out is not led to the door by this.
  if (!response.ok || new URL(response.url).pathname === "/sign-in") return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  setServerTime(page, Date.now());
  const urgent = urgentCount();
  for (const have of document.querySelectorAll("[data-live][id]")) {
    const want = page.getElementById(have.id);
    if (want) morph(have, want);
  }
  badge();
  if (beep === "urgent" && urgentCount() > urgent) sound();
}

function badge() {
  const unread = Number(document.getElementById("bell")?.dataset.unread ?? 0);
  document.title = unread > 0 ? `(${unread}) ${plainTitle}` : plainTitle;
}

function urgentCount() {
  return Number(document.getElementById("bell")?.dataset.urgent ?? 0);
}

function sound() {
  const audio = new AudioContext();
  const gain = audio.createGain();
  gain.gain.value = 0.15;
  gain.connect(audio.destination);
  for (const [at, pitch] of [[0, 880], [0.25, 660], [0.5, 880]]) {
    const tone = audio.createOscillator();
    tone.frequency.value = pitch;
    tone.connect(gain);
    tone.start(audio.currentTime + at);
    tone.stop(audio.currentTime + at + 0.18);
    tone.onended = () => at === 0.5 && audio.close();
  }
}

badge();
if (liveUrl && "EventSource" in window) {
  connect();
  // A stream that is open when the network goes says nothing for a while; the browser knows at once.
  addEventListener("offline", broke);
  addEventListener("online", () => {
    retry = 250;
    if (brokenSince !== null) reconnect();
  });
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", (event) => event.persisted && (connect(), refresh()));
}
