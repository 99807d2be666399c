// The confusion matrix: one button a cell.  Right answers are teal, confusions orange.
export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const { matrix, names, words } = data;
  let box = parentElement.querySelector(".tl-confusion");
  if (!box) {
    box = document.createElement("div");
    box.className = "tl-confusion";
    box.dataset.testid = "confusion";
    parentElement.appendChild(box);
  }
  const shown = JSON.stringify([matrix, names, words]);
  if (box.dataset.shown === shown) return;
  box.dataset.shown = shown;
  let chosen = box.dataset.chosen ? JSON.parse(box.dataset.chosen) : data.chosen;

  box.dataset.many = String(names.length > 8); // narrower cells: ten classes beside their pictures
  const table = document.createElement("table");
  const cell = (row, tag, text, className) => {
    const made = document.createElement(tag);
    made.textContent = text;
    if (className) made.className = className;
    row.appendChild(made);
    return made;
  };
  const caption = document.createElement("caption");
  caption.textContent = words["confusion.axes"];
  caption.className = "tl-axis";
  table.appendChild(caption);
  const head = table.createTHead().insertRow();
  cell(head, "td", ""); // a heading without words is none
  const upright = names.some((name) => name.length > 3); // all headings alike: one that needs it turns all
  for (const name of names) {
    const label = document.createElement("span");
    label.textContent = name;
    const made = cell(head, "th", "");
    made.scope = "col";
    if (upright) made.appendChild(label); else made.textContent = name;
  }
  const body = table.createTBody();
  matrix.forEach((counts, r) => {
    const row = body.insertRow();
    const name = document.createElement("span");
    name.textContent = names[r];
    const heading = cell(row, "th", "");
    heading.scope = "row";
    heading.appendChild(name);
    const total = counts.reduce((a, b) => a + b, 0) || 1;
    counts.forEach((count, c) => {
      const button = document.createElement("button");
      const share = count / total;
      button.type = "button";
      button.textContent = count;
      button.dataset.cell = `${r},${c}`;
      // 8% of ink at least, where there is anything at all: a single mistake stays visible
      const ink = count ? Math.max(8, Math.round(share * 90)) : 0;
      button.style.setProperty("--tl-share", `${ink}%`);
      button.style.setProperty("--tl-ink", r === c ? "var(--tl-kept)" : "var(--tl-target)");
      if (ink > 55) button.style.color = "var(--tl-on-full)";
      button.setAttribute("aria-pressed", String(chosen[0] === r && chosen[1] === c));
      button.setAttribute(
        "aria-label",
        words["confusion.aria"].replace("{truth}", names[r]).replace("{said}", names[c]).replace("{n}", count),
      );
      button.onclick = () => {
        chosen = [r, c];
        box.dataset.chosen = JSON.stringify(chosen);
        for (const other of box.querySelectorAll("button")) {
          other.setAttribute("aria-pressed", String(other === button));
        }
        setStateValue("cell", chosen);
      };
      row.insertCell().appendChild(button);
    });
  });
  box.replaceChildren(table);
}
