// Pictures out of sheets: a class in each line, or a few side by side that are to be compared.

class Sheet {
  constructor(parent) {
    this.parent = parent;
    this.root = el("div", { class: "tl tl-sheet", "data-testid": "sheet" });
    parent.append(this.root);
  }

  update(component) {
    const data = component.data ?? {};
    redress(this);
    const shown = JSON.stringify(data);
    if (shown === this.shown) return;
    this.shown = shown;
    this.root.dataset.layout = data.layout;
    this.root.replaceChildren(...data.groups.map((group) => el("div", { class: "tl-group", role: "group", "aria-label": group.title },
      el("div", { class: "tl-about" }, el("span", { class: "tl-title" }, group.title), group.note ? el("span", { class: "tl-note" }, group.note) : null),
      el("div", { class: "tl-tiles" }, group.tiles.flatMap((tile, place) => [
        data.layout === "change" && place > 0 ? el("span", { class: "tl-becomes", "aria-hidden": "true" }, "→") : null,
        tileOf(data.sheets[tile.sheet], tile),
      ])))));
  }

  destroy() { this.root.remove(); }
}

export default mounted((parent) => new Sheet(parent));
