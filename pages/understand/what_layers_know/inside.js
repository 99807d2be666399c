// A picture through the network: a row of stations, one a block; the open one shows its channels.

const MINI = 4; // tiles on a station

class Inside {
  constructor(parent) {
    this.parent = parent;
    this.wait = el("p", { class: "tl-wait", role: "status", hidden: true });
    this.stations = el("div", { class: "tl-in-stations", role: "tablist", onkeydown: (event) => this.key(event) });
    this.input = el("div", { class: "tl-in-input" });
    this.panel = el("div", { class: "tl-in-panel", role: "tabpanel", tabindex: "0", "data-testid": "inside-panel" });
    this.root = el("div", { class: "tl tl-inside", "data-testid": "inside" }, this.wait,
      el("div", { class: "tl-in-way" }, this.input, this.stations), this.panel);
    parent.append(this.root);
  }

  update({ data = {} }) {
    redress(this);
    const shown = JSON.stringify(data);
    if (shown === this.shown) return;
    this.shown = shown;
    this.data = data;
    this.open = Math.min(this.open ?? -1, data.blocks.length - 1); // -1: none, until one is chosen
    this.when = data.sheets.activations_after ? ["before", "after"] : ["before"];
    write(this.wait, this.say("inside.wait"));
    this.wait.hidden = !data.busy;
    this.root.setAttribute("aria-busy", String(Boolean(data.busy)));
    this.input.replaceChildren(tileOf(data.sheets.input, { index: 0, name: this.say("inside.input") }),
      el("span", { class: "tl-in-name" }, this.say("inside.input")), el("span", { class: "tl-in-fact" }, `${data.input} × ${data.input}`));
    this.stations.setAttribute("aria-label", this.say("inside.blocks"));
    this.tabs = data.blocks.map((block, i) => this.station(block, i));
    this.stations.replaceChildren(...this.tabs);
    this.show();
  }

  say(key, values) { return say(this.data.words, key, values); }

  station(block, i) {
    const sheet = this.data.sheets[block.after ? "activations_after" : "activations_before"];
    const lines = (block.after ?? block.before).slice(0, MINI);
    const state = this.data.states?.[i];
    return el("button", { type: "button", role: "tab", class: "tl-in-station", "data-testid": `inside-block-${i + 1}`,
      "data-state": state ?? null, onclick: () => this.pick(i) },
      el("span", { class: "tl-in-name" }, block.name),
      el("span", { class: "tl-in-mini", "aria-hidden": "true" }, lines.map((line) => tileOf(sheet, { index: line.map, name: "" }))),
      el("span", { class: "tl-in-fact" }, `${block.size} × ${block.size} × ${block.channels}`),
      state ? el("span", { class: "tl-in-state" }, icon(state === "new" ? "fresh" : state, 14), this.say(`inside.state.${state}`)) : null);
  }

  key(event) {
    const to = { ArrowLeft: this.open - 1, ArrowRight: this.open + 1, Home: 0, End: this.tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.pick(between(0, to, this.tabs.length - 1));
    this.tabs[this.open].focus();
  }

  pick(i) {
    this.open = i;
    this.show();
  }

  show() {
    const { data } = this;
    this.tabs.forEach((tab, i) => {
      tab.setAttribute("aria-selected", String(i === this.open));
      tab.tabIndex = i === Math.max(0, this.open) ? 0 : -1;
    });
    this.panel.toggleAttribute("data-none", this.open < 0);
    if (this.open < 0) {
      this.panel.setAttribute("aria-label", this.say("inside.blocks"));
      this.panel.replaceChildren(el("p", { class: "tl-in-about" }, this.say("inside.none")));
      return;
    }
    const block = data.blocks[this.open];
    const whole = block.field >= data.input;
    const facts = { n: this.open + 1, name: block.name, size: block.size, channels: block.channels, field: block.field, input: data.input };
    this.panel.setAttribute("aria-label", block.name);
    const state = data.states?.[this.open];
    const note = ["dropped", "new"].includes(state) ? [el("p", { class: "tl-in-note" }, this.say(`inside.${state}`))] : [];
    this.panel.replaceChildren(
      el("p", { class: "tl-in-about" }, this.say(whole ? "inside.about.whole" : "inside.about", facts)), ...note,
      el("ul", { class: "tl-in-channels", "data-pair": this.when.length > 1 ? "" : null }, block.shown.map((channel, i) => this.channel(block, channel, i))));
  }

  channel(block, channel, i) {
    const sides = this.when.filter((when) => block[when]).map((when) => this.side(block[when][i], when));
    return el("li", { class: "tl-in-channel" },
      el("strong", { class: "tl-in-number" }, this.say("inside.channel", { n: channel + 1 })), el("div", { class: "tl-in-sides" }, sides));
  }

  side(line, when) {
    const { data } = this;
    const told = this.say("inside.stronger", { share: percent(line.weaker, 0), n: whole(data.pictures) });
    const patches = line.patches.map((patch) => {
      const name = data.names[patch.label] ?? String(patch.label);
      const node = tileOf(data.sheets[`patches_${when}`], { index: patch.tile, name });
      if (patch.place) {
        const [top, left, height, width] = patch.place.map((n) => `${100 * n}%`);
        node.append(el("span", { class: "tl-in-place", style: { top, left, height, width } }));
      }
      return node;
    });
    return el("div", { class: "tl-in-side", "data-when": when },
      this.when.length > 1 ? el("span", { class: "tl-in-when" }, this.say(`inside.${when}`)) : null,
      el("div", { class: "tl-in-answer" },
        tileOf(data.sheets[`activations_${when}`], { index: line.map, name: this.say("inside.map", { n: line.channel + 1 }) }),
        el("p", { class: "tl-in-fact" }, told)),
      patches.length
        ? el("div", { class: "tl-in-likes" }, el("span", { class: "tl-in-fact" }, this.say("inside.likes")), el("div", { class: "tl-in-patches" }, patches))
        : el("p", { class: "tl-in-fact" }, this.say("inside.silent")));
  }

  destroy() { this.root.remove(); }
}

export default mounted((parent) => new Inside(parent));
