// The matrix picture: four cells on a plane.  x is similarity, y is the number of pictures (log),
// so that a size moves up and down inside its cell and own data are a point anywhere on it.

const COLUMNS = ["similar", "different"]; // left, right
const ROWS = ["large", "small"]; // top, bottom
const START = { x: 0.3, y: 0.3 }; // where own data land when they are placed by the button

class Matrix {
  constructor(parent) {
    this.parent = parent;
    this.sent = []; // what was told to Python and has not come back yet
    this.root = el("div", { class: "tl tl-matrix", "data-testid": "matrix" });
    parent.append(this.root);
  }

  update(component) {
    this.component = component;
    const data = component.data ?? {};
    redress(this);
    this.data = data;
    this.say = (key, values) => say(data.words, key, values);
    this.hear(data);
    const shape = JSON.stringify([data.words, data.cells.map(({ size, states, summary, evidence, ...rest }) => rest)]);
    if (shape !== this.shape) {
      this.shape = shape;
      this.build();
    }
    this.show();
  }

  /** Python's word counts unless it only repeats what the reader said before. */
  hear({ chosen, own, cells }) {
    this.sizes ??= {};
    for (const cell of cells) if (cell.id !== chosen.cell || !this.sizes[cell.id]) this.sizes[cell.id] ??= cell.size;
    const told = JSON.stringify([chosen.cell, chosen.size, own ?? null]);
    if (told === this.heard || this.dragging) return;
    this.heard = told;
    const echo = this.sent.indexOf(told);
    this.sent.splice(0, echo + 1);
    if (echo >= 0 && this.cell) return;
    Object.assign(this, { cell: chosen.cell, own: own ? { ...own } : null });
    this.sizes[chosen.cell] = chosen.size;
  }

  byId(id) { return this.data.cells.find((cell) => cell.id === id); }

  /** The sizes a row covers, which is its scale. */
  range(row) {
    const cells = this.data.cells.filter((cell) => cell.id.endsWith(row));
    return [Math.min(...cells.map((c) => c.low)), Math.max(...cells.map((c) => c.high))];
  }

  share(row, size) {
    const [low, high] = this.range(row);
    return between(0, Math.log(size / low) / Math.log(high / low), 1);
  }

  sizeAt(row, share) {
    const [low, high] = this.range(row);
    return low * (high / low) ** between(0, share, 1);
  }

  build() {
    const { say: s } = this;
    this.parts = {};
    const cells = ROWS.flatMap((row) => COLUMNS.map((column) => this.build1(`${column}_${row}`, row)));
    this.pin = el("div", {
      class: "tl-m-pin", role: "slider", tabindex: "0", "aria-label": s("matrix.own.label"), "aria-valuemin": 0,
      "aria-valuemax": 100, "data-testid": "matrix-own", onkeydown: (event) => this.pinKey(event),
      onpointerdown: (event) => this.pinGrab(event, this.pin),
    }, icon("pin", 34), el("span", { class: "tl-m-pin-name" }, s("matrix.own.name")));
    this.plane = el("div", { class: "tl-m-plane", role: "group", "aria-label": s("matrix.plane") }, cells, this.pin);
    const axis = (name, ...keys) => el("div", { class: `tl-m-axis tl-m-${name}`, "aria-hidden": "true" },
      keys.map((key, i) => el("span", { class: i === 1 ? "tl-m-axis-name" : "" }, s(key))));
    this.park = el("button", {
      type: "button", class: "tl-tool tl-m-park", "data-testid": "matrix-own-button", onclick: () => this.parked(),
    });
    this.root.replaceChildren(el("div", { class: "tl-m-grid" },
      axis("y", "matrix.axis.large", "matrix.axis.size", "matrix.axis.small"), this.plane,
      axis("x", "matrix.axis.similar", "matrix.axis.similarity", "matrix.axis.different"),
      el("div", { class: "tl-m-foot" }, this.park)));
  }

  build1(id, row) {
    const cell = this.byId(id);
    if (!cell) return el("div", {});
    const { say: s } = this;
    const hit = el("button", {
      type: "button", class: "tl-m-hit", "data-testid": `matrix-cell-${id}`, onclick: () => this.choose(id),
    });
    const handle = el("div", {
      class: "tl-m-handle", role: "slider", tabindex: "0", "aria-orientation": "vertical", "aria-valuemin": cell.low,
      "aria-valuemax": cell.high, "aria-label": s("matrix.size.label", { title: cell.title }),
      "data-testid": `matrix-size-${id}`, onkeydown: (event) => this.sizeKey(event, id, row),
    });
    const rail = el("div", { class: "tl-m-rail" });
    const bubble = el("span", { class: "tl-m-bubble" });
    handle.append(bubble);
    const track = el("div", { class: "tl-m-track", onpointerdown: (event) => this.sizeGrab(event, id, row, track, handle) },
      rail, el("span", { class: "tl-m-end" }, whole(cell.high)), handle, el("span", { class: "tl-m-end tl-m-low" }, whole(cell.low)));
    const [top, bottom] = [this.share(row, cell.high), this.share(row, cell.low)];
    track.style.setProperty("--from", bottom);
    track.style.setProperty("--to", top);
    const pictures = [cell.thumbnails ?? []].flat().map((src) => el("img", { src, alt: "", draggable: "false" }));
    const size = el("span", { class: "tl-m-size" });
    const strip = el("div", { class: "tl-m-strip", "aria-hidden": "true" });
    const plan = el("span", { class: "tl-m-plan" });
    const summary = el("p", { class: "tl-m-summary" });
    const evidence = el("ul", { class: "tl-m-evidence" });
    const badge = el("span", { class: "tl-m-badge" }, s("matrix.chosen"));
    const node = el("div", { class: "tl-m-cell" }, hit, track,
      el("div", { class: "tl-m-body" },
        el("div", { class: "tl-m-top" }, el("h2", { class: "tl-m-title" }, cell.title), badge),
        el("p", { class: "tl-m-data" }, cell.data, " · ", size),
        el("div", { class: "tl-m-thumbs" }, pictures), strip, plan, summary, evidence));
    this.parts[id] = { node, hit, handle, track, bubble, size, strip, plan, summary, evidence };
    return node;
  }

  // --- the hand --------------------------------------------------------------------------------

  /** Own data leave the plane: the sizes are what they were before. */
  lift() {
    if (this.own) this.last = this.own;
    if (this.before) this.sizes = this.before;
    Object.assign(this, { own: null, before: null });
  }

  choose(id) {
    this.lift();
    this.cell = id;
    this.show();
    this.send();
  }

  resize(id, size) {
    const { low, high } = this.byId(id);
    this.lift();
    this.cell = id;
    this.sizes[id] = Math.round(between(low, size >= 100 ? Number(size.toPrecision(2)) : size, high));
    this.show();
  }

  sizeGrab(event, id, row, track, handle) {
    if (event.button > 0) return;
    event.preventDefault();
    handle.focus({ preventScroll: true });
    const box = track.getBoundingClientRect();
    this.drag(event, track, (e) => this.resize(id, this.sizeAt(row, (box.bottom - e.clientY) / box.height)));
  }

  sizeKey(event, id, row) {
    const { low, high } = this.byId(id);
    const now = this.sizes[id];
    const factor = { ArrowUp: 1.1, ArrowRight: 1.1, ArrowDown: 1 / 1.1, ArrowLeft: 1 / 1.1, PageUp: 2, PageDown: 0.5 }[event.key];
    let to = { Home: low, End: high }[event.key];
    if (factor) to = factor > 1 ? Math.max(now + 1, now * factor) : Math.min(now - 1, now * factor);
    if (to === undefined) return;
    event.preventDefault();
    this.resize(id, to);
    this.sendSoon();
  }

  /** Follow a pointer until it lets go; what was chosen is told once, then. */
  drag(event, target, move) {
    target.setPointerCapture(event.pointerId);
    this.dragging = true;
    const end = () => {
      target.removeEventListener("pointermove", move);
      target.removeEventListener("pointerup", end);
      target.removeEventListener("pointercancel", end);
      this.dragging = false;
      this.send();
    };
    target.addEventListener("pointermove", move);
    target.addEventListener("pointerup", end);
    target.addEventListener("pointercancel", end);
    move(event);
  }

  place(x, y) {
    this.own = { x: Number(between(0, x, 1).toFixed(3)), y: Number(between(0, y, 1).toFixed(3)) };
    const row = this.own.y < 0.5 ? "small" : "large";
    const id = `${this.own.x < 0.5 ? "similar" : "different"}_${row}`;
    const cell = this.byId(id);
    this.cell = id;
    const size = this.sizeAt(row, row === "small" ? this.own.y * 2 : this.own.y * 2 - 1);
    // Only the cell the pin is in takes its size; the others keep theirs.
    this.before ??= { ...this.sizes };
    this.sizes = { ...this.before, [id]: Math.round(between(cell.low, size, cell.high)) };
    this.show();
  }

  pinGrab(event, target) {
    if (event.button > 0) return;
    event.preventDefault();
    this.pin.focus({ preventScroll: true });
    const box = this.plane.getBoundingClientRect();
    const tip = { x: box.left + this.own.x * box.width, y: box.bottom - this.own.y * box.height };
    const [dx, dy] = [tip.x - event.clientX, tip.y - event.clientY]; // the pin does not jump to the hand
    this.drag(event, target, (e) => this.place(
      (e.clientX + dx - box.left) / box.width, (box.bottom - e.clientY - dy) / box.height));
  }

  pinKey(event) {
    const far = event.shiftKey ? 0.1 : 0.02;
    const by = { ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, far], ArrowDown: [0, -far] }[event.key];
    if (event.key === "Delete" || event.key === "Backspace") return this.parked();
    if (!by || !this.own) return;
    event.preventDefault();
    this.place(this.own.x + by[0], this.own.y + by[1]);
    this.sendSoon();
  }

  /** The button below the plane: put own data on it, or take them off. */
  parked() {
    if (this.own) {
      this.lift();
      this.show();
      this.park.focus();
    } else {
      const { x, y } = this.last ?? START;
      this.place(x, y);
      this.pin.focus({ preventScroll: true });
    }
    this.send();
  }

  sendSoon() {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.send(), 300);
  }

  send() {
    clearTimeout(this.pause);
    const size = this.sizes[this.cell];
    const told = JSON.stringify([this.cell, size, this.own ?? null]);
    if (told === this.sent.at(-1)) return;
    this.sent = [...this.sent.slice(-9), told];
    this.component.setStateValue("choice", { cell: this.cell, size, own: this.own, stamp: this.data.stamp });
  }

  // --- the picture -------------------------------------------------------------------------------

  show() {
    const { say: s } = this;
    for (const cell of this.data.cells) {
      const part = this.parts[cell.id];
      if (!part) continue;
      const row = cell.id.split("_")[1];
      const size = this.sizes[cell.id];
      const chosen = cell.id === this.cell;
      part.node.toggleAttribute("data-chosen", chosen);
      part.hit.setAttribute("aria-pressed", String(chosen));
      const pictures = s("matrix.size", { n: whole(size) });
      write(part.size, pictures);
      write(part.bubble, whole(size));
      part.handle.setAttribute("aria-valuenow", size);
      part.handle.setAttribute("aria-valuetext", pictures);
      part.handle.style.setProperty("--at", this.share(row, size));
      const { states } = cell;
      const told = ["frozen", "kept", "fresh"].map((state) => [state, states.filter((each) => each === state).length])
        .filter(([, n]) => n > 0).map(([state, n]) => s(`matrix.plan.${state}`, { n })).concat(s("matrix.plan.head")).join(" · ");
      const drawn = states.join();
      if (part.drawn !== drawn) {
        part.drawn = drawn;
        part.strip.replaceChildren(...states.map((state) => el("i", { "data-state": state })), el("i", { class: "tl-m-headmark" }));
      }
      write(part.plan, told);
      write(part.summary, cell.summary ?? "");
      part.summary.hidden = !cell.summary;
      const lines = cell.evidence ?? [];
      if (part.evidence.dataset.told !== JSON.stringify(lines)) {
        part.evidence.dataset.told = JSON.stringify(lines);
        part.evidence.replaceChildren(...lines.map((text) => el("li", {}, text)));
      }
      part.hit.setAttribute("aria-label", [cell.title, cell.data, pictures, told, cell.summary ?? "", ...lines].join(". "));
    }
    this.pin.hidden = !this.own;
    this.park.replaceChildren(icon("pin", 20), s(this.own ? "matrix.own.remove" : "matrix.own.place"));
    if (!this.own) return;
    this.pin.style.left = `${100 * this.own.x}%`;
    this.pin.style.bottom = `${100 * this.own.y}%`;
    this.pin.setAttribute("aria-valuenow", Math.round(100 * this.own.x));
    this.pin.setAttribute("aria-valuetext", s("matrix.own.value", {
      x: Math.round(100 * this.own.x), n: whole(this.sizes[this.cell]), cell: this.byId(this.cell)?.title ?? "",
    }));
  }

  destroy() {
    clearTimeout(this.pause);
    this.root.remove();
  }
}

export default mounted((parent) => new Matrix(parent));
