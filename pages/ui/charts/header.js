// The line above the charts: what the run is doing, how far it is, how long it still takes.

/** Words for a status, the connection included; what the reader must know first wins. */
function statusOf(board, log, feed) {
  const { say: s } = board;
  if (log.gone) return ["gone", s("live.status.gone")];
  if (feed?.lost) return ["lost", s("live.status.reconnecting")];
  if (log.stopping && !log.ended) return ["stopping", s("live.status.stopping")];
  if (log.pausing && !log.ended && log.status !== "paused") return ["pausing", s("live.status.pausing")];
  if (log.status === "queued") return ["queued", queued(board, log)];
  if (feed?.revealing) return ["replay", s("live.status.replay")];
  if (log.status === "running" && !log.step.length) return ["running", s("live.status.preparing")];
  return [log.status, s(`live.status.${log.status}`)];
}

/** "third in line, about 20 s"; one that has begun before says that it goes on, not that it waits. */
function queued(board, log) {
  const { say: s, data: { words } } = board;
  const begun = log.step.length ? "again" : "place";
  if (!log.place) return s(log.step.length ? "live.status.again" : "live.status.queued");
  const ordinal = `live.place.${log.place}`;
  const place = ordinal in words ? words[ordinal] : s("live.place.n", { n: log.place });
  if (!(log.wait >= 0.5)) return s(`live.status.queued_${begun}`, { place });
  return s(`live.status.queued_${begun}_wait`, { place, time: about(words, log.wait) });
}

/** A guess of seconds, as coarse as the guess is: 7 s, 20 s, 3 min. */
function about(words, seconds) {
  if (seconds < 10) return say(words, "live.time.seconds", { s: Math.round(seconds) });
  if (seconds < 90) return say(words, "live.time.seconds", { s: 5 * Math.round(seconds / 5) });
  return say(words, "live.time.about_minutes", { m: Math.round(seconds / 60) });
}

/** What the reader should know besides the status: why nothing moves, and how to go on. */
function noteOf(board) {
  const { say: s, logs } = board;
  const told = [];
  const held = logs.filter((log) => !log.gone && log.status === "paused" && !log.stopping);
  const whose = board.race ? "paused_race" : board.data.runs?.[0]?.own ? "paused" : "paused_other";
  if (held.length) told.push(s(`live.note.${whose}`));
  if (logs.some((log) => log.status === "queued" && log.displaced)) told.push(s("live.note.displaced"));
  if (logs.some((log) => log.full && !log.ended)) told.push(s("live.note.full"));
  if (board.unplotted) told.push(s("live.unplotted"));
  return told.join(" ");
}

/** Share done, and the words for what is left; null where nothing honest can be said yet. */
function progress(log) {
  const share = log.steps ? between(0, log.lastStep / log.steps, 1) : 0;
  const pace = log.pace();
  const left = pace && !log.ended ? pace * Math.max(0, log.steps - log.lastStep) : null;
  const speed = pace && log.imagesPerStep ? log.imagesPerStep / pace : null;
  return { share, left, speed };
}

class Header {
  constructor(board) {
    Object.assign(this, { board, race: false });
    this.status = el("span", { class: "tl-status", role: "status", "data-testid": "live-status" });
    this.facts = Object.fromEntries(["epoch", "step", "left", "speed"].map((name) => {
      const value = el("span", { class: "tl-fact-value", "data-testid": `live-${name}` }, "–");
      const label = el("span", { class: "tl-fact-name" });
      return [name, { value, label, node: el("div", { class: "tl-fact" }, label, value) }];
    }));
    this.bar = el("div", { class: "tl-bar-fill" });
    this.progress = el("div", {
      class: "tl-bar", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100, "data-testid": "live-progress",
    }, this.bar);
    this.recorded = el("span", { class: "tl-badge", hidden: true, "data-testid": "live-recorded" });
    this.skip = el("button", {
      type: "button", class: "tl-tool tl-skip", hidden: true, "data-testid": "live-skip",
      onclick: () => board.feeds.forEach((feed) => feed.finish()),
    });
    this.note = el("p", { class: "tl-note", hidden: true, "data-testid": "live-note" });
    const state = el("div", { class: "tl-state" }, this.status, this.recorded, this.skip);
    this.node = el("header", { class: "tl-header", "data-testid": "live-header" },
      state, el("div", { class: "tl-facts" }, Object.values(this.facts).map((f) => f.node)), this.progress, this.note);
  }

  label() {
    const { say: s } = this.board;
    for (const [name, fact] of Object.entries(this.facts)) write(fact.label, s(`live.head.${name}`));
    write(this.skip, s("live.skip"));
    this.progress.setAttribute("aria-label", s("live.head.progress"));
    this.show();
  }

  show() {
    const { board } = this;
    const { say: s, logs: [log], feeds: [feed] } = board;
    if (!log) return;
    const [kind, text] = statusOf(board, log, feed);
    this.status.dataset.status = kind;
    write(this.status, text);
    replayTools(this, board);
    const { share, left, speed } = progress(log);
    const epochs = log.start?.epochs;
    const epoch = log.ended || !log.step.length ? log.lastEpoch?.epoch ?? 0
      : Math.min(epochs ?? Infinity, Math.floor((log.lastStep - 1) / (log.start?.steps_per_epoch || Infinity)) + 1);
    write(this.facts.epoch.value, epochs ? `${whole(epoch)} / ${whole(epochs)}` : "–");
    write(this.facts.step.value, log.steps ? `${whole(log.lastStep)} / ${whole(log.steps)}` : "–");
    write(this.facts.left.label, s(log.ended ? "live.head.took" : "live.head.left"));
    const took = log.result?.seconds?.total ?? log.seconds ?? log.t.at(-1);
    const time = log.ended ? took : log.status === "running" ? left : null; // at rest nothing is left to count
    write(this.facts.left.value, Number.isFinite(time) && time !== null ? duration(board.data.words, time) : "–");
    const pace = log.ended ? log.result?.images_per_second ?? speed : speed;
    write(this.facts.speed.value, pace ? whole(pace) : "–");
    this.bar.style.transform = `scaleX(${log.status === "finished" ? 1 : share})`;
    this.progress.setAttribute("aria-valuenow", Math.round(100 * share));
    const note = noteOf(board);
    write(this.note, note);
    this.note.hidden = !note;
  }
}

function replayTools(header, board) {
  const revealing = board.feeds.some((feed) => feed.revealing);
  const recorded = board.recorded && board.data.recorded;
  header.recorded.hidden = !recorded;
  if (recorded) write(header.recorded, board.say("live.recorded", { when: board.data.recorded }));
  header.skip.hidden = !revealing;
}

/** What a lane's bar is long by: pictures of the test part once they were asked, before that those
 * of validation, and which of the two. */
function scored(log) {
  const test = number(log.result?.test_accuracy);
  if (log.ended && Number.isFinite(test)) return ["test", test];
  return ["validation", number(log.lastEpoch?.val_accuracy)];
}

/** Several runs: one lane each, so that the class sees who leads and who has finished. */
class RaceHeader {
  constructor(board) {
    Object.assign(this, { board, race: true });
    this.recorded = el("span", { class: "tl-badge", hidden: true, "data-testid": "live-recorded" });
    this.skip = el("button", {
      type: "button", class: "tl-tool tl-skip", hidden: true, "data-testid": "live-skip",
      onclick: () => board.feeds.forEach((feed) => feed.finish()),
    });
    this.note = el("p", { class: "tl-note", hidden: true, "data-testid": "live-note" });
    this.list = el("ol", { class: "tl-lanes", "data-testid": "live-legend" });
    this.node = el("header", { class: "tl-header", "data-testid": "live-header" },
      el("div", { class: "tl-state" }, this.recorded, this.skip), this.list, this.note);
  }

  lanes() {
    const { board } = this;
    const names = board.logs.map((log) => log.id).join();
    if (names === this.names) return;
    this.names = names;
    this.rows = board.logs.map((log, i) => {
      const swatch = el("span", { class: "tl-swatch" });
      const name = el("span", { class: "tl-lane-name" });
      const status = el("span", { class: "tl-lane-status" });
      const fill = el("div", { class: "tl-lane-fill" });
      const value = el("span", { class: "tl-lane-value" });
      const limits = { "aria-valuemin": 0, "aria-valuemax": 100 };
      const bar = el("div", { class: "tl-lane-bar", role: "meter", ...limits }, fill, value);
      const done = el("div", { class: "tl-lane-done" });
      const line = el("div", { class: "tl-lane-line", role: "progressbar", ...limits }, done);
      const node = el("li", { class: "tl-lane", "data-testid": `live-run-${log.id}` }, swatch, name, el("div", {}, bar, line), status);
      return { swatch, name, status, fill, bar, value, done, line, node, symbol: symbolOf(i) };
    });
    this.list.replaceChildren(...this.rows.map((r) => r.node));
  }

  label() {
    this.lanes();
    write(this.skip, this.board.say("live.skip"));
    this.show();
  }

  show() {
    this.lanes();
    const { board } = this;
    replayTools(this, board);
    board.logs.forEach((log, i) => {
      const row = this.rows[i];
      const [kind, text] = statusOf(board, log, board.feeds[i]);
      const { share, left } = progress(log);
      if (row.colour !== log.colour) row.swatch.replaceChildren(marker(log.colour, row.symbol));
      row.colour = log.colour;
      write(row.name, log.label ?? "");
      const [part, accuracy] = scored(log);
      const known = Number.isFinite(accuracy);
      write(row.value, known ? board.say(`live.lane.${part}`, { accuracy: percent(accuracy) }) : "–");
      row.bar.dataset.part = part;
      row.bar.setAttribute("aria-valuenow", known ? Math.round(100 * accuracy) : 0);
      row.bar.setAttribute("aria-valuetext", row.value.textContent);
      row.bar.setAttribute("aria-label", log.label ?? "");
      row.bar.style.setProperty("--tl-own", log.colour);
      row.fill.style.width = `${known ? 100 * accuracy : 0}%`;
      row.status.dataset.status = kind;
      write(row.status, left && kind === "running" ? board.say("live.lane.left", { time: duration(board.data.words, left) }) : text);
      row.done.style.transform = `scaleX(${share})`;
      row.line.style.visibility = log.ended ? "hidden" : "visible";
      row.line.setAttribute("aria-valuenow", Math.round(100 * share));
      row.line.setAttribute("aria-label", `${log.label ?? ""}: ${board.say("live.head.progress")}`);
    });
    const note = noteOf(board);
    write(this.note, note);
    this.note.hidden = !note;
  }
}

/** The same symbol as in the chart: runs differ in shape as well as in colour. */
function marker(colour, symbol) {
  const shapes = {
    circle: "M12 4a5 5 0 1 1 0 10 5 5 0 0 1 0-10z", square: "M7.500 4.500h9v9h-9z",
    diamond: "M12 2.500l6 6.500-6 6.500-6-6.500z", "triangle-up": "M12 3l6 11H6z",
    cross: "M10 3h4v4h4v4h-4v4h-4v-4H6V7h4z", x: "M8 3l4 4 4-4 2.500 2.500-4 4 4 4L16 16l-4-4-4 4-2.500-2.500 4-4-4-4z",
  };
  return el("svg", { viewBox: "0 0 24 18", width: 28, height: 21, "aria-hidden": "true" },
    el("svg:path", { d: "M0 9h24", stroke: colour, "stroke-width": 2.5 }), el("svg:path", { d: shapes[symbol], fill: colour }));
}
