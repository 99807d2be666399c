// Mazes side by side: where each walker would go from each square, walk after walk.

const SIDE = 40; // of a square, in units of the drawing

class Mazes {
  constructor(parent) {
    this.parent = parent;
    this.root = el("div", { class: "tl tl-mazes", "data-testid": "maze" });
    parent.append(this.root);
  }

  update(component) {
    const data = component.data ?? {};
    redress(this);
    const shown = JSON.stringify(data);
    if (shown === this.shown) return;
    this.stop();
    Object.assign(this, { shown, data });
    this.draw();
  }

  draw() {
    const { words, walkers } = this.data;
    const last = walkers[0].walks.length - 1;
    this.boards = walkers.map((walker) => this.board(walker));
    this.slider = el("input", {
      type: "range", min: 0, max: last, step: 1, value: 0, "aria-label": say(words, "maze.slider"),
      oninput: () => { this.stop(); this.show(Number(this.slider.value)); },
    });
    this.player = el("button", { type: "button", class: "tl-tool", onclick: () => (this.timer ? this.stop() : this.play()) });
    this.at = el("span", { class: "tl-at", role: "status" });
    this.root.replaceChildren(
      el("div", { class: "tl-boards" }, this.boards.map(({ node }) => node)),
      el("div", { class: "tl-walks" }, this.player, this.slider, this.at),
    );
    this.label();
    this.show(last);
  }

  board(walker) {
    const { maze } = this.data;
    const [high, wide] = [maze.length, maze[0].length];
    const svg = el("svg", { viewBox: `0 0 ${wide * SIDE} ${high * SIDE}`, class: "tl-maze", role: "img" });
    maze.forEach((line, y) => [...line].forEach((square, x) => {
      const kind = { "#": "tl-wall", S: "tl-start", G: "tl-goal" }[square] ?? "tl-free";
      svg.append(el("svg:rect", { x: x * SIDE + 1, y: y * SIDE + 1, width: SIDE - 2, height: SIDE - 2, rx: 5, class: kind }));
    }));
    const arrows = el("svg:g", {});
    const path = el("svg:polyline", { class: "tl-path" });
    const marks = el("svg:g", {});
    maze.forEach((line, y) => [...line].forEach((square, x) => {
      const sign = { S: "●", G: "⚑" }[square];
      if (sign) marks.append(el("svg:text", { x: (x + 0.5) * SIDE, y: (y + 0.5) * SIDE + 1, class: "tl-sign" }, sign));
    }));
    svg.append(path, arrows, marks);
    const told = el("p", { class: "tl-told" });
    const node = el("figure", { class: "tl-board", "data-colour": walker.look }, el("figcaption", {}, walker.title), svg, told);
    return { node, svg, arrows, path, told, wide };
  }

  /** After walk `number`; 0 is before the first. */
  show(number) {
    const { words, walkers } = this.data;
    walkers.forEach((walker, which) => {
      const { svg, arrows, path, told, wide } = this.boards[which];
      const { moves, best, way, home } = walker.walks[number];
      const most = Math.max(...best.map(([, value]) => value), 1e-9);
      arrows.replaceChildren(...best.flatMap(([move, value], square) => {
        if (move < 0 || square === way[0]) return []; // the start has its own sign
        const [x, y] = [(square % wide + 0.5) * SIDE, (Math.floor(square / wide) + 0.5) * SIDE];
        const strength = 0.25 + 0.75 * Math.max(0, value) / most;
        return [el("svg:path", { d: "M-7 5 L0 -7 L7 5", class: "tl-arrow", opacity: strength.toFixed(2), transform: `translate(${x} ${y}) rotate(${90 * move})` })];
      }));
      path.setAttribute("points", way.map((square) => `${(square % wide + 0.5) * SIDE},${(Math.floor(square / wide) + 0.5) * SIDE}`).join(" "));
      const steps = way.length - 1;
      const knows = home ? say(words, "maze.knows", { n: steps }) : say(words, "maze.lost");
      const line = number === 0 ? knows : `${say(words, moves === null ? "maze.gave_up" : "maze.moves", { n: moves, walk: number, most: this.data.patience })} ${knows}`;
      write(told, line);
      svg.setAttribute("aria-label", `${walker.title}: ${line}`);
    });
    this.number = number;
    this.slider.value = number;
    write(this.at, number === 0 ? say(words, "maze.before") : say(words, "maze.after", { n: number, of: Number(this.slider.max) }));
  }

  play() {
    if (this.number >= Number(this.slider.max)) this.show(0);
    this.timer = window.setInterval(() => {
      if (this.number >= Number(this.slider.max)) return this.stop();
      this.show(this.number + 1);
    }, 450);
    this.label();
  }

  stop() {
    if (!this.timer) return;
    window.clearInterval(this.timer);
    this.timer = null;
    this.label();
  }

  label() { write(this.player, say(this.data.words, this.timer ? "maze.pause" : "maze.play")); }

  destroy() { this.stop(); this.root.remove(); }
}

export default mounted((parent) => new Mazes(parent));
