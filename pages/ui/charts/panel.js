// One chart on the dashboard: title, reading, key, the chart's node, its table and its summary.

let born = 0; // counts chart nodes in this tab, so that a test can tell a kept node from a new one

/** One chart with its title, reading, table and spoken summary. */
class Panel {
  constructor(kind, board) {
    Object.assign(this, { kind, board, zoomY: null, open: false, seen: true, drawn: -1 });
    const id = kind.name;
    const tool = (name, on, extra = {}) => el("button", {
      type: "button", class: "tl-tool", "data-testid": `live-${name}-button-${id}`, onclick: on, ...extra,
    });
    this.title = el("h2", { class: "tl-title" });
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
    if (!this.chart.hasAttribute("aria-label")) this.chart.setAttribute("aria-label", this.title.textContent); // before the first row
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
      items.push(item(s("live.legend.validation"), stroke(t.target, 2.5), el("svg:path", { d: "M17 1.500l5.500 5.500-5.500 5.500-5.500-5.500z", fill: t.target })));
      for (const value of board.logs[0]?.beside(this.kind.name) ?? []) {
        const { colour, strokes, path, open } = lookOf(value);
        const mark = open ? { fill: t.paper, stroke: t[colour], "stroke-width": 2 } : { fill: t[colour] };
        items.push(item(s(`live.legend.${value.line}`), stroke(t[colour], 2.5, { "stroke-dasharray": strokes }), el("svg:path", { d: path, ...mark })));
      }
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
    const figure = this.kind.draw(c);
    const traces = enlarge(figure.traces, c.t.large);
    const layout = enlarge(figure.layout, c.t.large);
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
    const { height } = this.chart.layout;
    const layout = { ...this.chart.layout, paper_bgcolor: this.board.t.paper };
    window.Plotly.downloadImage({ data: this.chart.data, layout }, {
      format: "png", scale: 2, width: this.chart.clientWidth, height, filename: `${this.kind.name}`,
    });
  }
}
