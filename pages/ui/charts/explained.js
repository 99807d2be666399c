// One picture explained: three pictures side by side and the probabilities as bars.  How strongly
// the heat lies over the picture is set in the browser alone.

const MOST_BARS = 10;

class Explained {
  constructor(parent) {
    this.parent = parent;
    const figure = (name, ...inside) => {
      const caption = el("figcaption", {});
      const node = el("figure", { "data-testid": `explained-${name}` }, el("div", { class: "tl-frame" }, inside), caption);
      return { node, caption };
    };
    const picture = (extra = {}) => el("img", { alt: "", ...extra });
    this.images = { shown: picture(), seen: picture({ class: "tl-pixels" }), under: picture(), heat: picture({ class: "tl-heat" }) };
    const { shown, seen, under, heat } = this.images;
    this.figures = { shown: figure("shown", shown), seen: figure("seen", seen), heat: figure("heat", under, heat) };
    this.opacity = el("input", { type: "range", min: 0, max: 100, value: 60, "data-testid": "explained-opacity", oninput: () => this.shade() });
    this.name = el("span", {});
    this.figures.heat.node.append(el("label", { class: "tl-opacity" }, this.name, this.opacity));
    this.title = el("p", { class: "tl-bars-title" });
    this.bars = el("ol", { class: "tl-bars", "data-testid": "explained-bars" });
    this.wait = el("p", { class: "tl-wait", role: "status", hidden: true, "data-testid": "explained-wait" });
    this.body = el("div", { class: "tl-explained-body" },
      el("div", { class: "tl-figures" }, Object.values(this.figures).map((f) => f.node)),
      el("div", {}, this.title, this.bars));
    this.root = el("div", { class: "tl tl-explained", "data-testid": "explained" }, this.wait, this.body);
    parent.append(this.root);
    this.shade();
  }

  shade() {
    this.images.heat.style.opacity = this.opacity.value / 100;
    this.opacity.setAttribute("aria-valuetext", `${this.opacity.value}%`);
  }

  update({ data = {} }) {
    redress(this);
    const { found, names = [], words, busy, reveal } = data;
    if (reveal) requestAnimationFrame(() => this.reveal());
    const s = (key, values) => say(words, key, values);
    write(this.wait, s("explained.wait"));
    this.wait.hidden = !busy;
    this.body.hidden = !found;
    this.body.dataset.busy = String(Boolean(busy));
    this.root.setAttribute("aria-busy", String(Boolean(busy)));
    if (!found) return;
    const target = names[found.target] ?? String(found.target);
    for (const [name, src] of [["shown", found.shown], ["under", found.shown], ["seen", found.seen], ["heat", found.heat]]) {
      if (this.images[name].getAttribute("src") !== src) this.images[name].setAttribute("src", src);
    }
    write(this.figures.shown.caption, s("explained.shown"));
    write(this.figures.seen.caption, s("explained.seen"));
    const heat = s(found.silent ? "explained.silent" : "explained.heat", { name: target });
    write(this.figures.heat.caption, heat);
    this.images.shown.alt = s("explained.shown");
    this.images.seen.alt = s("explained.seen");
    this.images.under.alt = heat;
    write(this.name, s("explained.opacity"));
    write(this.title, s("explained.bars"));
    const sorted = found.probabilities.map((p, i) => [p, i]).sort((a, b) => b[0] - a[0]).slice(0, MOST_BARS);
    this.bars.replaceChildren(...sorted.map(([p, i]) => el("li", { class: i === found.target ? "tl-target" : null },
      el("span", { class: "tl-bar-name" }, names[i] ?? String(i)),
      el("span", { class: "tl-bar-track" }, el("span", { class: "tl-bar-value", style: { width: `${(100 * p).toFixed(1)}%` } })),
      el("span", { class: "tl-bar-number" }, percent(p)))));
  }

  reveal() {
    const { top } = this.root.getBoundingClientRect();
    if (top > 80 && top < innerHeight * 0.5) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.root.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
  }

  destroy() { this.root.remove(); }
}

export default mounted((parent) => new Explained(parent));
