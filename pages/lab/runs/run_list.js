// The reader's runs: a table whose rows are kept and rewritten cell by cell, so nothing flickers.

const ASK = 1000; // ms between questions after runs that are under way
const HIDDEN_ASK = 4000;
const AT_ONCE = 6; // runs asked after in one turn; more take turns
const LONG = 8; // from here on a filter is worth its place
const NO_ROWS = 999999999; // a cursor behind the last row: the answer holds the status alone
const UNDER_WAY = ["queued", "running", "paused"];
const COLUMNS = ["name", "data", "size", "learns", "rate", "seed", "status", "accuracy", "seconds", "parameters"];

class RunList {
  constructor(parent) {
    Object.assign(this, { parent, rows: new Map(), chosen: new Set(), only: { data: "", status: "" } });
    this.root = el("div", { class: "tl tl-runs", "data-testid": "runs" });
    this.filters = Object.fromEntries(Object.keys(this.only).map((name) => {
      const select = el("select", {
        "data-testid": `runs-filter-${name}`,
        onchange: () => { this.only[name] = select.value; this.filter(); },
      });
      const label = el("span", {});
      return [name, { select, label, node: el("label", { class: "tl-runs-filter" }, label, select) }];
    }));
    this.count = el("span", { class: "tl-runs-count", role: "status", "data-testid": "runs-count" });
    this.bar = el("div", { class: "tl-runs-bar", hidden: true }, Object.values(this.filters).map((f) => f.node), this.count);
    this.all = el("input", { type: "checkbox", "data-testid": "runs-all", onchange: () => this.chooseAll() });
    this.allName = el("span", {}); // seen on a phone, where no column stands under the tick
    this.heads = Object.fromEntries(COLUMNS.map((name) => [name, el("th", { scope: "col", class: `tl-c-${name}` })]));
    this.body = el("tbody", {});
    this.caption = el("caption", {});
    this.table = el("table", {}, this.caption,
      el("thead", {}, el("tr", {}, el("th", { scope: "col", class: "tl-c-tick" }, el("label", {}, this.all, this.allName)), Object.values(this.heads))), this.body);
    this.box = el("div", { class: "tl-runs-box", tabindex: "0", role: "region" }, this.table);
    this.root.append(this.bar, this.box);
    parent.append(this.root);
    this.awake = () => { if (!document.hidden) this.later(0); };
    document.addEventListener("visibilitychange", this.awake);
  }

  update(component) {
    Object.assign(this, { component, data: component.data ?? {} });
    this.say = (key, values) => say(this.data.words, key, values);
    redress(this);
    this.words();
    const rows = this.data.rows ?? [];
    const before = this.rows;
    this.rows = new Map(rows.map((row) => [row.id, before.get(row.id) ?? this.row(row)]));
    for (const row of rows) this.fill(this.rows.get(row.id), row);
    const wanted = [...this.rows.values()].map((r) => r.node);
    if (wanted.some((node, i) => this.body.children[i] !== node) || wanted.length !== this.body.children.length) {
      this.body.replaceChildren(...wanted);
    }
    for (const id of this.chosen) if (!this.rows.has(id)) this.chosen.delete(id);
    this.choices();
    this.filter();
    this.later(ASK);
  }

  words() {
    for (const name of COLUMNS) write(this.heads[name], this.say(`runs.column.${name}`));
    write(this.caption, this.say("runs.caption"));
    this.box.setAttribute("aria-label", this.say("runs.caption"));
    write(this.allName, this.say("runs.all"));
    this.all.setAttribute("aria-label", this.say("runs.all"));
    for (const [name, filter] of Object.entries(this.filters)) write(filter.label, this.say(`runs.filter.${name}`));
  }

  row(row) {
    const tick = el("input", { type: "checkbox", "data-testid": `runs-tick-${row.id}`, onchange: () => this.choose([row.id], tick.checked) });
    const open = el("button", {
      type: "button", class: "tl-runs-open", "data-testid": `runs-open-${row.id}`,
      onclick: () => this.component.setTriggerValue("opened", row.id),
    });
    const link = el("span", { class: "tl-badge tl-runs-link" });
    const cells = Object.fromEntries(COLUMNS.map((name) => [name, el(name === "name" ? "th" : "td", { class: `tl-c-${name}`, scope: name === "name" ? "row" : null })]));
    const [bar, learns] = [el("span", { class: "tl-runs-plan", "aria-hidden": "true" }), el("span", {})];
    const [score, spread] = [el("span", { class: "tl-runs-score" }), el("span", { class: "tl-runs-spread" })];
    const status = el("span", { class: "tl-runs-status" });
    cells.name.append(open, link);
    cells.learns.append(bar, learns);
    cells.accuracy.append(score, spread);
    cells.status.append(status);
    const node = el("tr", { "data-testid": `runs-row-${row.id}` }, el("td", { class: "tl-c-tick" }, el("label", {}, tick)), Object.values(cells));
    node.addEventListener("click", (event) => {
      if (event.target.closest("button, input, label, a") || String(getSelection())) return;
      tick.click(); // the whole row is the target, on a phone most of all
    });
    return { node, tick, open, link, cells, bar, learns, score, spread, status, row };
  }

  fill(kept, row) {
    kept.row = row;
    const { cells } = kept;
    write(kept.open, row.when);
    kept.open.setAttribute("aria-label", this.say("runs.open", { name: `${row.when}, ${row.name}` }));
    kept.tick.setAttribute("aria-label", this.say("runs.tick", { name: `${row.when}, ${row.name}` }));
    write(kept.link, this.say("runs.by_link"));
    kept.link.hidden = row.own;
    for (const name of ["data", "size", "rate", "seed", "seconds", "parameters"]) {
      if (!cells[name].firstChild) cells[name].append(el("span", {}));
      write(cells[name].firstChild, row[name]);
    }
    for (const name of COLUMNS) cells[name].dataset.label = this.say(`runs.column.${name}`);
    write(kept.learns, row.learns);
    const blocks = row.blocks.join();
    if (kept.bar.dataset.blocks !== blocks) {
      kept.bar.dataset.blocks = blocks;
      kept.bar.replaceChildren(...row.blocks.map((state) => el("i", { class: `tl-b-${state}` })));
    }
    write(kept.score, row.accuracy);
    write(kept.spread, row.interval);
    kept.attempt = Math.max(row.attempt, kept.attempt ?? 0);
    this.status(kept, row.status, row);
  }

  /** Status in words, with the place in line while it waits. */
  status(kept, status, { place = null, stopping = false, pausing = false } = {}) {
    kept.now = status;
    kept.status.dataset.status = status;
    const asked = UNDER_WAY.includes(status) && (stopping ? "stopping" : pausing && status !== "paused" && "pausing");
    const told = status === "queued" && place ? this.say("runs.status.queued_place", { place }) : this.say(`runs.status.${asked || status}`);
    write(kept.status, told);
  }

  chooseAll() {
    const seen = [...this.rows.values()].filter((r) => !r.node.hidden);
    this.choose(seen.map((r) => r.row.id), this.all.checked);
  }

  choose(ids, on) {
    for (const id of ids) {
      if (on) this.chosen.add(id);
      else this.chosen.delete(id);
    }
    this.choices();
    this.component.setStateValue("chosen", [...this.chosen]);
  }

  choices() {
    for (const [id, { node, tick }] of this.rows) {
      tick.checked = this.chosen.has(id);
      node.setAttribute("aria-selected", String(tick.checked));
    }
    const seen = [...this.rows.values()].filter((r) => !r.node.hidden);
    this.all.checked = seen.length > 0 && seen.every((r) => this.chosen.has(r.row.id));
    this.all.indeterminate = !this.all.checked && this.chosen.size > 0;
  }

  filter() {
    const rows = [...this.rows.values()];
    this.box.dataset.long = String(rows.length > LONG);
    this.bar.hidden = rows.length <= LONG && !this.only.data && !this.only.status;
    this.options("data", rows.map(({ row }) => [row.data_id, row.data]));
    this.options("status", rows.map(({ now }) => [now, this.say(`runs.status.${now}`)]));
    let shown = 0;
    for (const { node, row, now } of rows) {
      node.hidden = (this.only.data && row.data_id !== this.only.data) || (this.only.status && now !== this.only.status);
      if (!node.hidden) shown += 1;
    }
    write(this.count, this.say("runs.count", { shown, all: rows.length }));
    this.choices();
  }

  options(name, pairs) {
    const { select } = this.filters[name];
    const found = new Map([["", this.say("runs.filter.any")], ...pairs]);
    if (this.only[name] && !found.has(this.only[name])) this.only[name] = "";
    const told = JSON.stringify([...found]);
    if (select.dataset.told !== told) {
      select.dataset.told = told;
      select.replaceChildren(...[...found].map(([value, text]) => el("option", { value }, text)));
    }
    select.value = this.only[name];
  }

  later(ms) {
    clearTimeout(this.timer);
    const active = [...this.rows.values()].some((r) => UNDER_WAY.includes(r.now));
    if (!this.gone && active) this.timer = setTimeout(() => this.ask(), ms);
  }

  async ask() {
    if (this.asking) return;
    this.asking = true;
    const waiting = [...this.rows.values()].filter((r) => UNDER_WAY.includes(r.now));
    const active = waiting.sort((a, b) => (a.asked ?? 0) - (b.asked ?? 0)).slice(0, AT_ONCE);
    for (const kept of active) kept.asked = performance.now();
    const answers = await Promise.all(active.map((kept) => this.look(kept)));
    this.asking = false;
    if (this.gone) return;
    this.filter();
    const ended = active.filter((_, i) => answers[i]);
    if (ended.length) this.component.setTriggerValue("turned", ended.map((r) => r.row.id).join());
    this.later(document.hidden ? HIDDEN_ASK : ASK);
  }

  /** True when the run has ended since, or has gone. */
  async look(kept) {
    try {
      const after = 1e9 * (kept.attempt - 1) + NO_ROWS;
      const response = await fetch(`${this.data.api}/${kept.row.id}?after=${after}`, { cache: "no-store" });
      if (response.status === 404) return true;
      if (!response.ok) return false;
      const answer = await response.json();
      kept.attempt = answer.attempt;
      this.status(kept, answer.status, answer);
      return !UNDER_WAY.includes(answer.status);
    } catch {
      return false; // the server is away: what stands here stays
    }
  }

  destroy() {
    this.gone = true;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.awake);
    this.root.remove();
  }
}

export default mounted((parent) => new RunList(parent));
