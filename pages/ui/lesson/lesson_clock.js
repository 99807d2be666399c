// Counts on from what the server said; nothing here asks it again.

class LessonClock {
  constructor(parent) {
    this.parent = parent;
    this.left = el("div", { class: "tl-clock-left", role: "timer" });
    this.now = el("div", { class: "tl-clock-now", "aria-live": "polite" });
    this.next = el("div", { class: "tl-clock-next" });
    this.fill = el("div", {});
    this.root = el("div", { class: "tl", "data-testid": "lesson-clock" },
      el("div", { class: "tl-clock" }, this.left, this.now, this.next, el("div", { class: "tl-clock-bar", "aria-hidden": "true" }, this.fill)));
    parent.append(this.root);
    this.timer = window.setInterval(() => this.tick(), 500);
  }

  update(component) {
    if (component.data !== this.data) { // drawn anew in another size, the time is the same
      this.data = component.data ?? {};
      this.began = performance.now() - 1000 * (this.data.elapsed ?? 0);
    }
    redress(this);
    this.tick();
  }

  tick() {
    const { steps = [], words } = this.data ?? {};
    if (!steps.length) return;
    const minutes = Math.max(0, (performance.now() - this.began) / 60000);
    const at = steps.findIndex((step) => minutes < step.ends);
    const step = at < 0 ? steps[steps.length - 1] : steps[at];
    const seconds = Math.max(0, Math.ceil(60 * (step.ends - minutes)));
    this.left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    const title = at < 0 ? say(words, "lesson_plan.over") : step.title;
    if (this.now.textContent !== title) this.now.textContent = title; // read out once
    const after = at < 0 ? undefined : steps[at + 1];
    this.next.textContent = after ? say(words, "lesson_plan.then", { title: after.title }) : "";
    const share = (minutes - step.begins) / (step.ends - step.begins);
    this.fill.style.width = `${100 * Math.min(1, share)}%`;
  }

  destroy() {
    window.clearInterval(this.timer);
    this.root.remove();
  }
}

export default mounted((parent) => new LessonClock(parent));
