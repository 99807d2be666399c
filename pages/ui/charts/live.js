// The live dashboard: header, panels, and when to redraw.  Chart nodes are made once per run and
// kept; Plotly.react changes what is inside them.

const REDRAW = 300; // ms between redraws at the least; slow machines get a longer pause
const PANELS = { loss: LOSS, accuracy: ACCURACY, strip: STRIP, rates: RATES, ratios: RATIOS, distance: DISTANCE };

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
    if (redress(this)) this.colourRuns();
    const { runs = [], replay, stamp, panels } = this.data;
    const identity = JSON.stringify([runs.map((r) => r.id), stamp ?? null, panels]);
    if (identity !== this.identity || (replay && !this.replayed)) this.begin();
    else if (!replay && this.replayed) for (const feed of this.feeds) feed.finish(); // what is drawn stays
    else for (const feed of this.feeds) feed.hurry();
    Object.assign(this, { identity, replayed: Boolean(replay) });
    runs.forEach((run, i) => {
      this.logs[i].label = run.label ?? "";
      this.logs[i].stopping ||= Boolean(run.stopping); // seen at once, not at the next answer
      if ("pausing" in run) this.logs[i].pausing = Boolean(run.pausing);
    });
    this.header.label();
    for (const panel of this.panels) panel.label();
    this.stale();
  }

  colourRuns() {
    (this.data.runs ?? []).forEach((run, i) => {
      const asked = run.colour ?? run.color;
      if (this.logs[i]) this.logs[i].colour = (asked in VISUAL.dash ? this.t[asked] : asked) ?? this.t.races[i % this.t.races.length];
    });
  }

  /** Other runs, or the same once more: everything from the beginning. */
  begin() {
    for (const feed of this.feeds) feed.stop();
    const { runs = [], replay, api, plotly: url, panels = [], values = [] } = this.data;
    this.logs = runs.map((run) => new RunLog(run.id, run.label, values));
    this.colourRuns();
    // What came from a recording stays marked as one, also when the page takes `replay` back.
    Object.assign(this, { told: false, zoomX: null, spokeAt: 0, recorded: Boolean(replay) });
    const names = panels.filter((name) => !this.race || ["loss", "accuracy"].includes(name));
    const before = this.panels.map((p) => p.kind.name).join();
    if (before !== names.join() || !this.header || this.header.race !== this.race) {
      this.sight.disconnect();
      for (const panel of this.panels) window.Plotly?.purge(panel.chart);
      this.header = this.race ? new RaceHeader(this) : new Header(this);
      this.panels = names.map((name) => new Panel(PANELS[name] ?? otherPanel(name, values), this));
      this.grid = el("div", { class: `tl-grid tl-grid-${names.length}` }, this.panels.map((p) => p.node));
      this.root.replaceChildren(this.header.node, this.grid);
      for (const panel of this.panels) this.sight.observe(panel.node);
    }
    for (const panel of this.panels) panel.zoomY = null;
    this.load(url);
    const told = (reason) => this.changed(reason);
    this.feeds = this.logs.map((log) => new Feed(log, { api, replay: Boolean(replay), told }));
    if (this.data.reveal) requestAnimationFrame(() => this.reveal());
  }

  /** Bring the charts into sight, unless most of the first one is there already. */
  reveal() {
    if (this.root.getBoundingClientRect().top < innerHeight * 0.35) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.root.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
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
    this.turned();
    if (!this.told && this.logs.every((log) => log.ended || log.gone) && this.feeds.every((f) => !f.revealing)) {
      this.told = true;
      this.stale();
      const worst = this.logs.map((log) => (log.gone ? "gone" : log.status));
      this.component.setTriggerValue("ended", this.race ? worst.join(",") : worst[0]);
    }
  }

  /** Paused or going on again, by whose hand ever: the page's buttons must say so too. */
  turned() {
    const { runs = [] } = this.data;
    if (this.logs.some((log) => log.attempt === null && !log.gone)) return; // nothing known yet
    const now = this.logs.map((log) => log.status === "paused").join();
    const told = runs.map((run) => Boolean(run.held)).join();
    const news = now !== this.turn;
    this.turn = now;
    if (news && now !== told) this.component.setTriggerValue("turned", now);
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
      width: panel.chart.clientWidth / this.t.large || panel.node.clientWidth, x: this.zoomX ?? [0, horizon(this.logs)],
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
