// A value in words: how much, what was expected, why it is marked, and what happened then.
const number = value => Math.round(value).toLocaleString("en");
const rate = value => (value < 10 ? String(+value.toFixed(1)) : number(value));

function stamp(at, zone) {
  const date = new Date(at * 1e3);
  const local = date.toLocaleString("en-GB", { timeZone: zone, day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  const utc = date.toLocaleTimeString("en-GB", { timeZone: "UTC", hour: "2-digit", minute: "2-digit" });
  return `${local} (${utc} UTC)`;
}

function expected(data, place) {
  const [low, high, seen] = [data.lo[place], data.hi[place], data.n[place]];
  if (high == null) return "Nothing was expected yet: the model is learning.";
  const range = `expected ${number(low)} to ${number(high)}`;
  if (seen > high) return `${range}: ${(seen / Math.max(high, 1)).toFixed(1)}x the upper edge`;
  return seen < low ? `${range}: below` : range;
}

function odds(p) {
  return p <= 1e-8 ? "Less than one quiet reading in 100 million is as high." : `One quiet reading in ${number(1 / p)} is as high.`;
}

export function says(data, place) {
  const at = data.t[place];
  const half = data.m[place] * 30;
  const lines = [
    stamp(at, data.zone),
    `${number(data.n[place])} calls in ${+data.m[place].toFixed(1)} min, ${rate(data.n[place] / data.m[place])} a minute`,
    expected(data, place),
  ];
  if (data.far[place] != null) lines.push(odds(data.far[place]));
  for (const spell of data.spells) if (at >= spell.from && at <= spell.to) lines.push(`${spell.class}: ${spell.says}`);
  const near = (data.to - data.from) / 150;
  for (const flag of data.flags) if (Math.abs(flag.at - at) <= Math.max(half, near)) lines.push(...flag.says.map(text => `⚑ ${text}`));
  return lines;
}
