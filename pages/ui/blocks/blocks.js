// The block picture.  Wide enough: a row from left to right, maps shrinking on the way.  Narrow:
// a column from top to bottom.  The three boundaries are tracks that run along the blocks.

const LANES = ["read", "keep", "freeze"];
const MIN_BLOCK = 76; // px a block needs in a row

class Blocks {
  constructor(parent) {
    this.parent = parent;
    this.root = el("div", { class: "tl tl-blocks", "data-testid": "blocks" });
    parent.append(this.root);
    this.resize = new ResizeObserver(() => this.fit());
    this.resize.observe(this.root);
  }

  update(component) {
    this.component = component;
    const data = component.data ?? {};
    redress(this);
    const fresh = !this.data || data.stamp !== this.data.stamp || data.id !== this.data.id || data.disabled;
    this.data = data;
    this.say = (key, values) => say(data.words, key, values);
    if (fresh && !this.dragging) this.plan = { ...data.plan };
    const shape = JSON.stringify([data.id, data.blocks, data.disabled, data.words, data.rates]);
    if (shape !== this.shape) {
      this.shape = shape;
      this.build();
    }
    this.fit();
    this.show();
  }

  get n() { return this.data.blocks.length; }

  build() {
    const { data, say: s } = this;
    const fixed = data.disabled;
    this.cells = data.blocks.map((block, i) => this.block(block, i + 1, fixed));
    const picture = `${data.size} × ${data.size}`;
    this.input = el("div", { class: "tl-b-end tl-b-input", "data-testid": "blocks-input" },
      icon("input", 26), el("span", { class: "tl-b-end-name" }, s("blocks.input")), el("span", { class: "tl-b-fact" }, picture));
    this.headFacts = el("span", { class: "tl-b-fact" });
    this.head = el("div", { class: "tl-b-end tl-b-head", "data-testid": "blocks-head" },
      icon("head", 26), el("span", { class: "tl-b-end-name" }, s("blocks.head")), this.headFacts,
      el("span", { class: "tl-b-mark" }, icon("fresh", 15), s("blocks.state.head")));
    this.row = el("div", { class: "tl-b-row", role: "group", "aria-label": s("blocks.row") }, this.cells.map((c) => c.node));
    this.lanes = Object.fromEntries(LANES.map((name) => [name, this.lane(name)]));
    this.tracks = el("div", { class: "tl-b-tracks" }, LANES.map((name) => this.lanes[name].track));
    this.names = el("div", { class: "tl-b-names" }, LANES.map((name) => this.lanes[name].name));
    this.guides = Object.fromEntries(LANES.map((name) => [name, el("div", { class: "tl-b-guide", "data-lane": name })]));
    this.spine = el("div", { class: "tl-b-spine" }, this.row, fixed ? null : this.tracks, fixed ? null : Object.values(this.guides));
    this.picture = el("div", { class: "tl-b-picture" }, this.input, this.spine, this.head, fixed ? null : this.names);
    this.learning = el("strong", { "data-testid": "blocks-learning" });
    this.of = el("span", { "data-testid": "blocks-total" });
    this.meter = el("div", { class: "tl-b-meter-fill" });
    this.count = el("div", { class: "tl-b-count", role: "status" },
      el("p", {}, this.learning, " ", this.of), el("div", { class: "tl-b-meter", "aria-hidden": "true" }, this.meter));
    const legend = el("ul", { class: "tl-b-legend" }, ["frozen", "kept", "fresh", "dropped"].map((state) =>
      el("li", {}, el("span", { class: "tl-b-swatch", "data-state": state }, icon(state, 14)), s(`blocks.legend.${state}`))));
    this.hint = el("p", { class: "tl-b-hint" }, fixed ? "" : s("blocks.hint"));
    this.root.replaceChildren(this.picture, el("div", { class: "tl-b-foot" }, this.count, legend), fixed ? "" : this.hint);
    this.root.toggleAttribute("data-disabled", Boolean(fixed));
  }

  block(block, number, fixed) {
    const mark = el("span", { class: "tl-b-mark" });
    const rate = this.data.rates?.[block.name];
    const node = el(fixed ? "div" : "button", {
      type: fixed ? null : "button", class: "tl-b-block", "data-testid": `block-${number}`, role: fixed ? "img" : null,
      onclick: fixed ? () => {} : () => this.clicked(number),
    },
      el("span", { class: "tl-b-name" }, block.name),
      el("span", { class: "tl-b-fact tl-b-map" }, `${block.size}×${block.size}×${block.channels}`),
      el("span", { class: "tl-b-fact tl-b-parameters" }, short(block.parameters)),
      Number.isFinite(rate) && rate !== 1 ? el("span", { class: "tl-b-fact" }, this.say("blocks.rate", { scale: small(rate) })) : null,
      mark);
    // The map a block passes on is drawn as the block's height: 1 for the first, about half for 1 px.
    const first = Math.log2(Math.max(2, this.data.size));
    node.style.setProperty("--tl-share", (0.58 + 0.42 * (Math.log2(Math.max(1, block.size)) / first)).toFixed(3));
    return { node, mark };
  }

  lane(name) {
    const fill = el("div", { class: "tl-b-fill" });
    const handle = el("div", {
      class: "tl-b-handle", role: "slider", tabindex: "0", "data-testid": `boundary-${name}`,
      "aria-valuemin": name === "read" ? 1 : 0, "aria-valuemax": this.n, "aria-label": this.say(`blocks.lane.${name}`),
      onkeydown: (event) => this.key(event, name),
    });
    const track = el("div", { class: "tl-b-track", "data-lane": name }, fill, handle);
    track.addEventListener("pointerdown", (event) => this.grab(event, name, track, handle));
    const value = el("span", { class: "tl-b-lane-value" });
    const label = el("div", { class: "tl-b-lane-name", "data-lane": name },
      el("span", { class: "tl-b-lane-dot" }), el("span", {}, this.say(`blocks.lane.${name}`), " ", value));
    return { fill, handle, track, name: label, value };
  }

  // --- the hand ------------------------------------------------------------------------------

  /** Boundary under a pointer: the number of blocks between the input and it. */
  at(event) {
    const upright = this.column;
    const where = upright ? event.clientY : event.clientX;
    let best = 0;
    let distance = Infinity;
    for (let i = 0; i <= this.n; i += 1) {
      const gap = Math.abs(this.edge(i) - where);
      if (gap < distance) [best, distance] = [i, gap];
    }
    return best;
  }

  /** Screen position of the boundary after block i (0: before the first). */
  edge(i) {
    const box = (k) => this.cells[k].node.parentElement && this.cells[k].node.getBoundingClientRect();
    const [start, end] = this.column ? ["top", "bottom"] : ["left", "right"];
    if (i === 0) return box(0)[start] - 4;
    if (i === this.n) return box(this.n - 1)[end] + 4;
    return (box(i - 1)[end] + box(i)[start]) / 2;
  }

  grab(event, name, track, handle) {
    if (this.data.disabled || event.button > 0) return;
    event.preventDefault();
    handle.focus({ preventScroll: true });
    track.setPointerCapture(event.pointerId);
    this.dragging = true;
    // From the plan at the start of the drag: going back the way one came restores it.
    const before = { ...this.plan };
    const move = (e) => this.change(MOVES[name](before, this.at(e), this.n));
    const release = (keep) => () => {
      track.removeEventListener("pointermove", move);
      for (const [type, listener] of ends) track.removeEventListener(type, listener);
      this.dragging = false;
      if (!keep) this.change(before);
      this.send();
    };
    const ends = [["pointerup", release(true)], ["pointercancel", release(false)]];
    track.addEventListener("pointermove", move);
    for (const [type, listener] of ends) track.addEventListener(type, listener);
    move(event);
  }

  key(event, name) {
    const now = this.plan[name];
    const to = {
      ArrowLeft: now - 1, ArrowDown: this.column ? now + 1 : now - 1, ArrowRight: now + 1,
      ArrowUp: this.column ? now - 1 : now + 1, PageDown: now - 2, PageUp: now + 2, Home: 0, End: this.n,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.change(MOVES[name](this.plan, between(0, to, this.n), this.n));
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.send(), 250);
  }

  /** Freeze up to here; the last frozen block thaws; a dropped block comes back. */
  clicked(number) {
    const { plan, n } = this;
    if (number > plan.read) this.change(setRead(plan, number, n));
    else this.change(setFreeze(plan, plan.freeze === number ? number - 1 : number, n));
    this.send();
  }

  change(plan) {
    this.plan = plan;
    this.show();
  }

  send() {
    clearTimeout(this.pause);
    const value = { ...this.plan, stamp: this.data.stamp };
    const told = JSON.stringify(value);
    if (told === this.told) return;
    this.told = told;
    this.component.setStateValue("plan", value);
  }

  // --- the picture -----------------------------------------------------------------------------

  fit() {
    if (!this.cells) return;
    const width = this.root.clientWidth;
    if (!width) return;
    const column = width < this.n * MIN_BLOCK + 220;
    this.column = column;
    // Room for the lanes' names beside them; else they stand below.
    this.root.toggleAttribute("data-wide", !column && width > this.n * MIN_BLOCK + 390);
    this.root.toggleAttribute("data-column", column);
    for (const { handle } of Object.values(this.lanes)) {
      handle.setAttribute("aria-orientation", column ? "vertical" : "horizontal");
    }
    this.place();
  }

  /** Handles and fills follow the blocks' own edges, whatever the layout made of them. */
  place() {
    if (this.data.disabled) return;
    const box = this.tracks.getBoundingClientRect();
    const origin = this.column ? box.top : box.left;
    const large = largeness(); // the screen's pixels are that many of the picture's
    for (const name of LANES) {
      const { fill, handle } = this.lanes[name];
      const [from, to] = [0, this.plan[name]].map((i) => (this.edge(i) - origin) / large);
      const [offset, length] = this.column ? ["top", "height"] : ["left", "width"];
      for (const node of [fill, handle]) node.removeAttribute("style");
      fill.style[offset] = `${from}px`;
      fill.style[length] = `${Math.max(0, to - from)}px`;
      handle.style[offset] = `${to}px`;
      // The boundary itself, drawn through the row of blocks down (or across) to its handle.
      const guide = this.guides[name];
      guide.removeAttribute("style");
      guide.style[offset] = `${to}px`;
    }
  }

  show() {
    const { plan, data, say: s } = this;
    const blocks = under(data.blocks, plan);
    this.cells.forEach(({ node, mark }, i) => {
      const { state } = blocks[i];
      const word = s(`blocks.state.${blocks[i].word}`);
      if (node.dataset.state !== state || mark.lastChild?.textContent !== word) {
        node.dataset.state = state;
        mark.replaceChildren(icon(state, 15), word);
      }
      node.toggleAttribute("data-edge", i + 1 === plan.freeze);
      const block = data.blocks[i];
      const told = s("blocks.block", {
        n: i + 1, name: block.name, state: word, parameters: whole(block.parameters),
        size: block.size, channels: block.channels,
      });
      const act = state === "dropped" ? "restore" : plan.freeze === i + 1 ? "thaw" : "freeze";
      node.setAttribute("aria-label", data.disabled ? told : `${told} ${s(`blocks.click.${act}`)}`);
      node.title = data.disabled ? "" : s(`blocks.click.${act}`);
    });
    const { learning, total, head } = counts(data.blocks, plan);
    write(this.learning, s("blocks.learning", { learning: whole(learning), percent: percent(learning / total) }));
    write(this.of, s("blocks.total", { total: whole(total) }));
    this.meter.style.transform = `scaleX(${learning / total})`;
    write(this.headFacts, s("blocks.classes", { classes: data.classes, parameters: short(head) }));
    for (const name of LANES) {
      const { handle, value } = this.lanes[name];
      const at = plan[name];
      const text = at === 0 ? s("blocks.value.none") : s("blocks.value.upto", { n: at, name: data.blocks[at - 1].name });
      handle.setAttribute("aria-valuenow", at);
      handle.setAttribute("aria-valuetext", text);
      write(value, text);
    }
    this.place();
  }

  destroy() {
    clearTimeout(this.pause);
    this.resize.disconnect();
    this.root.remove();
  }
}

export default mounted((parent) => new Blocks(parent));
