// Streamlit fixes <html lang="en">; screen readers and line breaking need the true language.
export default function ({ data }) {
  document.documentElement.lang = data.language;
  if (!document.querySelector("link[data-tl-plotly]")) {
    const link = document.createElement("link");
    link.rel = "prefetch";
    link.as = "script";
    link.href = data.plotly;
    link.dataset.tlPlotly = "";
    document.head.appendChild(link);
  }
}
