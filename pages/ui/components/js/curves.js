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

function validation(c, log, name, colour, symbol, label) {
  const points = epochPoints(log, name);
  return {
    ...line(points.x, points.y, colour, 2.5, { name: label }), mode: "lines+markers",
    marker: {
      color: colour, symbol, size: points.x.length > 60 ? 5 : 8, line: { color: c.t.paper, width: 1.5 },
    },
    hovertemplate: c.format === "percent" ? "%{y:.1%}" : "%{y:.3f}",
  };
}

/** Whether the old head is asked what is left of the source. */
const asksSource = (log) => log?.epochs.some((e) => Number.isFinite(e.source_accuracy)) ?? false;

/** Whether a head is solved anew on the source, now and then; older runs did not. */
const solvesSource = (log) => log?.epochs.some((e) => Number.isFinite(e.source_solved)) ?? false;

function single(c, raw, smooth, epochName, isShare) {
  const [log] = c.logs;
  const { accent, target: valid } = c.t;
  c.format = isShare ? "percent" : "number";
  const hover = isShare ? "%{y:.1%}" : "%{y:.3f}";
  const traces = [];
  if (raw) {
    const r = thin(log.step, log[raw], ...c.x, MOST);
    traces.push(line(r.x, r.y, alpha(accent, c.t.dark ? 0.42 : 0.36), 1, {
      name: c.say("live.legend.raw"), hoverinfo: "skip",
    }));
  }
  const s = thin(log.step, log[smooth], ...c.x, MOST);
  traces.push(line(s.x, s.y, accent, 2.5, { name: c.say("live.legend.training"), hovertemplate: hover }));
  traces.push(validation(c, log, epochName, valid, "diamond", c.say("live.legend.validation")));
  return traces;
}

function raced(c, smooth, epochName, isShare) {
  c.format = isShare ? "percent" : "number";
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
    const traces = c.race ? raced(c, "lossSmooth", "val_loss", false) : single(c, "loss", "lossSmooth", "val_loss", false);
    const values = traces.flatMap((trace) => trace.y).filter((v) => v > 0).sort((a, b) => a - b);
    // A run that blows up would press everything else flat: then the axis counts in powers of ten.
    const log = values.length > 8 && values.at(-1) > 40 * values[Math.floor(values.length / 2)];
    const yaxis = log
      ? { type: "log", exponentformat: "power", dtick: values.at(-1) / values[0] > 1e6 ? undefined : 1 }
      : { type: "linear", rangemode: "tozero" };
    return { traces, layout: base(c, { yaxis, ...diverged(c) }) };
  },
  table(c) { return curveTable(c, "train_loss", "val_loss", "lossSmooth", small); },
  summary(c) { return curveSummary(c, "loss", "lossSmooth", "val_loss", small); },
};

const ACCURACY = {
  name: "accuracy",
  height: 300,
  draw(c) {
    const traces = c.race ? raced(c, null, "val_accuracy", true) : single(c, null, "accuracySmooth", "val_accuracy", true);
    if (!c.race && asksSource(c.logs[0])) {
      const old = validation(c, c.logs[0], "source_accuracy", c.t.source, "hexagon", c.say("live.legend.source"));
      old.line.dash = "dash";
      traces.push(old);
    }
    if (!c.race && solvesSource(c.logs[0])) {
      const anew = validation(c, c.logs[0], "source_solved", c.t.source, "hexagon-open", c.say("live.legend.source_solved"));
      anew.line.dash = "dot";
      anew.marker.line = { width: 2 };
      traces.push(anew);
    }
    const yaxis = { range: [0, 1.02], tickformat: ".0%", tickvals: [0, 0.25, 0.5, 0.75, 1] };
    return { traces, layout: base(c, { yaxis }) };
  },
  table(c) {
    const { head, rows } = curveTable(c, "train_accuracy", "val_accuracy", "accuracySmooth", (v) => percent(v));
    const [log] = c.logs;
    if (c.race || !asksSource(log)) return { head, rows };
    const more = { source: "source_accuracy", ...(solvesSource(log) ? { source_solved: "source_solved" } : {}) };
    const left = spread(log.epochs.length, 40).map((i) => Object.values(more).map((name) => percent(number(log.epochs[i][name]))));
    return {
      head: [...head, ...Object.keys(more).map((name) => c.say(`live.table.${name}`))],
      rows: rows.map((row, i) => [...row, ...left[i]]),
    };
  },
  summary(c) {
    const told = curveSummary(c, "accuracy", "accuracySmooth", "val_accuracy", (v) => percent(v));
    const [log] = c.logs;
    if (c.race || !asksSource(log)) return told;
    const old = c.say("live.accuracy.summary_source", { source: percent(number(log.lastEpoch?.source_accuracy)) });
    const last = log.epochs.findLast((e) => Number.isFinite(e.source_solved));
    const anew = last ? c.say("live.accuracy.summary_source_solved", { source: percent(last.source_solved) }) : "";
    return `${told} ${old} ${anew}`.trim();
  },
};

/** One row an epoch; a race has one column a run.  Values are those of the rows, not of the line. */
function curveTable(c, train, val, smooth, form) {
  if (c.race) {
    const longest = c.logs.reduce((a, b) => (b.epochs.length > a.epochs.length ? b : a));
    const head = [c.say("live.table.epoch"), ...c.logs.map((log) => log.label)];
    const rows = spread(longest.epochs.length, 40).map((i) => [
      longest.epochs[i].epoch, ...c.logs.map((log) => form(number(log.epochs[i]?.[val]))),
    ]);
    return { head, rows };
  }
  const [log] = c.logs;
  const head = ["epoch", "step", "training", "validation"].map((name) => c.say(`live.table.${name}`));
  const rows = spread(log.epochs.length, 40).map((i) => {
    const e = log.epochs[i];
    return [e.epoch, whole(e.step ?? 0), form(number(e[train])), form(number(e[val]))];
  });
  return { head, rows };
}

function curveSummary(c, name, smooth, val, form) {
  return c.logs.map((log) => {
    const values = {
      run: log.label ?? "", step: whole(log.lastStep), training: form(log[smooth].at(-1) ?? NaN),
      validation: form(number(log.lastEpoch?.[val])),
    };
    return c.say(c.race ? `live.${name}.summary_race` : `live.${name}.summary`, values);
  }).join(" ");
}
