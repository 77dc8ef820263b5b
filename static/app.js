// Everything here is an addition: each page works without it.
import "./theme.js";
import "./page.js";
import "./place.js";
import "./countdown.js";
import "./live.js";
import "./preview.js";
import "./draft.js";
import "./keys.js";
import "./locate.js";
import "./pick.js";
