// The camera: a live picture and a button where the browser allows it (a secure page: https or
// localhost); elsewhere the telephone's own camera, through the file chooser.

Object.assign(ICONS, {
  add: "M12 5v14M5 12h14",
  camera: "M4 8h3l2-3h6l2 3h3v11H4zM15.500 13a3.500 3.500 0 1 1-7 0 3.500 3.500 0 0 1 7 0z",
});

const liveCamera = () => window.isSecureContext && Boolean(navigator.mediaDevices?.getUserMedia);

class Camera {
  /** `take(file, label)` is called with each picture, `refused(key)` where there is no camera to be
   * had, `closed()` when the reader is done. */
  constructor(root, { take, refused, closed }) {
    Object.assign(this, { root, take, refused, closed });
    this.video = el("video", { autoplay: true, playsinline: true, muted: true });
    this.video.muted = true;
    this.title = el("h3", {});
    this.shoot = el("button", { type: "button", class: "tl-shoot", onclick: () => this.snap() });
    this.count = el("span", { role: "status" });
    this.leave = el("button", { type: "button", class: "tl-plain", onclick: () => this.dialog.close() });
    this.dialog = el("dialog", { class: "tl-camera", "data-testid": "bring-camera", onclose: () => { this.stop(); this.closed(); } },
      this.title, this.video, el("div", { class: "tl-row" }, this.shoot, this.count, this.leave));
    root.append(this.dialog);
  }

  async open(words, name, label) {
    Object.assign(this, { words, label, taken: 0 });
    write(this.title, name);
    write(this.shoot, say(words, "own.camera.shoot"));
    write(this.leave, say(words, "own.camera.done"));
    write(this.count, "");
    this.dialog.showModal();
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 640 } } });
      if (this.dialog.open) this.video.srcObject = this.stream;
      else this.stop();
    } catch (error) {
      this.dialog.close();
      this.refused(error.name === "NotAllowedError" ? "own.camera.forbidden" : "own.camera.none");
    }
  }

  async snap() {
    if (!this.video.videoWidth) return;
    const blob = await shrunk(this.video);
    this.taken += 1;
    write(this.count, say(this.words, "own.camera.taken", { n: this.taken }));
    this.video.animate?.([{ opacity: 0.25 }, { opacity: 1 }], 180);
    this.take(new File([blob], `camera-${Date.now()}.jpg`, { type: "image/jpeg" }), this.label);
  }

  stop() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.video.srcObject = null;
  }

  destroy() {
    this.stop();
    this.dialog.remove();
  }
}
