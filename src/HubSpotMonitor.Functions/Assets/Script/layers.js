// What lies behind and before the lines: incidents, missing polls, resets, the limit, flags and marks.

// The limit belongs into the picture where a day comes near it.
export function counter(data, max) {
  const most = max ?? 0;
  return data.limit && most * 3 >= data.limit ? Math.max(most, data.limit) : Math.max(most, 1);
}

function clipped(u, draw) {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.textAlign = "left"; // the axes leave it at the right
  draw(ctx, bbox, at => u.valToPos(at, "x", true), devicePixelRatio);
  ctx.restore();
}

function upright(ctx, x, top, height) {
  ctx.beginPath();
  ctx.moveTo(x, top);
  ctx.lineTo(x, top + height);
  ctx.stroke();
}

function behind(data, ink) {
  return u => clipped(u, (ctx, box, x, dpr) => {
    for (const spell of data.spells) {
      ctx.fillStyle = spell.grave ? ink["spell-grave"] : ink.spell;
      ctx.fillRect(x(spell.from), box.top, Math.max(2 * dpr, x(spell.to) - x(spell.from)), box.height);
    }
    for (const gap of data.gaps) {
      ctx.fillStyle = ink.gap;
      ctx.fillRect(x(gap.from), box.top, Math.max(2 * dpr, x(gap.to) - x(gap.from)), box.height);
    }
    ctx.strokeStyle = ink.midnight;
    ctx.lineWidth = dpr;
    ctx.setLineDash([2 * dpr, 3 * dpr]);
    for (const reset of data.resets) upright(ctx, x(reset), box.top, box.height);
  });
}

function triangle(ctx, x, y, size) {
  ctx.beginPath();
  ctx.moveTo(x, y - 1.9 * size);
  ctx.lineTo(x + size, y - 0.3 * size);
  ctx.lineTo(x - size, y - 0.3 * size);
  ctx.fill();
}

function flag(ctx, x, top, size, ink, alert) {
  ctx.strokeStyle = ctx.fillStyle = alert ? ink.bad : ink.flag;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  upright(ctx, x, top, 2 * size);
  ctx.beginPath();
  ctx.moveTo(x, top);
  ctx.lineTo(x + 1.25 * size, top + size / 2);
  ctx.lineTo(x, top + size);
  ctx.fill();
}

function before(data, ink) {
  return u => clipped(u, (ctx, box, x, dpr) => {
    ctx.fillStyle = ink.bad;
    for (const place of Object.keys(data.far)) triangle(ctx, x(data.t[place]), u.valToPos(data.n[place] / data.m[place], "y", true), 6 * dpr);
    for (const one of data.flags) flag(ctx, x(one.at), box.top + dpr, 8 * dpr, ink, one.alert);
    ctx.fillStyle = ink.bad;
    ctx.font = `600 ${12 * dpr}px system-ui, sans-serif`;
    const ends = [];
    for (const spell of data.spells) {
      const width = ctx.measureText(spell.class).width;
      // At the right edge it would be cut off; two that begin together stand one below the other.
      const left = Math.min(Math.max(x(spell.from), box.left), box.left + box.width - width - 10 * dpr) + 5 * dpr;
      const free = ends.findIndex(end => end <= left);
      const row = free < 0 ? ends.length : free;
      ends[row] = left + width;
      ctx.fillText(spell.class, left, box.top + (32 + 15 * row) * dpr);
    }
  });
}

function limit(data, ink) {
  return u => clipped(u, (ctx, box, x, dpr) => {
    if (!data.limit || data.limit > u.scales.y.max) return;
    const y = u.valToPos(data.limit, "y", true);
    ctx.strokeStyle = ctx.fillStyle = ink.bad;
    ctx.lineWidth = 1.5 * dpr;
    ctx.setLineDash([6 * dpr, 4 * dpr]);
    ctx.beginPath();
    ctx.moveTo(box.left, y);
    ctx.lineTo(box.left + box.width, y);
    ctx.stroke();
    ctx.font = `${12 * dpr}px system-ui, sans-serif`;
    ctx.fillText(`limit ${data.limit.toLocaleString("en")} a day`, box.left + 6 * dpr, y + 14 * dpr);
  });
}

export function around(data, ink, isOnTop, isCounter) {
  if (!isOnTop) return behind(data, ink);
  if (!isCounter) return before(data, ink);
  const [back, line] = [behind({ ...data, gaps: [] }, ink), limit(data, ink)];
  return u => {
    back(u);
    line(u);
  };
}
