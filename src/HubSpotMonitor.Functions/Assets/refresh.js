// Asks for the page again every 10 seconds and swaps <main> when it changed. Short requests instead of a stream, so that an open page
// does not keep a serverless instance awake; nothing at all while the tab is hidden.
const pace = 10_000;
let tag = null;

// Opened with a function key (?code=…), links within the monitor need it too. Done here so that the server never repeats a key.
function keepKey() {
  const key = new URLSearchParams(location.search).get("code");
  if (!key) return;
  const keyed = address => {
    const url = new URL(address);
    url.searchParams.set("code", key);
    return url.pathname + url.search + url.hash;
  };
  for (const link of document.querySelectorAll("a[data-own]")) link.href = keyed(link.href);
  for (const form of document.querySelectorAll("form[data-own]")) {
    if (form.method !== "get") form.action = keyed(form.action);
    else if (!form.elements.code) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "code", value: key }));
  }
}

function tell(text) {
  const status = document.getElementById("link-state");
  if (status && status.textContent !== text) status.textContent = text;
}

function swap(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const main = fresh.querySelector("main");
  if (!main) return;
  const focused = document.activeElement?.id;
  document.querySelector("main").replaceWith(main);
  document.title = fresh.title;
  keepKey();
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
    if (answer.status === 200) {
      swap(await answer.text());
      tag = answer.headers.get("ETag");
    }
    tell(answer.ok || answer.status === 304 ? "" : "The monitor answers with an error. Trying again …");
  } catch {
    tell("The monitor cannot be reached. Trying again …");
  }
}

async function run() {
  await refresh();
  setTimeout(run, pace);
}

keepKey();
// A page with a form to fill in is not swapped.
if (!document.body.hasAttribute("data-still")) {
  setTimeout(run, pace);
  document.addEventListener("visibilitychange", refresh);
}
