// What the frame does in the browser alone: the page's language, large type for a projector, and
// the chart library ahead of its use.  Nothing here runs a script on the server.

const LARGE = "tl-large"; // localStorage: this browser shows everything large
const root = document.documentElement;

/** How much larger: by the window's width, so that a wide projector gains more than a phone. */
function scale() {
  return Math.min(2.2, Math.max(1.1, 1.5 * (innerWidth / 1440))).toFixed(2);
}

function stored() {
  try {
    return localStorage.getItem(LARGE) === "1";
  } catch {
    return root.dataset.tlLarge !== undefined; // storage is off: it holds until the next reload
  }
}

/** Put the whole page in large type, or back; charts hear of it and draw anew. */
function apply(large) {
  const before = root.style.getPropertyValue("--tl-large");
  if (large) {
    root.dataset.tlLarge = "";
    root.style.setProperty("--tl-large", scale());
  } else {
    delete root.dataset.tlLarge;
    root.style.removeProperty("--tl-large");
  }
  if (before !== root.style.getPropertyValue("--tl-large")) window.dispatchEvent(new Event("tl-large"));
}

function toggle() {
  const large = root.dataset.tlLarge === undefined;
  try {
    localStorage.setItem(LARGE, large ? "1" : "0");
  } catch { /* a private window may refuse */ }
  apply(large);
}

function prefetch(url) {
  if (document.querySelector("link[data-tl-plotly]")) return;
  const link = document.createElement("link");
  Object.assign(link, { rel: "prefetch", as: "script", href: url });
  link.dataset.tlPlotly = "";
  document.head.appendChild(link);
}

/** Another page begins at its top: what was scrolling on the one before ends here. */
function begin(page) {
  if (root.dataset.tlPage !== undefined && root.dataset.tlPage !== page) {
    document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0, behavior: "instant" });
  }
  root.dataset.tlPage = page;
}

/** What a page writes into its own address takes the place of what stood there: Streamlit would
    push it, and Back would need as many presses as the page has written. */
function written() {
  if (history.pushState.tl) return;
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) => {
    const same = new URL(url ?? "", location.href).pathname === location.pathname;
    return same ? history.replaceState(state, title, url) : push(state, title, url);
  };
  history.pushState.tl = true;
}

/** The menu of a phone lies over the page: it closes when a page is chosen in it. */
function closing(event) {
  if (innerWidth > 760 || !event.target.closest?.('[data-testid="stSidebarNavLink"]')) return;
  document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
}

function button(parent) {
  let found = parent.querySelector("button");
  if (found) return found;
  found = document.createElement("button");
  found.type = "button";
  found.className = "tl-large-toggle";
  found.dataset.testid = "large-type";
  found.innerHTML = '<span aria-hidden="true">A<b>A</b></span>';
  found.onclick = toggle;
  parent.append(found);
  return found;
}

// Streamlit fixes <html lang="en">; screen readers and line breaking need the true language.
export default function ({ data, parentElement }) {
  root.lang = data.language;
  // The choice outlives a reload of a page whose address does not carry it.
  document.cookie = `${data.cookie}=${data.language}; path=${data.path}; max-age=31536000; samesite=lax`;
  begin(data.page);
  written();
  prefetch(data.plotly);
  const large = button(parentElement);
  large.setAttribute("aria-label", data.words["frame.large"]);
  large.title = data.words["frame.large.help"];
  // Menus that Streamlit opens lie outside its app: they ask the root which theme it is.
  root.style.colorScheme = getComputedStyle(parentElement).colorScheme;
  const tell = () => large.setAttribute("aria-pressed", String(root.dataset.tlLarge !== undefined));
  const fit = () => apply(stored());
  window.addEventListener("tl-large", tell);
  window.addEventListener("resize", fit);
  document.addEventListener("click", closing);
  fit();
  tell();
  return () => {
    window.removeEventListener("tl-large", tell);
    window.removeEventListener("resize", fit);
    document.removeEventListener("click", closing);
  };
}
