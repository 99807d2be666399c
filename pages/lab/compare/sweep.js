// A comparison while it happens: one chart for each size, a line for each strategy, and under it
// the same as a table, which is the legend too.  Each run is one seed and tells all strategies.

const SYMBOL = { // around 0, 0
  circle: "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0z", square: "M-3.6,-3.6h7.2v7.2h-7.2z",
  diamond: "M0,-5L5,0L0,5L-5,0z", up: "M0,-5L4.600,4H-4.600z", down: "M0,5L4.600,-4H-4.600z",
  cross: "M-1.500,-4.500h3v3h3v3h-3v3h-3v-3h-3v-3h3z", bow: "M-5,-4L0,0L5,-4V4L0,0L-5,4z",
};
const MARKS = Object.values(SYMBOL);
const DASHES = ["", "7 4", "2 4", "9 4 2 4", "14 5"];
const HEIGHT = 300, LEFT = 52, RIGHT = 14, TOP = 10, BOTTOM = 44;

/** What one run (one seed) has told: "size strategy" -> its epochs and its score. */
class SweepLog {
  constructor(id) {
    Object.assign(this, { id, attempt: null, cursor: 0, status: "queued", gone: false });
    this.clear();
  }

  clear() { Object.assign(this, { lanes: new Map(), now: null, version: 0 }); }
  follow(status) { this.status = status; }
  get ended() { return this.gone || over(this.status); }

  push(row) {
    if (!row?.strategy) return;
    this.version += 1;
    const name = `${row.size} ${row.strategy}`;
    if (!this.lanes.has(name)) this.lanes.set(name, { epochs: [], score: null });
    const lane = this.lanes.get(name);
    this.now = { strategy: row.strategy, number: row.number, of: row.of };
    if (row.kind === "epoch") lane.epochs.push(row);
    else if (row.kind === "scored") lane.score = row;
  }
}

const average = (values) => values.reduce((a, b) => a + b, 0) / values.length;

class Sweep {
  constructor(parent) {
    Object.assign(this, { parent, logs: [], feeds: [], axis: "step" });
    this.status = el("p", { class: "tl-s-status", role: "status", "data-testid": "sweep-status" });
    this.axes = Object.fromEntries(["step", "seconds"].map((name) => [name, el("button", {
      type: "button", class: "tl-tool", "data-testid": `sweep-${name}`,
      onclick: () => { this.axis = name; this.draw(); },
    })]));
    this.group = el("div", { role: "group", class: "tl-s-axes" }, Object.values(this.axes));
    this.panels = el("div", { class: "tl-s-panels" });
    this.root = el("div", { class: "tl tl-sweep", "data-testid": "sweep" },
      el("div", { class: "tl-s-head" }, this.status, this.group), this.panels);
    parent.append(this.root);
    this.resize = new ResizeObserver(() => {
      if (Math.abs(this.root.clientWidth - (this.width ?? 0)) > 1) this.soon();
    });
    this.resize.observe(this.root);
  }

  update(component) {
    Object.assign(this, { component, data: component.data ?? {} });
    redress(this);
    const { runs = [], api, strategies = [] } = this.data;
    const identity = JSON.stringify([runs, strategies.map((s) => s.name)]);
    if (identity !== this.identity) {
      this.identity = identity;
      for (const feed of this.feeds) feed.stop();
      this.told = false;
      this.logs = runs.map((id) => new SweepLog(id));
      const told = () => this.changed();
      this.feeds = this.logs.map((log) => new Feed(log, { api, replay: false, told }));
    } else for (const feed of this.feeds) feed.hurry();
    this.draw();
    if (this.data.reveal) requestAnimationFrame(() => this.reveal());
  }

  /** Bring the charts into sight, unless most of them is there already. */
  reveal() {
    if (this.root.getBoundingClientRect().top < innerHeight * 0.35) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.root.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
  }

  say(key, values) { return say(this.data.words, key, values); }

  changed() {
    this.soon();
    if (this.told || !this.logs.every((log) => log.ended)) return;
    this.told = true;
    this.component.setTriggerValue("ended", this.logs.map((log) => (log.gone ? "gone" : log.status)).join());
  }

  soon() {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      if (!this.gone) this.draw();
    }, 120);
  }

  /** Of one strategy on one size: the mean over the seeds that have come as far, epoch by epoch. */
  line(size, strategy) {
    const lanes = this.logs.map((log) => log.lanes.get(`${size} ${strategy}`)).filter(Boolean);
    const longest = Math.max(0, ...lanes.map((lane) => lane.epochs.length));
    const points = [];
    for (let i = 0; i < longest; i += 1) {
      const rows = lanes.map((lane) => lane.epochs[i]).filter(Boolean);
      if (rows.length < lanes.filter((lane) => lane.epochs.length).length) break; // wait for all of them
      points.push({
        x: average(rows.map((row) => number(row[this.axis]))), y: average(rows.map((row) => number(row.val_accuracy))),
        step: rows[0].step, seconds: average(rows.map((row) => row.seconds)),
      });
    }
    const scored = lanes.filter((lane) => lane.score).length;
    return { points, lanes, scored };
  }

  draw() {
    const { strategies = [], sizes = [] } = this.data;
    this.width = this.root.clientWidth;
    this.group.setAttribute("aria-label", this.say("compare.live.axis"));
    for (const [name, button] of Object.entries(this.axes)) {
      write(button, this.say(`compare.live.${name}`));
      button.setAttribute("aria-pressed", String(name === this.axis));
    }
    write(this.status, this.state());
    const across = this.width > 900 ? Math.min(2, sizes.length) : 1;
    const width = (this.width - 28 * (across - 1)) / across / this.t.large;
    if (width < 120) return;
    this.panels.style.gridTemplateColumns = `repeat(${across}, minmax(0, 1fr))`;
    this.panels.replaceChildren(...sizes.map((size) => this.panel(size, strategies, width)));
  }

  /** What is going on, in words. */
  state() {
    const { logs } = this;
    if (this.feeds.some((feed) => feed.lost)) return this.say("live.status.reconnecting");
    const waiting = logs.filter((log) => log.status === "queued").length;
    const ended = logs.filter((log) => log.ended).length;
    if (ended === logs.length) return this.say("compare.live.ended", { n: ended });
    const now = logs.find((log) => log.status === "running" && log.now)?.now;
    const label = this.data.strategies.find((s) => s.name === now?.strategy)?.label;
    if (label) return this.say("compare.live.now", { label, number: now.number + 1, of: now.of, ended, n: logs.length });
    return this.say(waiting === logs.length ? "live.status.queued" : "live.status.preparing");
  }

  panel(size, strategies, width) {
    const lines = strategies.map((strategy, i) => ({
      ...strategy, ...this.line(size, strategy.name), colour: this.t.races[i % this.t.races.length],
      mark: MARKS[(i + Math.floor(i / this.t.races.length)) % MARKS.length], dash: DASHES[i % DASHES.length],
    }));
    const title = this.say("compare.live.size", { n: whole(size) });
    return el("section", { class: "tl-s-panel", "aria-label": title },
      el("h3", { class: "tl-s-title" }, title), this.chart(lines, width, title), this.table(lines, title));
  }

  chart(lines, width, title) {
    const seeds = lines.flatMap((line) => line.lanes).flatMap((lane) => lane.epochs)
      .map((row) => ({ x: number(row[this.axis]), y: number(row.val_accuracy) })); // they lie further out than their mean
    const all = [...lines.flatMap((line) => line.points), ...seeds].filter((p) => Number.isFinite(p.x) && Number.isFinite(p.y));
    const log = this.axis === "seconds"; // head only takes a hundredth of what everything takes
    const xs = all.map((p) => p.x).filter((x) => !log || x > 0);
    let [low, high] = xs.length ? [Math.min(...xs), Math.max(...xs)] : [log ? 0.01 : 0, 1];
    if (!log) low = 0;
    if (high <= low) high = low * 2 || 1;
    const ys = all.map((p) => p.y);
    const bottom = ys.length ? Math.floor(10 * Math.min(...ys)) / 10 : 0;
    const top = ys.length ? Math.max(bottom + 0.1, Math.min(1, Math.ceil(10 * Math.max(...ys) + 0.001) / 10)) : 1;
    const scale = (x) => (log ? Math.log(Math.max(x, low) / low) / Math.log(high / low) : (x - low) / (high - low));
    const px = (x) => LEFT + scale(x) * (width - LEFT - RIGHT);
    const py = (y) => TOP + (1 - (y - bottom) / (top - bottom)) * (HEIGHT - TOP - BOTTOM);
    const parts = [];
    const rungs = Math.round((top - bottom) * 10);
    for (let i = 0; i <= rungs; i += rungs > 5 ? 2 : 1) {
      const y = bottom + i / 10;
      parts.push(el("svg:line", { x1: LEFT, x2: width - RIGHT, y1: py(y), y2: py(y), class: "tl-s-grid" }),
        el("svg:text", { x: LEFT - 8, y: py(y) + 5, "text-anchor": "end", class: "tl-s-tick" }, percent(y, 0)));
    }
    for (const x of this.ticks(low, high, log, width)) {
      parts.push(el("svg:text", { x: px(x), y: HEIGHT - BOTTOM + 20, "text-anchor": "middle", class: "tl-s-tick" }, small(x)));
    }
    parts.push(el("svg:text", { x: (LEFT + width - RIGHT) / 2, y: HEIGHT - 6, "text-anchor": "middle", class: "tl-s-tick" },
      this.say(`compare.live.${this.axis}.axis`)));
    for (const line of lines) {
      for (const lane of this.logs.length > 1 ? line.lanes : []) { // each seed, pale
        const d = this.path(lane.epochs.map((row) => [number(row[this.axis]), number(row.val_accuracy)]), px, py);
        parts.push(el("svg:path", { d, fill: "none", stroke: alpha(line.colour, 0.3), "stroke-width": 1.2 }));
      }
      let d = this.path(line.points.map((p) => [p.x, p.y]), px, py);
      if (line.points.length === 1 && line.scored) d += `H${width - RIGHT}`; // solved: a level, no steps
      parts.push(el("svg:path", { d, fill: "none", stroke: line.colour, "stroke-width": 2.5, "stroke-dasharray": line.dash, "data-line": line.name }));
      const kept = spread(line.points.length, 9).map((i) => line.points[i]);
      for (const p of kept) {
        parts.push(el("svg:path", { d: line.mark, fill: line.colour, transform: `translate(${px(p.x)},${py(p.y)})` }));
      }
    }
    const summary = lines.filter((line) => line.points.length).map((line) => this.say("compare.live.summary", {
      label: line.label, accuracy: percent(line.points.at(-1).y), steps: whole(line.points.at(-1).step), seconds: line.points.at(-1).seconds.toFixed(1),
    })).join(" ");
    return el("svg", {
      viewBox: `0 0 ${width} ${HEIGHT}`, class: "tl-s-chart", role: "img", "data-testid": "sweep-chart",
      "aria-label": `${title}. ${this.say("compare.live.reading")} ${summary}`,
    }, ...parts);
  }

  path(points, px, py) {
    const good = points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
    return good.map(([x, y], i) => `${i ? "L" : "M"}${px(x).toFixed(1)},${py(y).toFixed(1)}`).join("");
  }

  ticks(low, high, log, width) {
    if (log) {
      const found = [];
      for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
        for (const digit of high / low > (width < 420 ? 40 : 300) ? [1] : [1, 2, 5]) found.push(digit * 10 ** power);
      }
      return found.filter((x) => x >= low * 0.999 && x <= high * 1.001);
    }
    const most = width < 420 ? 4 : 7;
    const rough = (high - low) / most;
    const unit = 10 ** Math.floor(Math.log10(rough));
    const step = unit * ([1, 2, 5, 10].find((d) => d * unit >= rough) ?? 10);
    const found = [];
    for (let x = Math.ceil(low / step) * step; x <= high * 1.0001; x += step) found.push(x);
    return found;
  }

  table(lines, title) {
    const heads = ["strategy", "accuracy", "step", "seconds", "done"].map((name) => el("th", { scope: "col" }, this.say(`compare.live.table.${name}`)));
    const swatch = (line) => el("svg", { width: 40, height: 14, viewBox: "0 0 40 14", "aria-hidden": "true" },
      el("svg:path", { d: "M1 7h38", stroke: line.colour, "stroke-width": 2.5, "stroke-dasharray": line.dash }),
      el("svg:path", { d: line.mark, fill: line.colour, transform: "translate(20,7)" }));
    const rows = lines.map((line) => {
      const last = line.points.at(-1);
      const cells = [last ? percent(last.y) : "–", last ? whole(last.step) : "–", last ? last.seconds.toFixed(1) : "–", `${line.scored}/${this.logs.length}`];
      return el("tr", {}, el("th", { scope: "row" }, el("span", { class: "tl-s-name" }, swatch(line), line.label)),
        ...cells.map((text) => el("td", {}, text)));
    });
    return el("div", { class: "tl-s-table", role: "region", tabindex: "0", "aria-label": title }, el("table", {},
      el("caption", {}, `${title}. ${this.say("compare.live.reading")}`),
      el("thead", {}, el("tr", {}, heads)), el("tbody", {}, rows)));
  }

  destroy() {
    this.gone = true;
    clearTimeout(this.timer);
    for (const feed of this.feeds) feed.stop();
    this.resize.disconnect();
    this.root.remove();
  }
}

export default mounted((parent) => new Sweep(parent));
