// Test pictures as buttons: the one that is looked into is framed.

class Gallery {
  constructor(parent) {
    this.parent = parent;
    this.row = el("div", {});
    this.root = el("div", { class: "tl tl-pictures", "data-testid": "gallery" }, this.row);
    parent.append(this.root);
  }

  update(component) {
    Object.assign(this, { component, data: component.data ?? {} });
    redress(this);
    const { pictures = [], chosen, words } = this.data;
    const shown = JSON.stringify([pictures, words]);
    if (shown !== this.shown) {
      this.shown = shown;
      this.buttons = pictures.map(({ index, src, caption }) => el("button", {
        type: "button", class: "tl-picture", "data-index": index, title: say(words, "gallery.click"),
        "aria-label": say(words, "gallery.about", { what: caption }),
        onclick: () => this.pick(index),
      }, el("img", { src, alt: "" }), el("span", {}, caption)));
      this.row.replaceChildren(...this.buttons);
    }
    this.mark(chosen);
  }

  pick(index) {
    this.mark(index);
    this.component.setTriggerValue("picked", index);
  }

  mark(chosen) {
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(Number(button.dataset.index) === chosen));
  }

  destroy() { this.root.remove(); }
}

export default mounted((parent) => new Gallery(parent));
