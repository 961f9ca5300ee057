// Arrow keys in a table of tick boxes. The table is one stop for Tab; Space ticks, as it does anywhere.
// Without this script each box is a stop of its own.

/** The boxes row by row, those that cannot be changed as holes. */
function gridOf(table) {
  return [...table.tBodies[0].rows].map((row) =>
    [...row.querySelectorAll('input[type="checkbox"]')].map((box) => (box.disabled ? null : box)),
  );
}

function makeOneStop(table) {
  const boxes = gridOf(table).flat().filter(Boolean);
  const stop = boxes.find((box) => box === document.activeElement) ?? boxes[0];
  for (const box of boxes) box.tabIndex = box === stop ? 0 : -1;
}

/** The first box that can be ticked, walking from a place in steps; null at the edge. */
function walk(grid, from, [down, right]) {
  let row = from.row + down;
  let column = from.column + right;
  while (row >= 0 && row < grid.length && column >= 0 && column < grid[row].length) {
    if (grid[row][column]) return grid[row][column];
    row += down;
    column += right;
  }
  return null;
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function targetOf(grid, place, event) {
  if (STEPS[event.key]) return walk(grid, place, STEPS[event.key]);
  const boxes = (event.ctrlKey ? grid.flat() : grid[place.row]).filter(Boolean);
  if (event.key === 'Home') return boxes[0];
  if (event.key === 'End') return boxes.at(-1);
  return null;
}

function onKey(event) {
  const table = event.target.closest?.('[data-matrix]');
  if (!table || event.target.type !== 'checkbox' || event.altKey || event.metaKey) return;
  if (!STEPS[event.key] && event.key !== 'Home' && event.key !== 'End') return;
  const grid = gridOf(table);
  const row = grid.findIndex((boxes) => boxes.includes(event.target));
  const target = targetOf(grid, { row, column: grid[row].indexOf(event.target) }, event);
  event.preventDefault();
  target?.focus();
}

function start() {
  document.querySelectorAll('[data-matrix]').forEach(makeOneStop);
}

document.addEventListener('keydown', onKey);
document.addEventListener('focusin', (event) => {
  const table = event.target.closest?.('[data-matrix]');
  if (table && event.target.type === 'checkbox') makeOneStop(table);
});
document.addEventListener('proeve:refreshed', start, true);
start();
