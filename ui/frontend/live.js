// Reports the position of a Streamlit slider while it is dragged. See ui/live/sliders.py for the protocol.
const watched = new WeakMap();

function start(state) {
  let drag = null;

  const position = () => Math.round((Number(drag.input.value) - drag.min) / drag.step);

  function send() {
    const at = position();
    if (at === drag.sent || drag.slow) return;
    if (drag.waiting) return;
    drag.sent = at;
    drag.waiting = performance.now();
    drag.message = ++state.messages;
    state.report("drag", { key: drag.key, id: drag.id, grabbed: drag.grabbed, at, message: drag.message });
  }

  function frame() {
    if (!drag) return;
    send();
    requestAnimationFrame(frame);
  }

  function press(event) {
    const slider = event.target.closest?.('[data-testid="stSlider"]');
    const holder = slider?.closest('[class*="st-key-"]');
    const key = state.keys.find((k) => holder?.classList.contains(`st-key-${k}`));
    const input = slider?.querySelector('input[type="range"]');
    if (!key || !input || input.disabled) return;
    const min = Number(input.min || 0);
    const step = Number(input.step) || 1;
    drag = { key, input, min, step, id: `${Date.now()}.${Math.random()}`, waiting: 0, late: 0, slow: false };
    // The press itself may move the thumb: what the slider held before it is what the server still holds.
    drag.grabbed = drag.sent = Math.round((Number(input.value) - min) / step);
    requestAnimationFrame(frame);
  }

  function release() {
    if (!drag) return;
    drag.waiting = 0;
    // Back where it was grabbed: the slider itself has nothing to report, so the last picture has to be ours.
    if (position() === drag.grabbed) send();
    drag = null;
  }

  document.addEventListener("pointerdown", press, true);
  window.addEventListener("pointerup", release, true);
  window.addEventListener("pointercancel", release, true);
  return {
    answered(message) {
      if (!drag || message !== drag.message) return;
      // Twice slower than the hand can wait for: from here on the page is left to the release.
      drag.late = performance.now() - drag.waiting > state.patience ? drag.late + 1 : 0;
      drag.slow = drag.late > 1;
      drag.waiting = 0;
      send(); // at once: the server computes while the browser draws
    },
    stop() {
      document.removeEventListener("pointerdown", press, true);
      window.removeEventListener("pointerup", release, true);
      window.removeEventListener("pointercancel", release, true);
      drag = null;
    },
  };
}

export default function ({ data, parentElement, setStateValue }) {
  let state = watched.get(parentElement);
  if (!state) {
    state = { messages: Date.now() };
    watched.set(parentElement, state);
    state.hand = start(state);
  }
  document.documentElement.lang = data.language;
  state.keys = data.keys;
  state.patience = data.patience;
  listenToKeys(data.lecture);
  if (data.told && data.told !== state.told) {
    // As far as it takes to have picture and answer in sight together.
    setTimeout(() => document.querySelector(".st-key-experiment_box")?.scrollIntoView({ block: "end" }), 300);
  }
  state.told = data.told;
  state.report = setStateValue;
  state.hand.answered(data.answered);
  return () => {
    state.hand.stop();
    watched.delete(parentElement);
  };
}
