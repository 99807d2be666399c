// Where rows come from: poll the JSON route while a run is alive, or reveal a recorded run at the
// pace of its own clock.  The server may vanish at any moment; what was drawn stays.

const POLL = 300; // ms between questions while running
const HIDDEN_POLL = 2000; // a tab nobody looks at asks less often
const PATIENCE = 2000; // longest pause between attempts to reconnect

class Feed {
  /** `told(reason)` is called after every change; reasons: "rows", "state". */
  constructor(log, { api, replay, told }) {
    Object.assign(this, { log, api, replay, told, lost: false, stopped: false, waiting: [], late: 0 });
    this.revealing = false;
    this.ask();
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    this.abort?.abort();
  }

  later(ms, what = () => this.ask()) {
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(what, ms);
  }

  /** The page ran again, perhaps because "stop" was clicked: ask now, not at the next turn. */
  hurry() {
    if (this.asking) this.hurried = true;
    else if (!this.stopped && !this.revealing && !over(this.log.status)) this.later(0);
  }

  async ask() {
    const { log } = this;
    Object.assign(this, { asking: true, hurried: false });
    this.abort = new AbortController();
    const limit = setTimeout(() => this.abort.abort(), 10000);
    let answer;
    try {
      const path = `${this.api}/${encodeURIComponent(log.id)}?after=${log.cursor}`;
      const response = await fetch(path, { signal: this.abort.signal, cache: "no-store" });
      if (response.status === 404 || response.status === 403) {
        log.gone = true;
        this.told("state");
        return;
      }
      if (!response.ok) throw new Error(`status ${response.status}`);
      answer = await response.json();
    } catch {
      // Server away, half an answer, or proxy page: keep what is drawn and try again.
      if (this.stopped) return;
      this.lost = true;
      this.late = Math.min(PATIENCE, this.late ? this.late * 2 : 500);
      this.told("state");
      this.later(this.late);
      return;
    } finally {
      this.asking = false;
      clearTimeout(limit);
    }
    if (this.stopped) return;
    this.lost = false;
    this.late = 0;
    this.take(answer);
  }

  take(answer) {
    const { log } = this;
    if (log.attempt !== null && answer.attempt !== log.attempt) {
      // A new attempt: its rows count from zero again.
      log.clear();
      Object.assign(log, { attempt: answer.attempt, cursor: 0, displaced: false });
      this.waiting = [];
      this.told("rows");
      this.later(0);
      return;
    }
    const rows = Array.isArray(answer.rows) ? answer.rows : [];
    log.attempt = answer.attempt ?? null;
    log.cursor = answer.next ?? log.cursor + rows.length;
    const status = answer.status ?? "running";
    const ended = over(status);
    const state = {
      place: answer.place ?? null, wait: answer.wait ?? null, seconds: answer.seconds,
      stopping: Boolean(answer.stopping), pausing: Boolean(answer.pausing), full: Boolean(answer.full),
    };
    if (this.replay && ended) {
      this.waiting.push(...rows);
      if (answer.more && rows.length) return this.later(0);
      Object.assign(log, state, { status: "running", stopping: false });
      return this.reveal(status);
    }
    this.replay = false; // asked for a recording, but the run is alive: watch it
    for (const row of rows) log.push(row);
    log.follow(answer.more && ended ? "running" : status);
    Object.assign(log, state);
    this.told(rows.length ? "rows" : "state");
    if (answer.more && rows.length) return this.later(0);
    if (!ended) this.later(this.hurried ? 0 : document.hidden ? HIDDEN_POLL : POLL);
  }

  /** Show the recorded rows when their time comes; nobody waits over a second for the first. */
  reveal(status) {
    this.revealing = true;
    this.final = status;
    const first = this.waiting.find((row) => row?.kind === "step");
    const lead = Math.max(0, (first?.t ?? 0) - 1);
    const began = performance.now();
    const tick = () => {
      const now = (performance.now() - began) / 1000 + lead;
      let shown = 0;
      while (shown < this.waiting.length && (number(this.waiting[shown]?.t) || 0) <= now) shown += 1;
      for (const row of this.waiting.splice(0, shown)) this.log.push(row);
      if (!this.waiting.length) return this.finish();
      if (shown) this.told("rows");
      return this.later(100, tick);
    };
    tick();
  }

  /** The rest at once: the end of a replay, or "skip to the end". */
  finish() {
    if (!this.revealing) return;
    clearTimeout(this.timer);
    this.revealing = false;
    for (const row of this.waiting.splice(0)) this.log.push(row);
    this.log.status = this.final;
    this.told("rows");
  }
}
