// On every page: keeps it up to date, and says when that cannot be done.
import { Pace } from "./pace.js";

const pace = new Pace();
let tag = null;
let timer = 0;
let shownAt = new Date();

const waits = "The page waits while you fill in the form.";

function clock(date) {
  return date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

// Tells that what stands here is old, or nothing at all.
function tell(reason) {
  const banner = document.getElementById("link-state");
  if (!banner) return;
  const text = reason ? `${reason} This is how things stood at ${clock(shownAt)}; trying again by itself.` : "";
  if (banner.textContent !== text) banner.textContent = text;
  document.body.classList.toggle("stale", Boolean(reason));
}

// Links and regions of tables have no ids, and their rows may have moved: they are known by what they do.
function nameOf(element) {
  return element.id || `${element.tagName} ${element.getAttribute("href") ?? element.getAttribute("aria-label") ?? element.textContent}`;
}

function alike(name) {
  return [...document.querySelectorAll("main :is([id], a, summary, [tabindex])")].filter(element => nameOf(element) === name);
}

// What the reader has opened, and where the keyboard is, stays.
function swap(fresh) {
  const main = document.querySelector("main");
  const focused = main.contains(document.activeElement) ? nameOf(document.activeElement) : "";
  const place = alike(focused).indexOf(document.activeElement);
  const opened = [...main.querySelectorAll("details[id]")].map(details => [details.id, details.open]);
  main.replaceWith(fresh.querySelector("main"));
  document.title = fresh.title;
  for (const [id, open] of opened) document.getElementById(id)?.toggleAttribute("open", open);
  document.dispatchEvent(new Event("page-swapped"));
  alike(focused)[place]?.focus({ preventScroll: true });
}

// Old figures with a warning help more than an empty page, so trouble of the server's is told above them.
function show(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const trouble = fresh.querySelector("main")?.dataset.trouble;
  if (!fresh.querySelector("main") || (trouble && !document.querySelector("main").dataset.trouble)) return trouble ?? "The answer is no page of the monitor's.";
  swap(fresh);
  return "";
}

async function ask() {
  try {
    const answer = await fetch(location.href.split("#")[0], { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(20_000) });
    if (answer.status !== 200 && answer.status !== 304) return pace.slower(), answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403 ? "The monitor wants you to sign in again." : "The monitor answers with an error.";
    if (answer.status === 200) {
      const html = await answer.text();
      if (isFilledIn()) return waits;
      const trouble = show(html);
      if (trouble) return pace.slower(), trouble;
      tag = answer.headers.get("ETag");
      pace.changed();
    } else pace.slower();
    shownAt = new Date();
    return "";
  } catch {
    pace.slower();
    return "The monitor cannot be reached.";
  }
}

// Whoever fills a form in keeps it: the page waits for them.
function isFilledIn() {
  return Boolean(document.activeElement?.closest("main form"));
}

async function refresh() {
  clearTimeout(timer);
  if (document.hidden) return;
  tell(isFilledIn() ? waits : await ask());
  timer = setTimeout(refresh, pace.wait);
}

// A page with a form to fill in is not swapped.
if (!document.body.hasAttribute("data-still")) {
  timer = setTimeout(refresh, pace.wait);
  document.addEventListener("visibilitychange", () => {
    pace.changed();
    refresh();
  });
}
