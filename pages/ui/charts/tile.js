/** One picture cut out of its sheet; small ones are enlarged without smoothing: pixels are data. */
function tileOf({ src, columns, lines, tile: [width, height] }, { index, name }) {
  const share = (at, of) => (of > 1 ? `${(100 * at) / (of - 1)}%` : "0");
  return el("span", {
    class: "tl-tile", role: "img", "aria-label": name, title: name, "data-index": index,
    style: {
      "background-image": `url("${src}")`, "background-size": `${100 * columns}% ${100 * lines}%`,
      "background-position": `${share(index % columns, columns)} ${share(Math.floor(index / columns), lines)}`,
      "aspect-ratio": `${width} / ${height}`, "image-rendering": width > 72 ? "auto" : "pixelated",
    },
  });
}
