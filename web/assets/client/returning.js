/** On a form that came back: marks beside each criterion what is other than it was finished. The server marks it too. */
const returned = document.querySelector('[data-returned]');
const before = JSON.parse(returned?.dataset.before ?? '{}');
const words = JSON.parse(returned?.dataset.words ?? '{}');

document.addEventListener('change', ({ target }) => {
  if (!(target instanceof HTMLInputElement) || target.type !== 'radio' || !(target.name in before)) return;
  const criterion = target.closest('[data-criterion]');
  if (criterion) mark(criterion, before[target.name], target.value);
});

function mark(criterion, from, to) {
  const note = criterion.querySelector('.proeve-criterion__note') ?? addNote(criterion);
  note.textContent = from === to ? '' : words.was.replace('{from}', from || words.none).replace('{to}', to);
}

function addNote(criterion) {
  const note = document.createElement('p');
  note.className = 'proeve-criterion__note';
  criterion.append(note);
  return note;
}
