// The live dashboard: header, panels, and when to redraw.  Chart nodes are made once per run and
// kept; Plotly.react changes what is inside them.

const REDRAW = 300; // ms between redraws at the least; slow machines get a longer pause
const PANELS = { loss: LOSS, accuracy: ACCURACY, strip: STRIP, rates: RATES, ratios: RATIOS, distance: DISTANCE };
let born = 0; // counts chart nodes in this tab, so that a test can tell a kept node from a new one

/** Plotly.js once per tab, whoever asks first; a failed load may be asked for again. */
function plotly(url) {
  if (window.Plotly?.react) return Promise.resolve(window.Plotly);
  window.tlPlotly ??= new Promise((resolve, reject) => {
    const script = el("script", { src: url, async: true });
    script.onload = () => (window.Plotly ? resolve(window.Plotly) : reject(new Error("no Plotly")));
    script.onerror = () => {
      script.remove();
      window.tlPlotly = undefined;
      reject(new Error("Plotly did not load"));
    };
    document.head.append(script);
  });
  return window.tlPlotly;
}

/** One chart with its title, reading, table and spoken summary. */
class Panel {
  constructor(kind, board) {
    Object.assign(this, { kind, board, zoomY: null, open: false, seen: true, drawn: -1 });
    const id = kind.name;
    const tool = (name, on, extra = {}) => el("button", {
      type: "button", class: "tl-tool", "data-testid": `live-${name}-button-${id}`, onclick: on, ...extra,
    });
    this.title = el("h3", { class: "tl-title" });
    this.reading = el("p", { class: "tl-reading", "data-testid": `live-reading-${id}` });
    this.whole = tool("whole", () => board.unzoom(this), { hidden: true });
    this.save = tool("save", () => this.picture());
    this.toggle = tool("table", () => this.flip(), { "aria-expanded": "false" });
    this.key = el("div", { class: "tl-key" });
    this.chart = el("div", {
      class: "tl-chart", role: "img", "data-testid": `live-chart-${id}`, "data-node": (born += 1),
    });
    this.tableBox = el("div", {
      class: "tl-table", hidden: true, tabindex: "0", role: "region", "data-testid": `live-table-${id}`,
    });
    this.tools = el("div", { class: "tl-tools" }, this.whole, this.save, this.toggle);
    if (id === "strip") this.tools.prepend(this.switcher());
    this.node = el("section", { class: `tl-panel tl-panel-${id}`, "data-testid": `live-panel-${id}` },
      el("div", { class: "tl-panel-head" }, this.title, this.tools), this.reading, this.key, this.chart, this.tableBox);
  }

  switcher() {
    const choose = (absolute) => () => {
      this.board.absolute = absolute;
      this.label();
      this.drawn = -1;
      this.board.soon();
    };
    this.choices = [false, true].map((absolute) => el("button", {
      type: "button", class: "tl-tool", onclick: choose(absolute), "data-testid": `live-strip-${absolute ? "absolute" : "relative"}`,
    }));
    this.group = el("div", { class: "tl-switch", role: "group", "data-testid": "live-strip-switch" }, this.choices);
    return this.group;
  }

  /** Words change with the language; everything written once is written here. */
  label() {
    const { board, kind } = this;
    const { say: s } = board;
    write(this.title, s(`live.${kind.name}.title`));
    const k = board.logs[0]?.start?.ratio_every ?? "k";
    const race = board.race ? "_race" : "";
    write(this.reading, board.data.readings?.[kind.name] ?? s(`live.${kind.name}.reading${race}`, { k }));
    write(this.toggle, s(this.open ? "live.table.hide" : "live.table.show"));
    this.toggle.setAttribute("aria-label", `${this.toggle.textContent}: ${this.title.textContent}`);
    write(this.save, s("live.save"));
    this.save.setAttribute("aria-label", `${s("live.save")}: ${this.title.textContent}`);
    write(this.whole, s("live.whole"));
    this.tableBox.setAttribute("aria-label", this.title.textContent);
    this.node.setAttribute("aria-label", this.title.textContent);
    if (this.choices) {
      this.group.setAttribute("aria-label", s("live.strip.switch"));
      this.choices.forEach((button, i) => {
        write(button, s(i ? "live.strip.absolute" : "live.strip.relative"));
        button.setAttribute("aria-pressed", String(board.absolute === Boolean(i)));
      });
    }
    this.legend();
  }

  legend() {
    const { board } = this;
    const { say: s, t } = board;
    if (!["loss", "accuracy"].includes(this.kind.name)) return;
    const swatch = (draw) => el("svg", { width: 34, height: 14, viewBox: "0 0 34 14", "aria-hidden": "true" }, draw);
    const stroke = (colour, width, extra = {}) => el("svg:path", { d: "M1 7h32", stroke: colour, "stroke-width": width, fill: "none", ...extra });
    const item = (text, ...draw) => el("span", { class: "tl-key-item" }, swatch(draw), text);
    const items = [];
    if (board.race) {
      const ink = t.ink;
      if (this.kind.name === "loss") items.push(item(s("live.legend.training"), stroke(ink, 2, { "stroke-dasharray": "2 4" })));
      items.push(item(s("live.legend.validation"), stroke(ink, 2.5), el("svg:circle", { cx: 17, cy: 7, r: 4, fill: ink })));
    } else {
      const n = board.logs[0]?.span ?? 0;
      if (this.kind.name === "loss") items.push(item(s("live.legend.raw"), stroke(alpha(t.accent, 0.5), 1.2, { d: "M1 9l4-5 4 7 4-8 4 6 4-5 4 6 4-6 4 4" })));
      items.push(item(s("live.legend.smooth", { n }), stroke(t.accent, 2.5)));
      items.push(item(s("live.legend.validation"), stroke(t.valid, 2.5), el("svg:path", { d: "M17 1.500l5.500 5.500-5.500 5.500-5.500-5.500z", fill: t.valid })));
    }
    this.key.replaceChildren(...items);
  }

  flip() {
    this.open = !this.open;
    this.toggle.setAttribute("aria-expanded", String(this.open));
    this.tableBox.hidden = !this.open;
    this.label();
    this.fillTable();
  }

  fillTable() {
    if (!this.open || !this.board.ready) return;
    const { head, rows } = this.kind.table(this.board.context(this));
    const cell = (text, i) => el(i ? "td" : "th", i ? {} : { scope: "row" }, String(text));
    this.tableBox.replaceChildren(el("table", {},
      el("caption", {}, this.title.textContent),
      el("thead", {}, el("tr", {}, head.map((text) => el("th", { scope: "col" }, text)))),
      el("tbody", {}, rows.map((row) => el("tr", {}, row.map(cell))))));
  }

  draw(Plotly, version) {
    const c = this.board.context(this);
    if (c.width < 40) return;
    const { traces, layout } = this.kind.draw(c);
    if (this.zoomY && layout.yaxis.fixedrange !== true) {
      layout.yaxis.range = [...this.zoomY];
      layout.yaxis.autorange = false;
    }
    if (this.kind.name !== "distance") layout.xaxis.range = [...c.x];
    const config = { displayModeBar: false, displaylogo: false, doubleClick: false, showTips: false, responsive: false };
    Plotly.react(this.chart, traces, layout, config);
    this.drawn = version;
    if (!this.listening) {
      this.listening = true;
      this.chart.on("plotly_relayout", (change) => this.board.zoomed(this, change));
      this.chart.on("plotly_doubleclick", () => this.board.unzoom(this));
    }
  }

  /** A sentence with the last values, for those who do not see the chart. */
  speak() {
    const c = this.board.context(this);
    this.chart.setAttribute("aria-label", `${this.title.textContent}. ${this.reading.textContent} ${this.kind.summary(c)}`);
    this.fillTable();
  }

  picture() {
    if (!window.Plotly || !this.listening) return;
    const height = this.board.context(this).height;
    const layout = { ...this.chart.layout, paper_bgcolor: this.board.t.paper };
    window.Plotly.downloadImage({ data: this.chart.data, layout }, {
      format: "png", scale: 2, width: this.chart.clientWidth, height, filename: `${this.kind.name}`,
    });
  }
}

class Live {
  constructor(parent) {
    Object.assign(this, { parent, logs: [], feeds: [], panels: [], absolute: false, zoomX: null, version: 0 });
    this.root = el("div", { class: "tl tl-live", "data-testid": "live" });
    parent.append(this.root);
    this.coarse = matchMedia("(pointer: coarse)").matches;
    this.resize = new ResizeObserver(() => {
      if (Math.abs(this.root.clientWidth - (this.width ?? 0)) < 2) return;
      this.width = this.root.clientWidth;
      this.stale();
    });
    this.resize.observe(this.root);
    this.sight = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        const panel = this.panels.find((p) => p.node === entry.target);
        if (panel) panel.seen = entry.isIntersecting;
      }
      this.soon();
    }, { rootMargin: "200px" });
    this.awake = () => this.soon();
    document.addEventListener("visibilitychange", this.awake);
  }

  get race() { return this.logs.length > 1; }
  get ready() { return this.logs.some((log) => log.start || log.step.length || log.epochs.length); }

  update(component) {
    Object.assign(this, { component, data: component.data ?? {} });
    this.say = (key, values) => say(this.data.words, key, values);
    const t = theme(this.parent);
    const dressed = JSON.stringify(t);
    if (dressed !== this.dressed) {
      this.dressed = dressed;
      this.t = t;
      dress(this.root, t);
      this.colourRuns();
    }
    const { runs = [], replay, stamp, panels } = this.data;
    const identity = JSON.stringify([runs.map((r) => r.id), stamp ?? null, panels]);
    if (identity !== this.identity || (replay && !this.replayed)) this.begin();
    else if (!replay && this.replayed) for (const feed of this.feeds) feed.finish(); // what is drawn stays
    Object.assign(this, { identity, replayed: Boolean(replay) });
    runs.forEach((run, i) => { this.logs[i].label = run.label ?? ""; });
    this.header.label();
    for (const panel of this.panels) panel.label();
    this.stale();
  }

  colourRuns() {
    (this.data.runs ?? []).forEach((run, i) => {
      const named = { frozen: this.t.lines.frozen, kept: this.t.accent, new: this.t.fresh };
      const asked = run.colour ?? run.color;
      if (this.logs[i]) this.logs[i].colour = named[asked] ?? asked ?? this.t.races[i % this.t.races.length];
    });
  }

  /** Other runs, or the same once more: everything from the beginning. */
  begin() {
    for (const feed of this.feeds) feed.stop();
    const { runs = [], replay, api, plotly: url, panels = Object.keys(PANELS) } = this.data;
    this.logs = runs.map((run) => new RunLog(run.id, run.label));
    this.colourRuns();
    Object.assign(this, { told: false, zoomX: null, spokeAt: 0 });
    const names = panels.filter((name) => name in PANELS && (!this.race || ["loss", "accuracy"].includes(name)));
    const before = this.panels.map((p) => p.kind.name).join();
    if (before !== names.join() || !this.header || this.header.race !== this.race) {
      this.sight.disconnect();
      for (const panel of this.panels) window.Plotly?.purge(panel.chart);
      this.header = this.race ? new RaceHeader(this) : new Header(this);
      this.panels = names.map((name) => new Panel(PANELS[name], this));
      this.grid = el("div", { class: `tl-grid tl-grid-${names.length}` }, this.panels.map((p) => p.node));
      this.root.replaceChildren(this.header.node, this.grid);
      for (const panel of this.panels) this.sight.observe(panel.node);
    }
    for (const panel of this.panels) panel.zoomY = null;
    this.load(url);
    const told = (reason) => this.changed(reason);
    this.feeds = this.logs.map((log) => new Feed(log, { api, replay: Boolean(replay), told }));
  }

  async load(url) {
    try {
      this.Plotly = await plotly(url);
      this.unplotted = false;
      this.soon();
    } catch {
      // Curves wait, numbers do not: header and tables work without Plotly.
      this.unplotted = true;
      this.header.show();
      setTimeout(() => { if (!this.gone) this.load(url); }, 3000);
    }
  }

  changed(reason) {
    if (reason === "rows") this.version += 1;
    this.soon();
    if (!this.told && this.logs.every((log) => log.ended || log.gone) && this.feeds.every((f) => !f.revealing)) {
      this.told = true;
      this.stale();
      const worst = this.logs.map((log) => (log.gone ? "gone" : log.status));
      this.component.setTriggerValue("ended", this.race ? worst.join(",") : worst[0]);
    }
  }

  stale() {
    for (const panel of this.panels) panel.drawn = -1;
    this.soon();
  }

  /** Ask for a redraw: at once if the last one is long enough ago; many asks become one. */
  soon(wait = 0) {
    const due = performance.now() + wait;
    if (this.timer && this.due <= due) return;
    clearTimeout(this.timer);
    this.due = due;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.redraw();
    }, wait);
  }

  redraw() {
    if (this.gone) return;
    this.header.show();
    this.root.dataset.state = this.ready ? "running" : "empty";
    if (!this.ready || document.hidden) return;
    const now = performance.now();
    if (now < (this.rest ?? 0)) return this.soon(this.rest - now);
    if (this.version !== this.spoke && (now > this.spokeAt + 2000 || this.told)) {
      Object.assign(this, { spoke: this.version, spokeAt: now });
      for (const panel of this.panels) {
        panel.label();
        panel.speak();
      }
    }
    if (this.Plotly) {
      for (const panel of this.panels) if (panel.seen && panel.drawn !== this.version) panel.draw(this.Plotly, this.version);
      const cost = performance.now() - now;
      this.rest = now + Math.max(REDRAW - 20, 3 * cost); // at most a quarter of the time is drawing
      this.root.dataset.cost = cost.toFixed(0);
    }
  }

  context(panel) {
    const c = {
      t: this.t, say: this.say, logs: this.logs, race: this.race, coarse: this.coarse, absolute: this.absolute,
      width: panel.chart.clientWidth || panel.node.clientWidth, x: this.zoomX ?? [0, horizon(this.logs)],
    };
    c.height = panel.kind.heightFor ? panel.kind.heightFor(c) : this.data.height ?? panel.kind.height;
    return c;
  }

  /** A zoom along the steps holds in every chart; up and down belongs to the one chart. */
  zoomed(panel, change) {
    const range = (axis) => change[`${axis}.range`] ?? (`${axis}.range[0]` in change ? [change[`${axis}.range[0]`], change[`${axis}.range[1]`]] : null);
    const [x, y] = [range("xaxis"), range("yaxis")];
    if (y) panel.zoomY = y.map(Number);
    if (x && panel.kind.name !== "distance") this.zoomX = x.map(Number);
    if (x || y) this.zoomButtons();
  }

  unzoom(panel) {
    this.zoomX = null;
    for (const p of this.panels) p.zoomY = null;
    const held = document.activeElement === panel.whole; // it hides now: the focus goes next door
    this.zoomButtons();
    if (held) panel.toggle.focus({ preventScroll: true });
  }

  zoomButtons() {
    for (const p of this.panels) p.whole.hidden = !(this.zoomX || p.zoomY);
    this.rest = 0;
    this.stale();
  }

  destroy() {
    this.gone = true;
    clearTimeout(this.timer);
    for (const feed of this.feeds) feed.stop();
    this.resize.disconnect();
    this.sight.disconnect();
    document.removeEventListener("visibilitychange", this.awake);
    for (const panel of this.panels) window.Plotly?.purge(panel.chart);
    this.root.remove();
  }
}

export default mounted((parent) => new Live(parent));
