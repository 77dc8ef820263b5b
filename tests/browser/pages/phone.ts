import { lookAtEveryPage } from "../support/looked.ts";

lookAtEveryPage([
  { lang: "zh-Hant", phone: true, theme: "dark" },
  { lang: "en", phone: true, theme: "light" },
  { lang: "zh-Hans", phone: true, theme: "light" },
]);
