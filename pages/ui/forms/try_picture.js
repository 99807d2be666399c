// One picture for a network to name: by the camera or from a file, made small here.

class TryPicture {
  constructor(parent) {
    this.parent = parent;
    this.file = el("input", { type: "file", hidden: true, "data-testid": "try-file", onchange: () => this.picked(this.file) });
    this.phone = el("input", { type: "file", accept: "image/*", capture: "environment", hidden: true, onchange: () => this.picked(this.phone) });
    this.byCamera = el("button", { type: "button", class: "tl-plain", onclick: () => this.photograph() }, icon("camera"), (this.cameraText = el("span", {})));
    this.byFile = el("button", { type: "button", class: "tl-plain", onclick: () => { this.file.value = ""; this.file.click(); } }, icon("add"), (this.fileText = el("span", {})));
    this.told = el("p", { class: "tl-refused", role: "status", hidden: true, "data-testid": "try-refused" });
    this.root = el("div", { class: "tl tl-bring", "data-testid": "try" }, el("div", { class: "tl-row" }, this.byCamera, this.byFile), this.told, this.file, this.phone);
    parent.append(this.root);
    this.camera = new Camera(this.root, {
      take: (file) => { this.camera.dialog.close(); this.send(file); },
      refused: (key) => this.refuse("", key),
      closed: () => {},
    });
  }

  s(key, values) { return say(this.data.words, key, values); }

  update(component) {
    Object.assign(this, { component, data: component.data ?? {} });
    redress(this);
    this.file.accept = this.data.kinds ?? "";
    write(this.cameraText, this.s("own.camera"));
    write(this.fileText, this.s("own.try.file"));
  }

  photograph() {
    if (liveCamera()) return this.camera.open(this.data.words, this.s("own.try.title"), "");
    this.phone.value = "";
    return this.phone.click();
  }

  picked(input) { if (input.files.length) this.send(input.files[0]); }

  refuse(name, key, values) {
    this.told.hidden = false;
    write(this.told, `${name} ${this.s(key, values)}`.trim());
  }

  async send(file) {
    this.told.hidden = true;
    try {
      const bytes = new Uint8Array(await (await shrunk(await opened(file))).arrayBuffer());
      this.component.setTriggerValue("picture", { jpeg: btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join("")), at: Date.now() });
    } catch (error) {
      const known = error instanceof Refused;
      this.refuse(file.name, known ? error.key : "own.unread", known ? error.values : {});
    }
  }

  destroy() {
    this.camera.destroy();
    this.root.remove();
  }
}

export default mounted((parent) => new TryPicture(parent));
