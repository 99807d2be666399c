// The clock counts on from what the server said; Back and Next name the stop they lead to.

class LessonBar {
  constructor(parent) {
    this.parent = parent;
    this.left = el("span", { class: "tl-lesson-left", role: "timer" });
    this.step = el("b", {});
    this.ask = el("span", {});
    this.told = el("button", { type: "button", class: "tl-lesson-told", "aria-expanded": "false", onclick: () => this.unfold() }, this.step, " ", this.ask);
    this.back = this.turn(-1);
    this.next = this.turn(1);
    this.fill = el("div", { class: "tl-lesson-fill", "aria-hidden": "true" });
    this.root = el("nav", { class: "tl tl-lesson", "data-testid": "lesson-bar", hidden: true },
      this.fill, el("div", { class: "tl-lesson-row" }, this.left, this.told, this.back, this.next));
    parent.append(this.root);
    this.timer = window.setInterval(() => this.tick(), 500);
  }

  turn(way) {
    return el("button", { type: "button", class: "tl-lesson-turn", "data-testid": way < 0 ? "lesson-back" : "lesson-next", onclick: () => this.component.setTriggerValue("go", this.stop.stop + way) });
  }

  unfold(open = this.told.getAttribute("aria-expanded") === "false") {
    this.told.setAttribute("aria-expanded", String(open));
  }

  update(component) {
    this.component = component;
    if (component.data !== this.data) { // drawn anew in another size, the time is the same
      this.data = component.data ?? {};
      this.began = performance.now() - 1000 * (this.data.stop?.elapsed ?? 0);
      this.keep(this.data);
    }
    redress(this);
    this.show(this.data);
    this.tick();
  }

  /** The cookie follows what this window has seen change: another tab may have begun a lesson. */
  keep({ kept, cookie }) {
    const { dataset } = document.documentElement;
    if (dataset.tlLesson !== kept && (kept || dataset.tlLesson)) {
      document.cookie = `${cookie.name}=${kept}; path=${cookie.path}; max-age=${kept ? cookie.seconds : 0}; samesite=lax`;
    }
    dataset.tlLesson = kept;
  }

  show({ stop, words }) {
    this.root.hidden = !stop;
    if (!stop) return;
    if (this.stop && this.stop.stop !== stop.stop) { // the same page with other settings, too
      this.unfold(false);
      document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0, behavior: "instant" });
    }
    this.stop = stop;
    this.root.setAttribute("aria-label", say(words, "lesson_bar.name"));
    write(this.step, stop.step);
    write(this.ask, stop.ask);
    for (const [name, button] of [["back", this.back], ["next", this.next]]) {
      const told = say(words, `lesson_bar.${name}`);
      write(button, told);
      button.disabled = stop[name] === null;
      button.title = stop[name] ? `${told}: ${stop[name]}` : told;
      button.setAttribute("aria-label", button.title);
    }
  }

  tick() {
    const { stop } = this.data ?? {};
    if (!stop) return;
    const seconds = (performance.now() - this.began) / 1000;
    const left = Math.ceil(60 * stop.ends - seconds);
    const size = Math.abs(left);
    write(this.left, `${left < 0 ? "+" : ""}${Math.floor(size / 60)}:${String(size % 60).padStart(2, "0")}`);
    this.left.classList.toggle("tl-lesson-late", left < 0);
    this.left.title = say(this.data.words, left < 0 ? "lesson_bar.late" : "lesson_bar.left");
    this.fill.style.width = `${Math.min(100, (100 * seconds) / (60 * stop.minutes))}%`;
  }

  destroy() {
    window.clearInterval(this.timer);
    this.root.remove();
  }
}

export default mounted((parent) => new LessonBar(parent));
