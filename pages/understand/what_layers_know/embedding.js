// Points on a map that holds still: before and after.  One is chosen, its neighbours are drawn to
// it and shown as pictures.  The map is one stop of the keyboard; its arrows go to the next point.

const MARKS = [ // a shape a class, all of about the same weight; drawn around 0, 0
  "M-1.3,0a1.3,1.3 0 1,0 2.6,0a1.3,1.3 0 1,0 -2.6,0z",
  "M-1.15,-1.15h2.3v2.3h-2.3z",
  "M0,-1.7L1.7,0L0,1.7L-1.7,0z",
  "M0,-1.6L1.6,1.2H-1.6z",
  "M-1.5,-.8L-.8,-1.5L0,-.7L.8,-1.5L1.5,-.8L.7,0L1.5,.8L.8,1.5L0,.7L-.8,1.5L-1.5,.8L-.7,0z",
  "M0,-1.9L.5,-.6L1.9,-.6L.8,.3L1.2,1.6L0,.8L-1.2,1.6L-.8,.3L-1.9,-.6L-.5,-.6z",
  "M-.8,-1.4H.8L1.6,0L.8,1.4H-.8L-1.6,0z",
  "M-.5,-1.6H.5V-.5H1.6V.5H.5V1.6H-.5V.5H-1.6V-.5H-.5z",
  "M-1.6,-1.2L0,0L1.6,-1.2V1.2L0,0L-1.6,1.2z",
];
const WHENS = ["before", "after"];

class Embedding {
  constructor(parent) {
    this.parent = parent;
    this.when = "before";
    this.links = el("svg:g", { class: "tl-e-links" });
    this.dots = el("svg:g", {});
    this.ring = el("svg:circle", { r: 2.6, class: "tl-e-ring" });
    this.map = el("svg", { viewBox: "-4 -4 108 108", class: "tl-e-map", tabindex: "0", role: "application", "data-testid": "embedding-map",
      onkeydown: (event) => this.key(event), onclick: (event) => this.clicked(event) }, this.links, this.dots, this.ring);
    this.switches = Object.fromEntries(WHENS.map((when) => [when, el("button", { type: "button", class: "tl-tool tl-e-when", "data-testid": `embedding-${when}`, onclick: () => this.turn(when) })]));
    this.legend = el("ul", { class: "tl-e-legend" });
    this.told = el("div", { class: "tl-e-told", "data-testid": "embedding-told" });
    this.spoken = el("p", { class: "tl-e-spoken", role: "status" });
    this.root = el("div", { class: "tl tl-embedding", "data-testid": "embedding" },
      el("div", { class: "tl-e-side" }, el("div", { class: "tl-e-switch", role: "group" }, Object.values(this.switches)), this.map, this.legend),
      el("div", { class: "tl-e-side" }, this.told, this.spoken));
    parent.append(this.root);
  }

  update({ data = {} }) {
    const dressed = redress(this);
    const shown = JSON.stringify(data);
    if (shown === this.shown && !dressed) return;
    if (data.sheet?.src !== this.data?.sheet.src) this.chosen = this.farthest(data.points);
    this.shown = shown;
    this.data = data;
    this.map.setAttribute("aria-label", this.say("embedding.map"));
    for (const when of WHENS) write(this.switches[when], this.say(`inside.${when}`));
    const look = (label) => ({ d: MARKS[label % MARKS.length], fill: data.colours[label % data.colours.length] });
    this.nodes = data.labels.map((label, i) => el("svg:path", { ...look(label), class: "tl-e-dot", "data-index": i }));
    this.dots.replaceChildren(...this.nodes);
    const classes = [...new Set(data.labels)].sort((a, b) => a - b);
    this.legend.replaceChildren(...classes.map((label) => el("li", {},
      el("svg", { viewBox: "-2.2 -2.2 4.4 4.4", width: 16, height: 16, "aria-hidden": "true" }, el("svg:path", look(label))), data.names[label] ?? String(label))));
    this.show();
  }

  say(key, values) { return say(this.data.words, key, values); }

  /** The point that moved most: something to see at once. */
  farthest({ before, after }) {
    const gap = before.map(([x, y], i) => Math.hypot(after[i][0] - x, after[i][1] - y));
    return gap.indexOf(Math.max(...gap));
  }

  turn(when) {
    this.when = when;
    this.show();
  }

  choose(i) {
    this.chosen = i;
    this.show(true);
  }

  clicked(event) {
    const box = this.map.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * 108 - 4;
    const y = ((event.clientY - box.top) / box.height) * 108 - 4;
    const gaps = this.data.points[this.when].map(([a, b]) => Math.hypot(a - x, b - y));
    this.choose(gaps.indexOf(Math.min(...gaps)));
  }

  /** To the nearest point that lies that way. */
  key(event) {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way) return;
    event.preventDefault();
    const points = this.data.points[this.when];
    const [x, y] = points[this.chosen];
    let best = -1;
    let least = Infinity;
    points.forEach(([a, b], i) => {
      const along = (a - x) * way[0] + (b - y) * way[1];
      const aside = Math.abs((a - x) * way[1]) + Math.abs((b - y) * way[0]);
      if (i !== this.chosen && along > 0 && along >= aside && along + aside < least) [best, least] = [i, along + aside];
    });
    if (best >= 0) this.choose(best);
  }

  show(speak = false) {
    const { data, when, chosen } = this;
    const points = data.points[when];
    for (const name of WHENS) this.switches[name].setAttribute("aria-pressed", String(name === when));
    this.nodes.forEach((node, i) => {
      node.style.transform = `translate(${points[i][0]}px, ${points[i][1]}px)`;
      node.toggleAttribute("data-near", data.near[when][chosen].includes(i));
    });
    const [x, y] = points[chosen];
    this.ring.style.transform = `translate(${x}px, ${y}px)`;
    this.links.replaceChildren(...data.near[when][chosen].map((i) => el("svg:line", { x1: x, y1: y, x2: points[i][0], y2: points[i][1] })));
    const label = data.labels[chosen];
    const own = (near) => near.filter((i) => data.labels[i] === label).length;
    this.told.replaceChildren(
      el("div", { class: "tl-e-chosen" }, this.tile(chosen), el("div", {}, el("p", { class: "tl-e-title" }, this.say("embedding.chosen", { name: this.name(chosen) })),
        el("p", { class: "tl-e-note" }, this.say("embedding.hint")))),
      ...WHENS.map((name) => {
        const near = data.near[name][chosen];
        return el("div", { class: "tl-e-near", role: "group", "data-shown": String(name === when) },
          el("p", { class: "tl-e-title" }, this.say(`embedding.near.${name}`), el("span", { class: "tl-e-note" }, ` ${this.say("embedding.same", { same: own(near), of: near.length })}`)),
          el("div", { class: "tl-e-tiles" }, near.map((i) => this.button(i, data.labels[i] === label))));
      }));
    if (speak) write(this.spoken, this.say("embedding.spoken", { name: this.name(chosen), same: own(data.near[when][chosen]), of: data.near[when][chosen].length }));
  }

  name(i) { return this.data.names[this.data.labels[i]] ?? String(this.data.labels[i]); }

  tile(i) { return tileOf(this.data.sheet, { index: i, name: this.name(i) }); }

  button(i, same) {
    return el("button", { type: "button", class: "tl-e-neighbour", "data-same": String(same), onclick: () => this.choose(i) },
      this.tile(i), el("span", {}, `${same ? "✓" : "✗"} ${this.name(i)}`));
  }

  destroy() { this.root.remove(); }
}

export default mounted((parent) => new Embedding(parent));
