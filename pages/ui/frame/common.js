// Shared by the three components: words, small DOM builder, theme tokens, icons, numbers.
// The Python side joins these files into one module per component, so nothing is imported here.

const SVG = "http://www.w3.org/2000/svg";

/** Text for a key with {placeholders} filled in.  A missing key shows itself: a visible bug. */
function say(words, key, values = {}) {
  const text = words?.[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Build an element.  `on…` are listeners, `null`/`false` attributes are left out. */
function el(tag, attributes = {}, ...children) {
  const svg = tag === "svg" || tag.startsWith("svg:");
  const node = svg ? document.createElementNS(SVG, tag.replace("svg:", "")) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "style" && typeof value === "object") {
      for (const [property, v] of Object.entries(value)) node.style.setProperty(property, v);
    } else node.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat()) if (child !== null && child !== undefined) node.append(child);
  return node;
}

/** Set text only when it differs: screen readers and selections are left in peace. */
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// --- numbers -------------------------------------------------------------------------------
const GROUPED = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const whole = (n) => GROUPED.format(Math.round(n));

/** 123 · 4.6 k · 11.2 M: three figures are enough to compare blocks. */
function short(n) {
  if (!Number.isFinite(n)) return "–";
  for (const [size, unit] of [[1e9, "B"], [1e6, "M"], [1e3, "k"]]) {
    if (Math.abs(n) >= size) {
      const value = n / size;
      return `${value >= 99.95 ? value.toFixed(0) : value.toFixed(1)} ${unit}`;
    }
  }
  return String(Math.round(n));
}

/** A small quantity for people: 0.0123, 4.5e-4. */
function small(n) {
  if (n === null || n === undefined || !Number.isFinite(n)) return "–";
  if (n === 0) return "0";
  const size = Math.abs(n);
  return size < 1e-3 || size >= 1e5 ? n.toExponential(1) : String(Number(n.toPrecision(3)));
}

const percent = (n, digits = 1) => (Number.isFinite(n) ? `${(100 * n).toFixed(digits)}%` : "–");

/** Seconds in words: under a minute "12 s", else "3 min 05 s". */
function duration(words, seconds) {
  if (seconds > 0.05 && seconds < 0.95) return say(words, "live.time.seconds", { s: seconds.toFixed(1) });
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return say(words, "live.time.seconds", { s });
  const left = String(s % 60).padStart(2, "0");
  return say(words, "live.time.minutes", { m: Math.floor(s / 60), s: left });
}

// --- theme ---------------------------------------------------------------------------------
/** "rgb(…)" or "#…" to [r, g, b]. */
function rgb(colour) {
  const hex = /^#([0-9a-f]{3,8})$/i.exec(colour.trim());
  if (hex) {
    const h = hex[1].length < 6 ? [...hex[1]].map((c) => c + c).join("") : hex[1];
    return [0, 2, 4].map((i) => parseInt(h.slice(i, i + 2), 16));
  }
  const parts = colour.match(/[\d.]+/g);
  return parts ? parts.slice(0, 3).map(Number) : [128, 128, 128];
}

const alpha = (colour, a) => `rgba(${rgb(colour).join(",")},${a})`;
const mix = (a, b, share) => {
  const [x, y] = [rgb(a), rgb(b)];
  return `rgb(${x.map((v, i) => Math.round(v + (y[i] - v) * share)).join(",")})`;
};

/** How many times larger than usual everything is drawn: 1, or more in front of a class. */
const largeness = () => Number(document.documentElement.style.getPropertyValue("--tl-large")) || 1;

const IN_PIXELS = new Set(["size", "height", "l", "r", "t", "b", "standoff", "ticklen", "thickness",
  "borderpad", "xshift", "yshift", "xgap", "ygap", "xpad", "ypad"]);

/** A copy of a Plotly figure with every size in pixels made larger: fonts, lines, marks, margins.
 * It is drawn for a window that much smaller, so that as much stands in it as on a small screen. */
function enlarge(part, by, name = "layout") {
  if (by === 1 || part === null || typeof part !== "object") return part;
  if (Array.isArray(part)) return typeof part[0] === "object" && !Array.isArray(part[0]) ? part.map((p) => enlarge(p, by, "item")) : part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => {
    // A bar's width counts in units of its axis; that of a line and of the whole in pixels.
    const pixels = IN_PIXELS.has(key) || (key === "width" && ["layout", "line"].includes(name));
    return [key, pixels && typeof value === "number" ? value * by : enlarge(value, by, key)];
  }));
}

/** The page's theme (Streamlit's CSS variables) plus the meanings of pages/ui/frame/visual.py. */
function theme(parent) {
  const style = getComputedStyle(parent);
  const css = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  const paper = css("--st-background-color", VISUAL.light.paper);
  const [r, g, b] = rgb(paper);
  const dark = 0.299 * r + 0.587 * g + 0.114 * b < 128;
  const look = dark ? VISUAL.dark : VISUAL.light;
  return {
    ...look.meanings,
    dark,
    large: largeness(),
    paper,
    ink: css("--st-text-color", look.ink),
    accent: css("--st-primary-color", look.meanings.kept),
    font: css("--st-font", "system-ui, sans-serif"),
    frozenArea: look.frozenArea,
    races: look.races,
    heat: look.heat,
  };
}

/** Write the meanings onto the root, so that the style sheets need no JavaScript. */
function dress(root, t) {
  root.dataset.theme = t.dark ? "dark" : "light";
  const tokens = {
    "--tl-accent": t.accent, "--tl-frozen-area": t.frozenArea, "--tl-ink": t.ink, "--tl-paper": t.paper,
    "--tl-muted": mix(t.ink, t.paper, t.dark ? 0.3 : 0.28),
    "--tl-line": alpha(t.ink, t.dark ? 0.2 : 0.15), "--tl-faint": alpha(t.ink, 0.05),
  };
  for (const name of Object.keys(VISUAL.dash)) tokens[`--tl-${name}`] = t[name];
  for (const [name, value] of Object.entries(tokens)) root.style.setProperty(name, value);
}

/** Take the page's theme into `view.t` and onto its root; true when it is another than before. */
function redress(view) {
  const t = theme(view.parent);
  const text = JSON.stringify(t);
  if (text === view.dressed) return false;
  Object.assign(view, { t, dressed: text });
  dress(view.root, t);
  return true;
}

// --- icons: one stroke style; meaning never rests on colour alone ---------------------------
const ICONS = {
  frozen: "M12 2v20M3.3 7l17.4 10M20.7 7 3.3 17M12 6l-2.5-2.5M12 6l2.5-2.5M12 18l-2.5 2.5M12 18l2.5 2.5M6.8 9 3.4 9.9M6.8 9 5.9 5.6M17.2 15l3.4-.9M17.2 15l.9 3.4M17.2 9l.9-3.4M17.2 9l3.4.9M6.8 15l-.9 3.4M6.8 15l-3.4-.9",
  kept: "M12 3c1 4 5 5.500 5 10.500a5 5 0 0 1-10 0c0-2.200 1-3.500 2-4.500.2 1.800 1 2.600 1.800 2.900C10.500 9 10.500 6 12 3z",
  fresh: "M12 3l1.900 5.600L19.500 10.500l-5.600 1.900L12 18l-1.900-5.600L4.500 10.500l5.600-1.900zM19 16v5M16.500 18.500h5",
  dropped: "M6 6l12 12M18 6 6 18",
  head: "M4 6h16M4 12h11M4 18h6",
  input: "M3 5h18v14H3zM3 16l5-5 4 4 3-3 6 6M16 9.500a.5.5 0 1 1-1 0 .5.5 0 0 1 1 0z",
  pin: "M12 21s-6.500-6-6.500-11a6.500 6.500 0 0 1 13 0c0 5-6.500 11-6.500 11zM14.500 10a2.500 2.500 0 1 1-5 0 2.500 2.500 0 0 1 5 0z",
};

function icon(name, size = 18) {
  const attributes = {
    viewBox: "0 0 24 24", width: size, height: size, fill: "none", stroke: "currentColor",
    "stroke-width": 1.9, "stroke-linecap": "round", "stroke-linejoin": "round",
    "aria-hidden": "true", focusable: "false", class: "tl-icon",
  };
  return el("svg", attributes, el("svg:path", { d: ICONS[name] }));
}

const between = (low, value, high) => Math.min(high, Math.max(low, value));

/** One instance per mounted element: Streamlit calls the default export again on every change. */
function mounted(make) {
  const instances = new WeakMap();
  const seen = new Map(); // what each was last given, to draw it again in another size
  return (component) => {
    const parent = component.parentElement;
    let instance = instances.get(parent);
    if (!instance) {
      instance = make(parent);
      instances.set(parent, instance);
    }
    instance.update(component);
    if (!seen.has(parent)) {
      const again = () => instance.update(seen.get(parent).component);
      window.addEventListener("tl-large", again);
      seen.set(parent, { stop: () => window.removeEventListener("tl-large", again) });
    }
    seen.get(parent).component = component;
    return () => {
      seen.get(parent)?.stop();
      seen.delete(parent);
      instances.delete(parent);
      instance.destroy();
    };
  };
}
