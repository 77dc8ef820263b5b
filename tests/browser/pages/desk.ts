import { lookAtEveryPage } from "../support/looked.ts";

lookAtEveryPage([
  { lang: "zh-Hans", phone: false, theme: "light" },
  { lang: "en", phone: false, theme: "dark" },
  { lang: "zh-Hant", phone: false, theme: "light" },
]);
