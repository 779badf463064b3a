// The keys of the whole page: L for the lecture; in a lecture the arrows walk the experiments and R reveals, so that
// space (which plays, see player.js) and they are all that a lecturer needs. Installed once for all pages: while one
// page goes and the next comes, no key is lost.
function listenToKeys(lecture) {
  const first = !window.basinKeys;
  window.basinKeys = { lecture };
  if (!first) return;
  const editable = 'input:not([type="range"], [type="checkbox"], [type="radio"], [type="button"]), textarea, select, [contenteditable="true"]';
  const button = (name) => document.querySelector(`.st-key-${name} button`);

  const inALecture = {
    ArrowRight: () => button("experiment_next")?.click(),
    ArrowLeft: () => button("experiment_back")?.click(),
    r: () => button("reveal")?.click(),
    " ": () => document.dispatchEvent(new Event("basin-play")),
  };
  const always = { l: () => document.querySelector(".st-key-basin-lecture input")?.click() };

  function press(event) {
    const target = event.composedPath()[0];
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest?.(editable)) return;
    if (event.key.startsWith("Arrow") && target.closest?.('input, [role="slider"], [role="radiogroup"]')) return;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const act = always[name] ?? (window.basinKeys.lecture ? inALecture[name] : undefined);
    if (!act) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!event.repeat) act();
  }

  window.addEventListener("keydown", press, true);
}
