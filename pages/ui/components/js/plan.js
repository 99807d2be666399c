// A transfer plan in the browser: its invariant, and what each block is under it.
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

/** State of block `number` (1 is nearest the input); `learns` says which of the kept ones do. */
function stateOf(plan, number, learns = "blocks") {
  if (number > plan.read) return "dropped";
  if (number > plan.keep) return "fresh";
  const first = number === plan.freeze + 1;
  const rests = learns === "norm_statistics" || (learns === "first_block" && !first);
  return number <= plan.freeze || rests ? "frozen" : "kept";
}

/** Whether kept blocks stay as they were, and what is added to them learns. */
const adds = (learns) => learns === "lora" || learns === "adapters";

/** Parameters that learn and parameters in all, the new head included. */
function counts(blocks, plan, classes, learns) {
  const head = ((blocks[plan.read - 1]?.channels ?? 0) + 1) * classes;
  let [learning, total] = [head, head];
  blocks.forEach((block, i) => {
    if (i >= plan.read) return;
    const state = stateOf(plan, i + 1, learns);
    const stays = adds(learns) && state === "kept";
    total += block.parameters + (stays ? block.added : 0);
    if (state !== "frozen") learning += stays ? block.added : block.parameters;
  });
  return { learning, total, head };
}
