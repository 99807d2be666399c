// Of more pictures than may come an even part, as tlcore.ground.evenly takes it: any beginning of the
// order has as many of each label as it has, and they are spread over the whole of the label.

/** The places 0 .. length - 1, each beginning spread over all: 5 -> 0, 4, 2, 1, 3. */
function spread(length) {
  const bits = Math.max(1, (length - 1).toString(2).length);
  const turned = (n) => parseInt([...n.toString(2).padStart(bits, "0")].reverse().join(""), 2);
  return Array.from({ length: 2 ** bits }, (_, n) => turned(n)).filter((place) => place < length);
}

/** All `items` in that order; `label(item)` says which take turns, `have` how many there are. */
function evenly(items, label, have = new Map()) {
  const groups = new Map();
  for (const item of items) {
    const name = label(item);
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(item);
  }
  const turns = [];
  for (const [name, group] of groups) for (const [turn, place] of spread(group.length).entries()) turns.push({ at: (have.get(name) ?? 0) + turn, item: group[place] });
  return turns.sort((a, b) => a.at - b.at).map(({ item }) => item); // a stable sort: labels in their order
}
