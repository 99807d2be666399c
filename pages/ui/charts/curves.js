// Loss and accuracy: one run in full, or several as an overlay race on one axis.

const SYMBOLS = ["circle", "square", "diamond", "triangle-up", "cross", "x"];
const symbolOf = (i) => SYMBOLS[(i + Math.floor(i / SYMBOLS.length)) % SYMBOLS.length]; // colours repeat, pairs do not
const MOST = 900; // points a line is drawn with at most

/** Axis end that grows by doubling, so that it moves three times in a run and not with every row. */
function horizon(logs) {
  let end = 1;
  for (const log of logs) {
    const { steps, lastStep } = log;
    let own = Math.max(steps, lastStep);
    if (log.ended) own = lastStep || steps;
    else if (steps > 400) own = [0.125, 0.25, 0.5, 1].map((s) => s * steps).find((s) => lastStep <= s) ?? own;
    end = Math.max(end, own);
  }
  return end;
}

function base(c, extra = {}) {
  const { t } = c;
  const grid = alpha(t.ink, t.dark ? 0.13 : 0.1);
  const axis = {
    gridcolor: grid, zeroline: false, linecolor: alpha(t.ink, 0.35), tickcolor: "rgba(0,0,0,0)",
    ticklen: 4, automargin: false, tickfont: { size: 14 }, title: { font: { size: 14 }, standoff: 6 },
  };
  const { xaxis, yaxis, margin, ...rest } = extra;
  return {
    width: c.width, height: c.height, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: t.font, size: 14, color: t.ink }, showlegend: false, uirevision: "keep",
    dragmode: c.coarse ? false : "zoom", hovermode: "x unified",
    margin: { l: 58, r: 14, t: 10, b: 46, ...margin },
    hoverlabel: {
      bgcolor: t.paper, bordercolor: alpha(t.ink, 0.3), font: { size: 14, color: t.ink, family: t.font },
    },
    xaxis: {
      ...axis, range: c.x, title: { ...axis.title, text: c.say("live.axis.step") }, showgrid: false,
      nticks: c.width < 420 ? 4 : 7, tickformat: ",d", hoverformat: ",d", ...xaxis,
    },
    yaxis: { ...axis, nticks: 6, ...yaxis },
    ...rest,
  };
}

const line = (x, y, colour, width, extra = {}) => ({
  type: "scatter", mode: "lines", x, y, line: { color: colour, width, shape: "linear", ...extra.line },
  connectgaps: false, ...(({ line: _, ...others }) => others)(extra),
});

/** Points of a per-epoch quantity at the step where the epoch ended. */
function epochPoints(log, name) {
  const rows = log.epochs.filter((e) => Number.isFinite(e[name]));
  const kept = spread(rows.length, 400).map((i) => rows[i]);
  return { x: kept.map((e) => e.step ?? 0), y: kept.map((e) => e[name]), epoch: kept.map((e) => e.epoch) };
}

const isShare = (c, name) => c.logs[0].values.some((value) => value.name === name && value.unit === "share");
const hoverOf = (c, name) => (isShare(c, name) ? "%{y:.1%}" : "%{y:.3f}");
const formOf = (c, name) => (isShare(c, name) ? (v) => percent(v) : small);

function validation(c, log, name, colour, symbol, label) {
  const points = epochPoints(log, name);
  return {
    ...line(points.x, points.y, colour, 2.5, { name: label }), mode: "lines+markers",
    marker: {
      color: colour, symbol, size: points.x.length > 60 ? 5 : 8, line: { color: c.t.paper, width: 1.5 },
    },
    hovertemplate: hoverOf(c, name),
  };
}

// How a line beside validation is drawn: colour of the theme, marks, dash; and how the key draws it.
const HEXAGON = "M17 2l4.500 2.500v5l-4.500 2.500-4.500-2.500v-5z";
const LOOKS = {
  source: { colour: "source", symbol: "hexagon", dash: "dash", strokes: "7 4", path: HEXAGON },
  source_solved: { colour: "source", symbol: "hexagon-open", dash: "dot", strokes: "2 4", path: HEXAGON, open: true },
};
const OTHER = { colour: "ink", symbol: "square", dash: "dashdot", strokes: "7 3 2 3", path: "M13 3h8v8h-8z" };
const lookOf = (value) => LOOKS[value.line] ?? OTHER;

/** The lines of a panel of curves beside validation: the old head, a head that is solved anew. */
function others(c, panel) {
  if (c.race) return [];
  return c.logs[0].beside(panel).map((value) => {
    const { colour, symbol, dash, open } = lookOf(value);
    const trace = validation(c, c.logs[0], value.name, c.t[colour], symbol, c.say(`live.legend.${value.line}`));
    trace.line.dash = dash;
    if (open) trace.marker.line = { width: 2 };
    return trace;
  });
}

function single(c, raw, smooth, epochName) {
  const [log] = c.logs;
  const { accent, target: valid } = c.t;
  const traces = [];
  if (raw) {
    const r = thin(log.step, log[raw], ...c.x, MOST);
    traces.push(line(r.x, r.y, alpha(accent, c.t.dark ? 0.42 : 0.36), 1, {
      name: c.say("live.legend.raw"), hoverinfo: "skip",
    }));
  }
  const s = thin(log.step, log[smooth], ...c.x, MOST);
  traces.push(line(s.x, s.y, accent, 2.5, { name: c.say("live.legend.training"), hovertemplate: hoverOf(c, epochName) }));
  traces.push(validation(c, log, epochName, valid, "diamond", c.say("live.legend.validation")));
  return traces;
}

function raced(c, smooth, epochName) {
  const traces = [];
  const most = Math.max(120, Math.floor(MOST / c.logs.length));
  for (const [i, log] of c.logs.entries()) {
    if (smooth) {
      const s = thin(log.step, log[smooth], ...c.x, most);
      traces.push(line(s.x, s.y, alpha(log.colour, 0.55), 1.5, { line: { dash: "dot" }, hoverinfo: "skip" }));
    }
    traces.push(validation(c, log, epochName, log.colour, symbolOf(i), log.label));
  }
  return traces;
}

/** Where the loss stopped being a number: a line to talk about, not an empty end. */
function diverged(c) {
  const shapes = [];
  const annotations = [];
  for (const log of c.logs) {
    const step = log.result?.diverged?.step;
    if (!step) continue;
    const colour = c.t.target;
    shapes.push({
      type: "line", x0: step, x1: step, y0: 0, y1: 1, yref: "paper", line: { color: colour, width: 2, dash: "dash" },
    });
    annotations.push({
      x: step, y: 1, yref: "paper", text: c.say("live.loss.diverged", { step: whole(step) }), showarrow: false,
      xanchor: step > (c.x[0] + c.x[1]) / 2 ? "right" : "left", yanchor: "top", xshift: 0,
      font: { color: colour, size: 14 }, bgcolor: alpha(c.t.paper, 0.85), borderpad: 4,
    });
  }
  return { shapes, annotations };
}

const LOSS = {
  name: "loss",
  height: 300,
  draw(c) {
    const traces = c.race ? raced(c, "lossSmooth", "val_loss") : single(c, "loss", "lossSmooth", "val_loss");
    traces.push(...others(c, "loss"));
    const values = traces.flatMap((trace) => trace.y).filter((v) => v > 0).sort((a, b) => a - b);
    // A run that blows up would press everything else flat: then the axis counts in powers of ten.
    const log = values.length > 8 && values.at(-1) > 40 * values[Math.floor(values.length / 2)];
    const yaxis = log
      ? { type: "log", exponentformat: "power", dtick: values.at(-1) / values[0] > 1e6 ? undefined : 1 }
      : { type: "linear", rangemode: "tozero" };
    return { traces, layout: base(c, { yaxis, ...diverged(c) }) };
  },
  table(c) { return curveTable(c, "loss", "train_loss", "val_loss"); },
  summary(c) { return curveSummary(c, "loss", "lossSmooth", "val_loss"); },
};

const ACCURACY = {
  name: "accuracy",
  height: 300,
  draw(c) {
    const traces = c.race ? raced(c, null, "val_accuracy") : single(c, null, "accuracySmooth", "val_accuracy");
    traces.push(...others(c, "accuracy"));
    const yaxis = { range: [0, 1.02], tickformat: ".0%", tickvals: [0, 0.25, 0.5, 0.75, 1] };
    return { traces, layout: base(c, { yaxis }) };
  },
  table(c) { return curveTable(c, "accuracy", "train_accuracy", "val_accuracy"); },
  summary(c) { return curveSummary(c, "accuracy", "accuracySmooth", "val_accuracy"); },
};

/** A panel with one line: of the value that names it, a number a step. */
function linePanel(name) {
  const told = (c) => {
    const [log] = c.logs;
    return log.plain[log.values.find((each) => each.panel === name).name];
  };
  const form = (v) => (Number.isFinite(v) ? String(Number(v.toPrecision(5))) : "–"); // it moves little
  return {
    name,
    height: 300,
    draw(c) {
      const { x, y } = thin(c.logs[0].step, told(c), ...c.x, MOST);
      const traces = [line(x, y, c.t.accent, 2.5, { name: c.say(`live.${name}.title`), hovertemplate: "%{y:.5g}" })];
      return { traces, layout: base(c) };
    },
    table(c) {
      const head = [c.say("live.table.step"), c.say(`live.${name}.title`)];
      return { head, rows: spread(told(c).length, 40).map((i) => [whole(c.logs[0].step[i]), form(told(c)[i])]) };
    },
    summary(c) {
      return c.say(`live.${name}.summary`, { step: whole(c.logs[0].lastStep), value: form(told(c).at(-1)) });
    },
  };
}

/** One row an epoch; a race has one column a run.  Values are those of the rows, not of the line. */
function curveTable(c, name, train, val) {
  const form = formOf(c, val);
  if (c.race) {
    const longest = c.logs.reduce((a, b) => (b.epochs.length > a.epochs.length ? b : a));
    const head = [c.say("live.table.epoch"), ...c.logs.map((log) => log.label)];
    const rows = spread(longest.epochs.length, 40).map((i) => [
      longest.epochs[i].epoch, ...c.logs.map((log) => form(number(log.epochs[i]?.[val]))),
    ]);
    return { head, rows };
  }
  const [log] = c.logs;
  const more = log.beside(name);
  const named = ["epoch", "step", "training", "validation", ...more.map((value) => value.line)];
  const head = named.map((column) => c.say(`live.table.${column}`));
  const rows = spread(log.epochs.length, 40).map((i) => {
    const e = log.epochs[i];
    return [e.epoch, whole(e.step ?? 0), ...[train, val, ...more.map((value) => value.name)].map((each) => formOf(c, each)(number(e[each])))];
  });
  return { head, rows };
}

function curveSummary(c, name, smooth, val) {
  const form = formOf(c, val);
  const told = c.logs.map((log) => {
    const values = {
      run: log.label ?? "", step: whole(log.lastStep), training: form(log[smooth].at(-1) ?? NaN),
      validation: form(number(log.lastEpoch?.[val])),
    };
    return c.say(c.race ? `live.${name}.summary_race` : `live.${name}.summary`, values);
  });
  const [log] = c.logs;
  const more = c.race ? [] : log.beside(name).map((value) => {
    const last = log.epochs.findLast((epoch) => Number.isFinite(epoch[value.name]))[value.name];
    return c.say(`live.${name}.summary_${value.line}`, { value: formOf(c, value.name)(last) });
  });
  return [...told, ...more].join(" ");
}
