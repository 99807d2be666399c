// What happens inside the network: rates, gradient strip, update ratios, distance, group by group.
// Order is that of the block picture: the input first (on top), the head last.

/** Colours by depth: pale near the input, full near the head; new weights in their own hue. */
function depthColours(c, groups) {
  const learning = groups.filter((g) => g.state !== "frozen");
  const kept = learning.filter((g) => g.state === "kept").length;
  let seen = 0;
  return new Map(learning.map((g) => {
    if (g.state !== "kept") return [g.name, g.name === "head" ? c.t.new : mix(c.t.new, c.t.paper, 0.3)];
    seen += 1;
    return [g.name, mix(c.t.kept, c.t.paper, kept > 1 ? 0.52 * (1 - (seen - 1) / (kept - 1)) : 0)];
  }));
}

const dashOf = (group) => (group.name === "head" ? "dash" : group.state === "new" ? VISUAL.dash.new : VISUAL.dash.kept);
const nameOf = (c, group) => (group.name === "head" ? c.say("live.group.head") : group.name);

/** Names at the line ends instead of a legend; pushed apart where they would overlap. */
function endLabels(c, ends, low, high, plotHeight) {
  const gap = 17;
  const spots = ends
    .filter((e) => Number.isFinite(e.y))
    .map((e, depth) => ({ ...e, depth, at: ((high - e.y) / (high - low || 1)) * plotHeight }))
    .sort((a, b) => a.at - b.at || b.depth - a.depth);
  const room = Math.max(2, Math.floor(plotHeight / gap));
  const shown = spread(spots.length, Math.min(room, spots.length)).map((i) => spots[i]);
  for (let i = 1; i < shown.length; i += 1) {
    const over = shown[i - 1].at + gap - shown[i].at;
    if (over > 0) shown[i].at += over;
  }
  for (let i = shown.length - 1, floor = plotHeight; i >= 0; i -= 1, floor -= gap) {
    if (shown[i].at > floor) shown[i].at = floor;
    else break;
  }
  return shown.map((e) => ({
    x: e.x, y: high - (e.at / plotHeight) * (high - low), text: e.text, showarrow: false, xanchor: "left",
    yanchor: "middle", xshift: 6, font: { size: 14, color: e.colour },
  }));
}

const widest = (texts) => Math.max(0, ...texts.map((text) => [...text].reduce(
  (sum, ch) => sum + (ch.charCodeAt(0) > 0x1100 ? 14.5 : 8), 0)));

/** One line a group on a log axis: rates and update ratios. */
function groupLines(c, xs, columns, extra) {
  const [log] = c.logs;
  const colours = depthColours(c, log.groups);
  const most = Math.max(100, Math.min(500, Math.floor(5000 / Math.max(1, columns.size))));
  const lines = [];
  for (const group of log.groups) {
    const ys = columns.get(group.name);
    if (!ys || !colours.has(group.name)) continue;
    const twin = extra.merge && lines.find((l) => same(l.ys, ys));
    if (twin) twin.names.push(nameOf(c, group));
    else lines.push({ group, ys, names: [nameOf(c, group)], colour: colours.get(group.name) });
  }
  let [low, high] = [Infinity, -Infinity];
  for (const l of lines) {
    l.points = thin(xs, l.ys, ...c.x, most);
    for (const v of l.points.y) {
      if (!(v > 0)) continue;
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
    l.label = l.names.length > 1 ? `${l.names[0]} … ${l.names.at(-1)}` : l.names[0];
  }
  if (!Number.isFinite(low)) [low, high] = [1e-4, 1e-2];
  for (const v of extra.include ?? []) [low, high] = [Math.min(low, v), Math.max(high, v)];
  low = Math.max(low, high / (extra.span ?? 1e8));
  const range = [Math.floor(Math.log10(low) * 2) / 2 - 0.1, Math.ceil(Math.log10(high) * 2) / 2 + 0.1];
  const right = Math.min(widest(lines.map((l) => l.label)) + 12, c.width * 0.3);
  const margin = { l: 54, r: right, t: 10, b: 46 };
  const ends = lines.map((l) => {
    // A schedule ends in a cliff: the name goes beside the last stretch, not at the foot of it.
    const last = l.points.y.findLastIndex((v) => v > 0);
    const beside = l.points.y.slice(Math.floor(0.8 * last), last + 1).filter((v) => v > 0);
    const level = beside.sort((a, b) => a - b)[beside.length >> 1];
    return { x: l.points.x[last], y: Math.log10(level), text: l.label, colour: l.colour };
  });
  const traces = lines.map((l) => line(l.points.x, l.points.y.map((v) => (v > 0 ? v : null)), l.colour, 2, {
    name: l.label, line: { dash: dashOf(l.group) }, hovertemplate: "%{y:.1e}",
  }));
  const annotations = endLabels(c, ends, range[0], range[1], c.height - margin.t - margin.b);
  const yaxis = {
    type: "log", range, dtick: range[1] - range[0] > 5 ? 2 : 1, exponentformat: "power", tickfont: { size: 12 },
  };
  return { traces, layout: base(c, { yaxis, annotations, margin, hovermode: "closest" }), lines };
}

function same(a, b) {
  const n = Math.min(a.length, b.length);
  if (a.length !== b.length) return false;
  for (const i of spread(n, 12)) if (!(Math.abs(a[i] - b[i]) <= 1e-9 * Math.abs(a[i]))) return false;
  return true;
}

function groupTable(c, xs, columns, form) {
  const [log] = c.logs;
  const at = spread(xs.length, 8);
  const head = [c.say("live.table.group"), ...at.map((i) => c.say("live.table.at", { step: whole(xs[i]) }))];
  const rows = log.groups.map((group) => {
    const ys = columns.get(group.name);
    const frozen = group.state === "frozen" ? c.say("live.frozen") : "–";
    return [nameOf(c, group), ...at.map((i) => (ys ? form(ys[i]) : frozen))];
  });
  return { head, rows };
}

const lastOf = (ys) => (ys ? ys.at(-1) : NaN);

function groupSummary(c, key, columns, form) {
  const [log] = c.logs;
  const told = log.groups.map((group) => {
    const value = group.state === "frozen" ? c.say("live.frozen") : form(lastOf(columns.get(group.name)));
    return `${nameOf(c, group)}: ${value}`;
  });
  return c.say(key, { step: whole(log.lastStep), values: told.join(", ") });
}

// The three stand side by side where there is room: as tall as the bars need, within reason.
const distanceHeight = (c) => Math.max(200, c.logs[0].groups.length * 26 + 62);
const besideDistance = (c) => between(260, distanceHeight(c), 380);

/** A panel that only the table of values knows: a line a group, or one line. */
function otherPanel(name, values) {
  return values.some((value) => value.panel === name && value.grouped) ? groupPanel(name) : linePanel(name);
}

/** A panel of lines, one a group: of the value that names it.  `finish` adds to the figure. */
function groupPanel(name, extra = {}, finish = () => {}) {
  const told = (c) => {
    const value = (c.logs[0].values).find((each) => each.panel === name && each.grouped);
    return c.logs[0].perGroup[value?.name] ?? { step: [], columns: new Map() };
  };
  return {
    name,
    heightFor: besideDistance,
    draw(c) {
      const { step, columns } = told(c);
      const figure = groupLines(c, step, columns, extra);
      finish(c, figure.layout);
      return figure;
    },
    table(c) {
      const { step, columns } = told(c);
      return groupTable(c, step, columns, small);
    },
    summary(c) { return groupSummary(c, `live.${name}.summary`, told(c).columns, small); },
  };
}

const RATES = groupPanel("rates", { merge: true, span: 1e4 });

const RATIOS = groupPanel("ratios", { include: [1e-3], span: 1e6 }, (c, layout) => {
  layout.shapes = [{
    type: "line", xref: "paper", x0: 0, x1: 1, y0: 1e-3, y1: 1e-3,
    line: { color: c.t.ink, width: 2, dash: "4px,5px" }, opacity: 0.55, layer: "below",
  }];
});

/** Hatched bars on the heat map's own axes: a frozen group is a fact to see, not an empty row. */
function frozenBands(c, groups, low, high) {
  const rows = groups.map((g, i) => (g.state === "frozen" ? i : -1)).filter((i) => i >= 0);
  if (!rows.length) return { traces: [], annotations: [] };
  const bands = {
    type: "bar", orientation: "h", y: rows, x: rows.map(() => high - low), base: rows.map(() => low), width: 0.9,
    marker: {
      color: alpha(c.t.frozenArea, c.t.dark ? 0.2 : 0.28), line: { width: 0 },
      pattern: { shape: "/", fgcolor: alpha(c.t.frozenArea, 0.85), bgcolor: alpha(c.t.frozenArea, 0.18), size: 9, solidity: 0.22 },
    },
    hovertemplate: `${c.say("live.frozen")}<extra></extra>`,
  };
  const annotations = [];
  for (let i = 0; i < rows.length; i += 1) {
    let end = i;
    while (rows[end + 1] === rows[end] + 1) end += 1;
    annotations.push({
      x: 0.5, xref: "paper", y: (rows[i] + rows[end]) / 2, text: `❄ ${c.say("live.frozen")}`, showarrow: false,
      font: { size: 15, color: c.t.ink }, bgcolor: alpha(c.t.paper, 0.88), borderpad: 4,
    });
    i = end;
  }
  return { traces: [bands], annotations };
}

const STRIP = {
  name: "strip",
  heightFor(c) { return Math.max(150, c.logs[0].groups.length * (c.logs[0].groups.length > 11 ? 22 : 28) + 60); },
  draw(c) {
    const [log] = c.logs;
    const { columns } = log.perGroup[c.absolute ? "grad_norm" : "rel_grad"];
    const names = log.groups.map((g) => nameOf(c, g));
    const left = Math.min(widest(names) + 14, 130);
    const [low, high] = [Math.max(0, c.x[0]), c.x[1]];
    const count = Math.floor(between(20, (c.width - left - 90) / 6, 160));
    const width = Math.max(1, Math.ceil((high - low) / count));
    const n = Math.max(1, Math.ceil((high - low) / width));
    const z = log.groups.map((g) => bins(log.step, columns.get(g.name) ?? [], low + 0.5, width, n));
    const values = z.flat().filter((v) => v !== null).sort((a, b) => a - b);
    const at = (share) => values[Math.floor(share * (values.length - 1))];
    // Ends at half powers of ten, from the inner 96 %: the colours stay put while rows arrive.
    const [zmin, zmax] = values.length
      ? [Math.floor(at(0.02) * 2) / 2, Math.max(Math.ceil(at(0.98) * 2) / 2, Math.floor(at(0.02) * 2) / 2 + 0.5)]
      : [-3, 0];
    const ticks = [];
    for (let v = Math.ceil(zmin); v <= zmax; v += 1) ticks.push(v);
    const heat = {
      type: "heatmap", x: Array.from({ length: n + 1 }, (_, i) => low + 0.5 + i * width), y: names.map((_, i) => i), z,
      zmin, zmax, colorscale: c.t.heat, xgap: 0, ygap: 2, hoverongaps: false,
      customdata: log.groups.map((g, i) => z[i].map(() => names[i])),
      hovertemplate: "%{customdata} · %{x:,d}<br>10<sup>%{z:.1f}</sup><extra></extra>",
      colorbar: {
        thickness: 12, outlinewidth: 0, tickvals: ticks, ticktext: ticks.map((v) => `10<sup>${v}</sup>`),
        tickfont: { size: 13 }, x: 1.01, xpad: 4, len: 1, lenmode: "fraction",
      },
    };
    const bands = frozenBands(c, log.groups, low, high);
    const yaxis = {
      range: [names.length - 0.5, -0.5], tickvals: names.map((_, i) => i), ticktext: names, fixedrange: true,
      showgrid: false,
    };
    const layout = base(c, {
      yaxis, margin: { l: left, r: 66, t: 6, b: 46 }, annotations: bands.annotations, hovermode: "closest", bargap: 0,
    });
    return { traces: [heat, ...bands.traces], layout };
  },
  table(c) {
    const { step, columns } = c.logs[0].perGroup[c.absolute ? "grad_norm" : "rel_grad"];
    return groupTable(c, step, columns, small);
  },
  summary(c) { return groupSummary(c, "live.strip.summary", c.logs[0].perGroup.rel_grad.columns, small); },
};

const DISTANCE = {
  name: "distance",
  heightFor: distanceHeight,
  moved(c) {
    const [log] = c.logs;
    return log.epochs.findLast((e) => e.distance && Object.keys(e.distance).length)?.distance ?? {};
  },
  said(c, group, moved) {
    if (group.state === "frozen") return `❄ ${c.say("live.frozen")}`;
    if (group.state === "new") return c.say("live.distance.new");
    return Number.isFinite(moved[group.name]) ? percent(moved[group.name]) : "–";
  },
  draw(c) {
    const [log] = c.logs;
    const moved = this.moved(c);
    const groups = log.groups.filter((g) => g.name !== "head");
    const names = groups.map((g) => g.name);
    const values = groups.map((g) => (g.state === "kept" ? number(moved[g.name]) || 0 : 0));
    const most = Math.max(0.01, ...values);
    const colours = depthColours(c, log.groups);
    const bars = {
      type: "bar", orientation: "h", x: values, y: names.map((_, i) => i), width: 0.62,
      text: groups.map((g) => this.said(c, g, moved)), textposition: "outside", cliponaxis: false,
      textfont: { size: 14, color: groups.map((g) => (g.state === "kept" ? c.t.ink : alpha(c.t.ink, 0.7))) },
      marker: { color: groups.map((g) => colours.get(g.name) ?? c.t.frozenArea) }, hoverinfo: "skip",
    };
    const layout = base(c, {
      xaxis: { range: [0, most * 1.45], title: { text: c.say("live.distance.axis"), standoff: 6, font: { size: 14 } }, tickformat: ".1~%", fixedrange: true, nticks: 4 },
      yaxis: { range: [names.length - 0.4, -0.6], tickvals: names.map((_, i) => i), ticktext: names, showgrid: false, fixedrange: true },
      margin: { l: Math.min(widest(names) + 14, 130), r: 20, t: 6, b: 46 }, hovermode: false,
    });
    return { traces: [bars], layout };
  },
  table(c) {
    const moved = this.moved(c);
    const head = [c.say("live.table.group"), c.say("live.distance.axis")];
    return { head, rows: c.logs[0].groups.filter((g) => g.name !== "head").map((g) => [g.name, this.said(c, g, moved)]) };
  },
  summary(c) {
    const moved = this.moved(c);
    const told = c.logs[0].groups.filter((g) => g.name !== "head").map((g) => `${g.name}: ${this.said(c, g, moved)}`);
    return c.say("live.distance.summary", { values: told.join(", ") });
  },
};
