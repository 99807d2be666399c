// A transfer plan in the browser: its invariant, and where each block stands in it.
// 0 <= freeze <= keep <= read <= n and read >= 1: a boundary that is moved pushes its neighbours.

function setFreeze(plan, value, n) {
  const freeze = between(0, value, n);
  const keep = Math.max(plan.keep, freeze);
  return { freeze, keep, read: Math.max(plan.read, keep) };
}

function setKeep(plan, value, n) {
  const keep = between(0, value, n);
  return { freeze: Math.min(plan.freeze, keep), keep, read: Math.max(plan.read, keep, 1) };
}

/** Blocks that come back keep their weights if all shown ones did, and are frozen if all were. */
function setRead(plan, value, n) {
  const read = between(1, value, n);
  const grows = read > plan.read;
  const keep = grows && plan.keep === plan.read ? read : Math.min(plan.keep, read);
  const freeze = grows && plan.freeze === plan.read ? read : Math.min(plan.freeze, keep);
  return { freeze, keep, read };
}

const MOVES = { freeze: setFreeze, keep: setKeep, read: setRead };

/** Where block `number` (1 is nearest the input) stands to the boundaries.  What becomes of it there
    is Python's to say (`standing` in block_picture.py). */
function placeOf(plan, number) {
  if (number > plan.read) return "dropped";
  if (number > plan.keep) return "fresh";
  if (number <= plan.freeze) return "frozen";
  return number === plan.freeze + 1 ? "first" : "kept";
}

/** Of each block: its state, the word for it, how many of its numbers learn and how many there are. */
const under = (blocks, plan) => blocks.map((block, i) => block.standing[placeOf(plan, i + 1)]);

/** Parameters that learn and parameters in all, the new head included. */
function counts(blocks, plan) {
  const { head } = blocks[plan.read - 1];
  const sum = (name) => under(blocks, plan).reduce((all, block) => all + block[name], head);
  return { learning: sum("learning"), total: sum("total"), head };
}
