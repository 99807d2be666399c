// Pictures one by one, a button for each class: the reader labels, and each label is timed.

class Labelling {
  constructor(parent) {
    this.parent = parent;
    this.root = el("div", { class: "tl tl-labelling", "data-testid": "labelling", onkeydown: (event) => this.key(event) });
    parent.append(this.root);
  }

  update(component) {
    Object.assign(this, { component, data: component.data ?? {} });
    redress(this);
    const shown = JSON.stringify(this.data);
    if (shown === this.shown) return;
    this.shown = shown;
    Object.assign(this, { labels: [], seconds: [], since: 0, sent: false });
    this.begin();
  }

  /** The clock does not run before the reader is ready. */
  begin() {
    const { words, count } = this.data;
    this.root.replaceChildren(
      el("p", { class: "tl-lead" }, say(words, "labelling.ready", { n: count })),
      el("button", { type: "button", class: "tl-go", "data-testid": "labelling-go", onclick: () => this.go() }, say(words, "labelling.go")),
    );
  }

  go() {
    const { names, words } = this.data;
    this.at = el("p", { class: "tl-at", role: "status" });
    this.tile = el("span", { class: "tl-tile tl-large-tile", role: "img" });
    this.buttons = names.map((name, number) => el("button", {
      type: "button", class: "tl-name", "data-label": number, onclick: () => this.label(number),
    }, number < 9 ? el("kbd", { "aria-hidden": "true" }, String(number + 1)) : null, el("span", {}, name)));
    this.back = el("button", { type: "button", class: "tl-tool", onclick: () => this.undo() }, say(words, "labelling.undo"));
    this.root.replaceChildren(
      this.at,
      el("div", { class: "tl-desk" }, this.tile, el("div", { class: "tl-names", role: "group", "aria-label": say(words, "labelling.which") }, this.buttons)),
      el("div", { class: "tl-below" }, this.back, el("span", { class: "tl-note" }, say(words, "labelling.keys"))),
    );
    this.turn();
    this.buttons[0].focus({ preventScroll: true });
  }

  /** The next picture, or the end. */
  turn() {
    const { sheet, count, words } = this.data;
    const index = this.labels.length;
    if (index >= count) return this.finish();
    const { src, columns, lines, tile: [width, height] } = sheet;
    const share = (at, of) => (of > 1 ? `${(100 * at) / (of - 1)}%` : "0");
    const place = {
      "background-image": `url("${src}")`, "background-size": `${100 * columns}% ${100 * lines}%`,
      "background-position": `${share(index % columns, columns)} ${share(Math.floor(index / columns), lines)}`,
      "aspect-ratio": `${width} / ${height}`, "image-rendering": width > 72 ? "auto" : "pixelated",
    };
    for (const [name, value] of Object.entries(place)) this.tile.style.setProperty(name, value);
    this.tile.setAttribute("aria-label", say(words, "labelling.picture", { at: index + 1 }));
    write(this.at, say(words, "labelling.at", { at: index + 1, n: count }));
    this.back.disabled = index === 0;
    this.since = performance.now();
  }

  label(number) {
    if (this.sent || this.labels.length >= this.data.count) return;
    this.labels.push(number);
    this.seconds.push((performance.now() - this.since) / 1000);
    this.turn();
  }

  /** The time that the wrong click took is lost, as it is in life. */
  undo() {
    if (this.sent || !this.labels.length) return;
    this.labels.pop();
    this.seconds.pop();
    this.turn();
  }

  key(event) {
    const number = Number(event.key) - 1;
    if (!this.buttons || event.ctrlKey || event.altKey || event.metaKey || !(number >= 0 && number < this.buttons.length)) return;
    event.preventDefault();
    this.label(number);
  }

  finish() {
    this.sent = true;
    write(this.at, say(this.data.words, "labelling.done"));
    this.component.setTriggerValue("labelled", { stamp: this.data.stamp, labels: this.labels, seconds: this.seconds });
  }

  destroy() { this.root.remove(); }
}

export default mounted((parent) => new Labelling(parent));
