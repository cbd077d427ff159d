// The chart of one account: calls a minute above, those counted since midnight below, one time axis. Drag to zoom, or use the keyboard.
import uPlot from "uplot";
import { around, counter } from "./layers.js";
import { says } from "./says.js";

const upper = 290;
const lower = 130;

function colours() {
  const style = getComputedStyle(document.documentElement);
  return new Proxy({}, { get: (_, name) => style.getPropertyValue(`--${name}`).trim() });
}

const rates = (counts, minutes) => counts.map((count, i) => (count == null ? null : count / minutes[i]));

const short = value => (value >= 1e6 ? `${+(value / 1e6).toFixed(1)}M` : value >= 1e4 ? `${+(value / 1e3).toFixed(1)}k` : `${+value.toFixed(1)}`);

function axes(ink, zone, showsTime) {
  const line = { stroke: () => ink.quiet, grid: { stroke: () => ink.grid, width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
  const time = { ...line, space: 64, size: showsTime ? 30 : 0, values: showsTime ? stamps(zone) : (_, all) => all.map(() => "") };
  return [time, { ...line, size: 46, values: (_, all) => all.map(short) }];
}

// 24 Nov where a day begins, else the hour; on the account's clock.
function stamps(zone) {
  const hour = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
  const day = new Intl.DateTimeFormat("en-GB", { timeZone: zone, day: "numeric", month: "short" });
  return (_, all) => all.map(at => (hour.format(at * 1e3) === "00:00" ? day.format(at * 1e3) : hour.format(at * 1e3)));
}

function options(area, ink, zone, extra) {
  return {
    width: area.clientWidth,
    legend: { show: false },
    tzDate: at => uPlot.tzDate(new Date(at * 1e3), zone),
    padding: [8, 8, 0, 0],
    ...extra,
  };
}

function above(area, data, ink, cursor, onZoom) {
  const n = rates(data.n, data.m);
  const series = [{}, { stroke: () => ink.line, width: 1.75, points: { show: false } }, { points: { show: false } }, { points: { show: false } }];
  return new uPlot(options(area, ink, data.zone, {
    height: upper,
    // No axis of time below it: room for the lower half of its 0.
    padding: [8, 8, 8, 0],
    series,
    bands: [{ series: [2, 3], fill: () => ink.band }],
    axes: axes(ink, data.zone, false),
    cursor,
    scales: { y: { range: (_, __, max) => [0, Math.max(max ?? 0, 0.5) * 1.12] } },
    hooks: { drawClear: [around(data, ink)], draw: [around(data, ink, true)], setScale: [(u, key) => key === "x" && onZoom(u)] },
  }), [data.t, n, rates(data.hi, data.m), rates(data.lo, data.m)], area);
}

function below(area, data, ink, cursor, onZoom) {
  return new uPlot(options(area, ink, data.zone, {
    height: lower,
    series: [{}, { stroke: () => ink.text, width: 1.5, points: { show: false } }],
    axes: axes(ink, data.zone, true),
    cursor,
    scales: { y: { range: (_, __, max) => [0, counter(data, max) * 1.08] } },
    hooks: { draw: [around(data, ink, true, true)], setScale: [(u, key) => key === "x" && onZoom(u)] },
  }), [data.ct, data.c], area);
}

// Kept in the address behind the #, which no server sees, so that a link shows the same stretch.
function remembered() {
  const [from, to] = /^#zoom=(\d+)-(\d+)$/.exec(location.hash)?.slice(1).map(Number) ?? [];
  return from < to ? [from, to] : null;
}

function remember(range) {
  const hash = range ? `#zoom=${Math.round(range[0])}-${Math.round(range[1])}` : "";
  if (location.hash !== hash) history.replaceState(null, "", location.pathname + location.search + hash);
}

function buttons(area, zoom) {
  const bar = area.insertAdjacentElement("afterend", Object.assign(document.createElement("p"), { className: "zoom" }));
  for (const [label, act] of [["Zoom in", () => zoom(0.5)], ["Zoom out", () => zoom(2)], ["Show all", () => zoom(0)]]) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: label, className: "plain" });
    button.addEventListener("click", act);
    bar.append(button);
  }
  const hint = Object.assign(document.createElement("span"), { className: "quiet", textContent: "Drag over the chart to zoom; with the keyboard arrow keys, + and −." });
  bar.append(hint);
}

export function drawUsage(area, data) {
  const ink = colours();
  const [whole, sync] = [[data.from, data.to], uPlot.sync("usage")];
  area.querySelector("svg.chart").remove();
  const words = area.appendChild(Object.assign(document.createElement("output"), { className: "tip" }));
  let [plots, range] = [[], remembered() ?? whole];

  const show = (from, to) => {
    range = [Math.max(whole[0], from), Math.min(whole[1], to)];
    if (range[1] - range[0] < 900) return;
    for (const plot of plots) plot.setScale("x", { min: range[0], max: range[1] });
    remember(range[0] > whole[0] || range[1] < whole[1] ? range : null);
  };
  // 0 shows all.
  const zoom = factor => {
    if (factor === 0) return show(...whole);
    const at = plots[0].cursor.idx != null ? data.t[plots[0].cursor.idx] : (range[0] + range[1]) / 2;
    const middle = Math.min(range[1], Math.max(range[0], at));
    show(middle - (middle - range[0]) * factor, middle + (range[1] - middle) * factor);
  };
  const onZoom = u => {
    const { min, max } = u.scales.x;
    if (plots.length === 2 && (Math.round(min) !== Math.round(range[0]) || Math.round(max) !== Math.round(range[1]))) show(min, max);
  };
  const cursor = { sync: { key: sync.key, setSeries: false }, drag: { x: true, y: false, dist: 6 }, points: { size: 7 }, bind: { dblclick: () => () => zoom(0) } };

  const [top, bottom] = [area.appendChild(document.createElement("div")), area.appendChild(document.createElement("div"))];
  plots = [above(top, data, ink, cursor, onZoom), below(bottom, data, ink, cursor, onZoom)];
  show(...range);
  plots[0].over.addEventListener("mousemove", () => tip(plots[0].cursor.idx));
  plots[0].over.addEventListener("mouseleave", () => tip(null));

  const tip = place => {
    words.hidden = place == null || data.n[place] == null;
    if (words.hidden) return;
    words.replaceChildren(...says(data, place).map(line => Object.assign(document.createElement("span"), { textContent: line })));
    const left = plots[0].valToPos(data.t[place], "x") + plots[0].over.offsetLeft;
    words.classList.toggle("flipped", left > area.clientWidth / 2);
    words.style.left = `${left}px`;
  };
  const step = by => {
    let place = plots[0].cursor.idx ?? (by > 0 ? -1 : data.t.length);
    do place += by;
    while (place >= 0 && place < data.t.length && (data.n[place] == null || data.t[place] < range[0]));
    if (place < 0 || place >= data.t.length || data.t[place] > range[1]) return;
    plots[0].setCursor({ left: plots[0].valToPos(data.t[place], "x"), top: plots[0].valToPos(data.n[place] / data.m[place], "y") });
    tip(place);
  };
  const keys = { ArrowRight: () => step(1), ArrowLeft: () => step(-1), "+": () => zoom(0.5), "=": () => zoom(0.5), "-": () => zoom(2), 0: () => zoom(0), Escape: () => zoom(0) };
  area.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  buttons(area, zoom);
  tip(null);
  const gone = new AbortController();
  const sized = new ResizeObserver(() => {
    for (const plot of plots) if (plot.width !== area.clientWidth) plot.setSize({ width: area.clientWidth, height: plot.height });
  });
  sized.observe(area);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => plots.forEach(plot => plot.redraw(false)), { signal: gone.signal });
  // The page brings a new chart every few minutes; the old one must not be kept by what it listens to.
  document.addEventListener("page-swapped", () => {
    gone.abort();
    sized.disconnect();
    for (const plot of plots) plot.destroy();
  }, { once: true });
}
