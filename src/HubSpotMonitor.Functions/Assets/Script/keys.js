// Opened with a function key (?code=…), links within the monitor need it too. Done here so that the server never repeats a key.
export function keepKey(root = document) {
  const key = new URLSearchParams(location.search).get("code");
  if (!key) return;
  const keyed = address => {
    const url = new URL(address);
    url.searchParams.set("code", key);
    return url.pathname + url.search + url.hash;
  };
  for (const link of root.querySelectorAll("a[data-own]")) link.href = keyed(link.href);
  for (const form of root.querySelectorAll("form[data-own]")) {
    if (form.method !== "get") form.action = keyed(form.action);
    else if (!form.elements.code) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "code", value: key }));
  }
}
