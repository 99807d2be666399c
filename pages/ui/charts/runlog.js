// What one run has told so far, column by column.  Rows are appended, never copied: 40,000 steps
// with 18 groups are about two million numbers, and a redraw reads only what it draws.

const over = (status) => ["finished", "diverged", "cancelled", "failed", "interrupted"].includes(status);
const number = (v) => (typeof v === "number" && Number.isFinite(v) ? v : NaN);

/** Exponential moving average with bias correction; a gap (NaN) leaves it where it was. */
class Smooth {
  constructor(span) {
    this.keep = 1 - 2 / (span + 1);
    this.sum = 0;
    this.weight = 0;
  }

  next(value) {
    if (!Number.isNaN(value)) {
      this.sum = this.keep * this.sum + (1 - this.keep) * value;
      this.weight = this.keep * this.weight + (1 - this.keep);
    }
    return this.weight ? this.sum / this.weight : NaN;
  }
}

class RunLog {
  /** `values`: what is measured, as Python describes it (tlcore/training/values.py). */
  constructor(id, label, values) {
    Object.assign(this, { values: values ?? [] });
    Object.assign(this, { id, label, attempt: null, cursor: 0, status: "queued", place: null });
    Object.assign(this, { wait: null, pausing: false, displaced: false });
    Object.assign(this, { stopping: false, seconds: null, gone: false });
    this.clear();
  }

  /** Its slot was taken for a run that goes first: it was training, and nobody asked for a pause. */
  follow(status) {
    if (status === "queued" && this.status === "running" && !this.pausing) this.displaced = true;
    else if (status !== "queued") this.displaced = false;
    this.status = status;
  }

  /** Forget the rows (a new attempt starts from nothing). */
  clear() {
    Object.assign(this, { start: null, result: null, epochs: [], groups: [], version: 0 });
    Object.assign(this, { step: [], t: [], loss: [], lossSmooth: [], accuracy: [], accuracySmooth: [] });
    // {value: steps at which it was measured, a column for each group}
    const grouped = this.values.filter((value) => value.grouped && value.sampling.endsWith("step"));
    this.perGroup = Object.fromEntries(grouped.map(({ name, sampling }) =>
      [name, { step: sampling === "step" ? this.step : [], columns: new Map() }]));
    // {value: a number a step}, of what has a panel of its own and no groups
    const plain = this.values.filter((value) => value.sampling === "step" && !value.grouped && !(value.panel in this));
    this.plain = Object.fromEntries(plain.map(({ name }) => [name, []]));
    this.span = 15;
    this.smoothers = null;
  }

  get steps() { return this.start?.steps ?? this.step.at(-1) ?? 0; }
  get lastStep() { return this.step.at(-1) ?? 0; }
  get lastEpoch() { return this.epochs.at(-1) ?? null; }
  /** What a panel of curves marks after each epoch besides validation, as far as this run tells it. */
  beside(panel) {
    return this.values.filter((value) => value.panel === panel && value.line && value.line !== "validation"
      && this.epochs.some((epoch) => Number.isFinite(epoch[value.name])));
  }

  get ended() { return over(this.status); }

  push(row) {
    if (!row || typeof row !== "object") return;
    this.version += 1;
    if (row.kind === "start") this.begin(row);
    else if (row.kind === "step") this.stepped(row);
    else if (row.kind === "epoch") this.epochs.push(row);
    else if (row.kind === "result") this.result = row;
  }

  begin(row) {
    this.start = row;
    this.groups = (row.groups ?? []).map((group) => ({ ...group }));
    // About 1/30 of the run: long enough to hide batch noise, short enough to follow a turn.
    this.span = Math.round(between(8, (row.steps ?? 600) / 30, 200));
  }

  stepped(row) {
    this.smoothers ??= { loss: new Smooth(this.span), accuracy: new Smooth(this.span) };
    const at = this.step.length;
    const [loss, accuracy] = [number(row.loss), number(row.accuracy)];
    this.step.push(number(row.step) || at + 1);
    this.t.push(number(row.t));
    this.loss.push(loss);
    this.accuracy.push(accuracy);
    this.lossSmooth.push(this.smoothers.loss.next(loss));
    this.accuracySmooth.push(this.smoothers.accuracy.next(accuracy));
    for (const [name, column] of Object.entries(this.plain)) column.push(number(row[name]));
    for (const [name, { step, columns }] of Object.entries(this.perGroup)) {
      if (step === this.step) this.fill(columns, row[name], at);
      else if (row[name] && Object.keys(row[name]).length) {
        this.fill(columns, row[name], step.length);
        step.push(this.step[at]);
      }
    }
  }

  /** A group that is absent (frozen) keeps its gap: holes are undefined, which is not a number. */
  fill(columns, values, at) {
    for (const [group, value] of Object.entries(values ?? {})) {
      let column = columns.get(group);
      if (!column) {
        columns.set(group, (column = []));
        if (!this.groups.some((g) => g.name === group)) this.groups.push({ name: group, state: "kept" });
      }
      column[at] = number(value);
    }
  }

  /** Seconds a step takes now: the median-like pace of the last stretch, evaluation included. */
  pace() {
    const n = this.t.length;
    if (n < 3) return null;
    const back = between(2, Math.round(n / 4), 400);
    const seconds = this.t[n - 1] - this.t[n - 1 - back];
    return seconds > 0 ? seconds / back : null;
  }

  get imagesPerStep() {
    const { train, steps_per_epoch: perEpoch } = this.start ?? {};
    return train && perEpoch ? train / perEpoch : null;
  }
}

/** Index range of sorted `xs` inside [low, high], one point wider on each side. */
function within(xs, low, high) {
  const find = (value) => {
    let [a, b] = [0, xs.length];
    while (a < b) {
      const mid = (a + b) >> 1;
      if (xs[mid] < value) a = mid + 1;
      else b = mid;
    }
    return a;
  };
  return [Math.max(0, find(low) - 1), Math.min(xs.length, find(high) + 2)];
}

/**
 * At most `most` points that look like all of them: each bucket keeps its lowest and its highest.
 * A bucket without any number becomes one gap, so that a broken line stays broken.
 */
function thin(xs, ys, low, high, most) {
  const [from, to] = within(xs, low, high);
  const n = to - from;
  const x = [];
  const y = [];
  if (n <= most) {
    for (let i = from; i < to; i += 1) {
      x.push(xs[i]);
      y.push(Number.isFinite(ys[i]) ? ys[i] : null);
    }
    return { x, y };
  }
  const buckets = Math.max(1, Math.floor(most / 2));
  for (let b = 0; b < buckets; b += 1) {
    const first = from + Math.floor((b * n) / buckets);
    const last = from + Math.floor(((b + 1) * n) / buckets);
    let [lowest, highest] = [-1, -1];
    for (let i = first; i < last; i += 1) {
      if (!Number.isFinite(ys[i])) continue;
      if (lowest < 0 || ys[i] < ys[lowest]) lowest = i;
      if (highest < 0 || ys[i] > ys[highest]) highest = i;
    }
    if (lowest < 0) {
      x.push(xs[first]);
      y.push(null);
      continue;
    }
    for (const i of lowest < highest ? [lowest, highest] : lowest > highest ? [highest, lowest] : [lowest]) {
      x.push(xs[i]);
      y.push(ys[i]);
    }
  }
  return { x, y };
}

/** Mean of log10(y) for every bin of `width` steps from `low`: one row of the gradient strip. */
function bins(xs, ys, low, width, count) {
  const sum = new Float64Array(count);
  const seen = new Uint32Array(count);
  const [from, to] = within(xs, low, low + width * count);
  for (let i = from; i < to; i += 1) {
    const bin = Math.floor((xs[i] - low) / width);
    if (bin < 0 || bin >= count || !(ys[i] > 0)) continue;
    sum[bin] += Math.log10(ys[i]);
    seen[bin] += 1;
  }
  return Array.from(sum, (s, i) => (seen[i] ? s / seen[i] : null));
}

/** About `most` indices spread over a column, ends included: the rows of a table. */
function spread(length, most) {
  if (length <= most) return Array.from({ length }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.round((i * (length - 1)) / (most - 1)));
}
