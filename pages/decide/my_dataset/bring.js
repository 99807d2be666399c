// A reader's own pictures: classes as cards whose names are edited where they stand, and the ways
// in.  What is on the server is drawn from `data`; only what is on its way is known here alone.

Object.assign(ICONS, {
  folder: "M3 6h6l2 2h10v11H3z",
  bin: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
});
const FEW = 12; // pictures of a card that are shown until the reader asks for all
const TOLD = 6; // refusals that are listed until the reader asks for all
const ASK_AGAIN = 4000; // ms; a word to the page may be lost with its connection
const UNDER_WAY = new Set(["queued", "running", "paused"]);

const folded = (name) => name.trim().toLowerCase();

class Bring {
  constructor(parent) {
    this.parent = parent;
    Object.assign(this, { cards: new Map(), chosen: new Set(), wide: new Set(), delivery: null, refused: [], all: false });
    this.files = el("input", { type: "file", multiple: true, hidden: true, onchange: () => this.picked(this.files, false) });
    this.folder = el("input", { type: "file", webkitdirectory: true, hidden: true, onchange: () => this.picked(this.folder, true) });
    this.phone = el("input", { type: "file", accept: "image/*", capture: "environment", hidden: true, onchange: () => this.picked(this.phone, false) });
    this.lead = el("p", { class: "tl-drop-lead" });
    this.byFolder = this.tool("folder", () => this.folder.click());
    this.byZip = this.tool("add", () => this.choose(""));
    this.zone = el("div", { class: "tl-drop", "data-testid": "bring-drop" }, this.lead, el("div", { class: "tl-row" }, this.byFolder.node, this.byZip.node));
    this.bar = el("span", { class: "tl-bar" });
    this.how = el("span", {});
    this.cancel = el("button", { type: "button", class: "tl-plain", onclick: () => this.stop() });
    this.progress = el("div", { class: "tl-progress", role: "status", hidden: true, "data-testid": "bring-progress" }, el("span", { class: "tl-track" }, this.bar), el("div", { class: "tl-row" }, this.how, this.cancel));
    this.sampled = el("p", { class: "tl-sampled", role: "status", hidden: true, "data-testid": "bring-sampled" });
    this.told = el("div", { class: "tl-refused", role: "status", hidden: true, "data-testid": "bring-refused" });
    this.grid = el("div", { class: "tl-classes" });
    this.fresh = el("input", { type: "text", maxlength: 40, "data-testid": "bring-new", onkeydown: (e) => e.key === "Enter" && this.found() });
    this.make = el("button", { type: "button", class: "tl-plain", onclick: () => this.found() });
    this.last = el("div", { class: "tl-new tl-row" }, this.fresh, this.make);
    this.root = el("div", { class: "tl tl-bring", "data-testid": "bring" }, this.zone, this.progress, this.sampled, this.told, this.grid, this.last, this.files, this.folder, this.phone);
    this.droppable(this.zone, "");
    parent.append(this.root);
    this.camera = new Camera(this.root, {
      take: (file, label) => this.send([{ file, label }]),
      refused: (key) => this.refuse([{ name: "", key, values: {} }]),
      closed: () => this.release(),
    });
    this.stay = (event) => { if (this.delivery && !this.delivery.over) event.preventDefault(); };
    window.addEventListener("beforeunload", this.stay); // "Leave the page?", while pictures go out
    this.again = setInterval(() => this.hand(), ASK_AGAIN);
  }

  tool(name, onclick) {
    const text = el("span", {});
    return { text, node: el("button", { type: "button", class: "tl-plain", onclick }, icon(name), text) };
  }

  s(key, values) { return say(this.data.words, key, values); }

  update(component) {
    Object.assign(this, { component, data: component.data ?? {} });
    redress(this);
    const touch = matchMedia("(pointer: coarse)").matches;
    this.files.accept = this.data.limits?.kinds ?? ""; // a telephone then hands over HEIC as JPEG
    write(this.lead, this.s(touch ? "own.lead.touch" : "own.lead.mouse"));
    write(this.byFolder.text, this.s("own.by_folder"));
    write(this.byZip.text, this.s("own.by_files"));
    write(this.cancel, this.s("own.stop"));
    write(this.make, this.s("own.new_class"));
    this.fresh.placeholder = this.s("own.class_name");
    this.fresh.setAttribute("aria-label", this.s("own.class_name"));
    this.byFolder.node.hidden = touch || !("webkitdirectory" in this.folder);
    this.draw();
    this.tell();
    this.watch(this.data.taking);
  }

  // --- classes -------------------------------------------------------------------------------
  draw() {
    const { classes = [], needed } = this.data;
    const ids = new Set(classes.map((c) => c.id));
    for (const [id, card] of this.cards) if (!ids.has(id)) { card.node.remove(); this.cards.delete(id); }
    const known = new Set(classes.flatMap((c) => c.pictures.map((p) => p.file)));
    for (const file of this.chosen) if (!known.has(file)) this.chosen.delete(file);
    for (const [place, told] of classes.entries()) {
      if (!this.cards.has(told.id)) this.cards.set(told.id, this.card(told.id));
      const card = this.cards.get(told.id);
      if (this.root.getRootNode().activeElement !== card.name) card.name.value = told.name;
      Object.assign(card, { told });
      card.name.setAttribute("aria-label", this.s("own.class_name"));
      const count = told.pictures.length;
      const lacks = Math.max(0, needed - count);
      write(card.count, this.s(count === 1 ? "own.count.one" : "own.count", { n: count }) + (lacks ? ` · ${this.s("own.lacks", { n: lacks })}` : ""));
      card.node.dataset.lacks = String(lacks > 0);
      write(card.add.text, this.s("own.add"));
      write(card.shoot.text, this.s("own.camera"));
      card.remove.title = this.s("own.remove_class");
      card.remove.setAttribute("aria-label", `${this.s("own.remove_class")}: ${told.name}`);
      this.pictures(card);
      // Only where it stands elsewhere: to move a node takes the cursor out of its field.
      if (this.grid.children[place] !== card.node) this.grid.insertBefore(card.node, this.grid.children[place] ?? null);
    }
  }

  card(id) {
    const card = { id };
    card.name = el("input", {
      type: "text", class: "tl-name", maxlength: 40, "data-testid": "bring-name",
      onchange: () => this.rename(card), onkeydown: (e) => e.key === "Enter" && card.name.blur(),
    });
    card.count = el("p", { class: "tl-count" });
    card.add = this.tool("add", () => this.choose(id));
    card.shoot = this.tool("camera", () => this.photograph(card));
    card.remove = el("button", { type: "button", class: "tl-tool", onclick: () => this.askRemove(card) }, icon("bin"));
    card.thumbs = el("div", { class: "tl-thumbs" });
    card.act = el("div", { class: "tl-act tl-row", hidden: true });
    card.node = el("section", { class: "tl-class", "data-testid": "bring-class" },
      el("div", { class: "tl-row tl-head" }, card.name, card.remove), card.count, card.thumbs, card.act,
      el("div", { class: "tl-row" }, card.add.node, card.shoot.node));
    this.droppable(card.node, id);
    return card;
  }

  pictures(card) {
    const { pictures } = card.told;
    const all = this.wide.has(card.id) || pictures.length <= FEW;
    const shown = all ? pictures : pictures.slice(1 - FEW); // the last place tells how many more
    const drawn = JSON.stringify([shown, pictures.length, this.wide.has(card.id), this.data.words.lang]);
    if (drawn !== card.drawn) {
      card.drawn = drawn;
      card.thumbs.replaceChildren(...shown.map(({ file, name }) => el("button", {
        type: "button", class: "tl-thumb", "data-file": file, title: name, "aria-label": this.s("own.picture", { name }), onclick: () => this.toggle(file),
      }, el("img", { src: `${this.data.api}/${file}`, alt: "", loading: "lazy", decoding: "async" }))));
      const more = pictures.length - shown.length;
      if (more || this.wide.has(card.id)) {
        const text = more ? this.s("own.more", { n: more }) : this.s("own.fewer");
        card.thumbs.append(el("button", { type: "button", class: "tl-more", onclick: () => this.widen(card) }, text));
      }
    }
    for (const thumb of card.thumbs.querySelectorAll(".tl-thumb")) thumb.setAttribute("aria-pressed", String(this.chosen.has(thumb.dataset.file)));
    const mine = pictures.filter((p) => this.chosen.has(p.file)).map((p) => p.file);
    card.act.hidden = !mine.length;
    if (!mine.length) return;
    const others = this.data.classes.filter((c) => c.id !== card.id);
    const move = el("select", { "aria-label": this.s("own.move"), onchange: (e) => this.edit({ act: "move", files: mine, class: e.target.value }) },
      el("option", { value: "" }, this.s("own.move")), others.map((c) => el("option", { value: c.id }, c.name)));
    card.act.replaceChildren(el("span", {}, this.s("own.chosen", { n: mine.length })),
      el("button", { type: "button", class: "tl-plain", onclick: () => this.edit({ act: "remove", files: mine }) }, icon("bin"), this.s("own.remove")),
      ...(others.length ? [move] : []));
  }

  toggle(file) {
    if (!this.chosen.delete(file)) this.chosen.add(file);
    for (const card of this.cards.values()) this.pictures(card);
  }

  widen(card) {
    if (!this.wide.delete(card.id)) this.wide.add(card.id);
    this.pictures(card);
  }

  rename(card) {
    const name = card.name.value.trim();
    if (!name) card.name.value = card.told.name;
    else if (name !== card.told.name) this.edit({ act: "rename", class: card.id, name });
  }

  askRemove(card) {
    if (!card.told.pictures.length) return this.edit({ act: "drop", class: card.id });
    card.act.hidden = false;
    card.act.replaceChildren(el("span", {}, this.s("own.remove_class.ask", { n: card.told.pictures.length })),
      el("button", { type: "button", class: "tl-plain", onclick: () => this.edit({ act: "drop", class: card.id }) }, this.s("own.remove_class.yes")),
      el("button", { type: "button", class: "tl-plain", onclick: () => this.pictures(card) }, this.s("own.no")));
    return null;
  }

  found() {
    const name = this.fresh.value.trim();
    if (!name) return this.fresh.focus();
    this.fresh.value = "";
    return this.edit({ act: "add", name });
  }

  edit(what) { this.component.setTriggerValue("edit", what); }

  // --- the ways in ---------------------------------------------------------------------------
  choose(label) {
    this.label = label;
    this.files.value = "";
    this.files.click();
  }

  photograph(card) {
    this.label = card.id;
    if (liveCamera()) return this.camera.open(this.data.words, card.told.name, card.id);
    this.phone.value = "";
    return this.phone.click();
  }

  picked(input, folders) {
    const files = folders ? meant(inFolders(input.files)) : [...input.files].map((file) => ({ file, label: this.label }));
    this.send(files);
  }

  droppable(node, label) {
    const over = (event, on) => { event.preventDefault(); event.stopPropagation(); node.dataset.over = String(on); };
    node.addEventListener("dragover", (e) => over(e, true));
    node.addEventListener("dragleave", (e) => over(e, false));
    node.addEventListener("drop", async (e) => {
      over(e, false);
      const found = await dropped(e.dataTransfer);
      const folders = found.some((f) => f.label);
      this.send((folders ? meant(found) : found).map((f) => ({ file: f.file, label: label || f.label })));
    });
  }

  /** Loose pictures without a class begin a new one, to be named afterwards. */
  send(files) {
    if (!files.length) return this.refuse([{ name: "", key: "own.nothing", values: {} }]);
    const names = new Set(this.data.classes.map((c) => c.name));
    let n = names.size + 1;
    while (names.has(this.s("own.class_n", { n }))) n += 1;
    const named = files.map(({ file, label: given }) => {
      const label = given || (ZIP.test(file.name) ? "" : this.s("own.class_n", { n }));
      return { file, label, where: label ? `${this.called(label)}/${file.name}` : file.name };
    });
    const fresh = new Set([...names, ...named.map((f) => this.called(f.label)).filter(Boolean)].map(folded));
    const most = this.data.limits.classes;
    if (fresh.size > Math.max(most, names.size)) return this.refuse([{ name: "", key: "error.own.too_many_classes", values: { given: fresh.size, limit: most } }]);
    if (!this.delivery || this.delivery.over) {
      this.refused = [];
      this.past = this.data.batch; // what was refused then is said no more
      this.all = false;
      this.part = null;
      this.delivery = new Delivery(this.data.api, this.data.limits, () => this.tell());
    }
    this.delivery.held = this.camera.dialog.open; // pictures of one sitting are one delivery
    return this.delivery.add(this.evenPart(named));
  }

  /** What a class is called, by its id or by its name. */
  called(label) { return this.data.classes.find((c) => c.id === label)?.name ?? label; }

  /** Of more than may come an even part over the classes, and the reader is told; zips come whole. */
  evenPart(named) {
    const { files, pictures } = this.data.limits;
    const have = new Map(this.data.classes.map((c) => [folded(c.name), c.pictures.length]));
    const here = [...have.values()].reduce((sum, n) => sum + n, 0);
    const room = Math.max(0, Math.min(files, pictures - here) - this.delivery.total);
    const zips = named.filter(({ file }) => ZIP.test(file.name));
    const loose = evenly(named.filter(({ file }) => !ZIP.test(file.name)), ({ label }) => folded(this.called(label)), have);
    const taken = [...zips, ...loose].slice(0, room);
    if (taken.length < named.length) {
      const [why, limit] = files < pictures - here ? ["delivery", files] : ["set", pictures];
      this.part = { key: `error.own.sampled.${why}`, values: { kept: taken.length, found: named.length, limit } };
    }
    return taken;
  }

  release() {
    if (this.delivery) this.delivery.held = false;
    this.tell();
  }

  stop() {
    if (this.delivery) this.delivery.stopped = true;
    this.tell();
  }

  refuse(told) {
    this.refused.push(...told);
    this.tell();
  }

  // --- what is under way, and what was refused ------------------------------------------------
  tell() {
    const { delivery } = this;
    if (delivery?.refused.length) this.refused.push(...delivery.refused.splice(0));
    if (delivery?.over && !delivery.handed) {
      delivery.handed = true;
      this.handing = delivery.good ? delivery.batch : null;
      this.hand();
    }
    const sending = delivery && !delivery.over && !(delivery.held && !delivery.running);
    const taking = this.data.taking || this.pending;
    this.progress.hidden = !sending && !taking;
    this.cancel.hidden = !sending;
    if (sending) {
      write(this.how, this.s("own.sending", { done: delivery.ready, of: delivery.total }));
      this.bar.style.width = `${(100 * delivery.ready) / Math.max(1, delivery.total)}%`;
    } else if (taking) {
      const waits = this.place ? this.s("own.taking.waits", { n: this.place }) : this.s("own.taking.begins");
      write(this.how, this.looked ? this.s("own.taking", this.looked) : waits);
      this.bar.style.width = `${this.looked ? (100 * this.looked.done) / this.looked.of : 4}%`;
    }
    this.list();
  }

  /** A delivery that the page has not heard of yet. */
  get pending() { return Boolean(this.handing) && this.handing !== this.data.batch; }

  hand() {
    if (this.pending) this.component.setTriggerValue("delivered", { batch: this.handing, at: Date.now() });
  }

  list() {
    this.sampled.hidden = !this.part;
    if (this.part) write(this.sampled, this.s(this.part.key, this.part.values));
    const here = this.refused.map(({ name, key, values }) => [name, this.s(key, values)]);
    const all = this.past && this.past === this.data.batch ? here : [...here, ...(this.data.refused ?? [])];
    this.told.hidden = !all.length;
    const shown = this.all ? all : all.slice(0, TOLD);
    const drawn = JSON.stringify([shown, all.length]);
    if (drawn === this.listed) return;
    this.listed = drawn;
    const lines = shown.map(([name, why]) => el("li", {}, name ? el("b", {}, name) : null, name ? " " : null, why));
    this.told.replaceChildren(el("p", {}, this.s("own.refused", { n: all.length })), el("ul", {}, lines));
    if (all.length > shown.length) this.told.append(el("button", { type: "button", class: "tl-plain", onclick: () => { this.all = true; this.list(); } }, this.s("own.refused.all", { n: all.length })));
  }

  /** Ask how far the worker is until the run has ended; then the page shows what came of it. */
  async watch(run) {
    if (run === this.watched) return;
    Object.assign(this, { watched: run, looked: null });
    let after = 0;
    while (run && this.watched === run) {
      const answer = await fetch(`${this.data.runs}/${run}?after=${after}`).then((a) => (a.ok ? a.json() : null)).catch(() => null);
      if (this.watched !== run) return;
      if (answer) {
        after = answer.next;
        this.place = answer.status === "queued" ? answer.place : null;
        this.looked = answer.rows.findLast((row) => row.kind === "progress") ?? this.looked;
        if (!UNDER_WAY.has(answer.status)) return this.component.setTriggerValue("taken", run);
        this.tell();
      }
      await pause(300);
    }
  }

  destroy() {
    this.watched = null;
    clearInterval(this.again);
    window.removeEventListener("beforeunload", this.stay);
    this.stop();
    this.camera.destroy();
    this.root.remove();
  }
}

export default mounted((parent) => new Bring(parent));
