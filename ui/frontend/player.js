// Moves every chart of the page through its frames. See ui/live/player.py.
const players = new WeakMap();
const PLAY = "M7 4l13 8-13 8z";
const PAUSE = "M6 4h4v16H6zM14 4h4v16h-4z";

// Vega draws the parameter "frame" of a chart as this input; setting it is all it takes.
const inputs = () => document.querySelectorAll('.vega-bindings input[name="frame"]');

function create(root) {
  const find = (name) => root.querySelector(`.${name}`);
  const [play, scrub, where, speed] = ["play", "scrub", "where", "speed"].map(find);
  const player = { frame: null, last: 0, playing: false, position: 0, drawn: 0 };

  function show(frame) {
    player.frame = Math.max(0, Math.min(player.last, frame));
    scrub.value = player.frame;
    where.textContent = player.unit.replace("{{at}}", player.at[player.frame] ?? `${player.frame} / ${player.last}`);
    scrub.setAttribute("aria-valuetext", where.textContent);
    player.pass();
  }

  // Charts come and go (a rerun, another theme, full screen): whatever is there gets the frame, once.
  player.pass = () => {
    for (const input of inputs()) {
      if (input.dataset.frame === String(player.frame) && Number(input.value) === player.frame) continue;
      input.max = Math.max(player.last, 1);
      input.value = player.frame;
      input.dataset.frame = player.frame;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    root.dataset.frame = player.frame;
    document.dispatchEvent(new Event("basin-shown")); // see handles.js
  };

  // While it plays the verdicts are pale, and at its end they are stamped: see basin.css.
  function tell(name) {
    document.documentElement.classList.remove("plays", "played");
    if (name) document.documentElement.classList.add(name);
  }

  function setPlaying(playing) {
    if (playing !== player.playing) tell(playing ? "plays" : "");
    player.playing = playing;
    root.dataset.playing = playing;
    play.querySelector("path").setAttribute("d", playing ? PAUSE : PLAY);
    play.setAttribute("aria-label", playing ? player.words.pause : player.words.play);
    play.title = player.words.keys;
    if (!playing) return;
    if (player.frame >= player.last) show(0);
    player.position = player.frame;
    player.then = performance.now();
    player.drawn = 0;
    player.began = player.then;
    requestAnimationFrame(tick);
  }

  function tick(now) {
    if (!player.playing || !root.isConnected) return;
    const rate = (player.last / player.seconds) * Number(speed.value); // frames a second
    player.position = Math.min(player.last, player.position + (Math.max(0, now - player.then) / 1000) * rate);
    player.then = now;
    player.drawn += 1;
    root.dataset.rate = ((1000 * player.drawn) / Math.max(1, now - player.began)).toFixed(1);
    show(Math.floor(player.position));
    if (player.frame < player.last) return requestAnimationFrame(tick);
    setPlaying(false);
    tell("played");
  }

  function step(by) {
    setPlaying(false);
    show(player.frame + by);
  }

  const typing = (target) =>
    target.closest?.('input, select, textarea, button, [role="radio"], [role="slider"], [contenteditable="true"]');
  player.key = (event) => {
    const target = event.composedPath()[0];
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(target)) return;
    if (event.key === " ") setPlaying(!player.playing);
    else if (event.key === "ArrowRight") step(1);
    else if (event.key === "ArrowLeft") step(-1);
    else return;
    event.preventDefault();
  };

  player.update = (data) => {
    const atEnd = player.frame === null || player.frame >= player.last;
    player.unit = data.unit;
    player.at = data.at;
    player.words = data.words;
    player.seconds = data.seconds;
    player.last = data.last;
    scrub.max = data.last;
    if (!speed.options.length)
      for (const s of data.speeds) speed.add(new Option(`${s}×`, s, s === 1, s === 1));
    for (const [name, label] of [["first", "first"], ["back", "back"], ["forward", "forward"], ["speed", "speed"], ["scrub", "scrub"]])
      find(name).setAttribute("aria-label", data.words[label]);
    if (!player.playing) setPlaying(false);
    show(atEnd && !player.playing ? data.last : player.frame);
  };

  play.onclick = () => setPlaying(!player.playing);
  find("first").onclick = () => step(-player.last);
  find("back").onclick = () => step(-1);
  find("forward").onclick = () => step(1);
  scrub.oninput = () => {
    setPlaying(false);
    show(Number(scrub.value));
  };

  player.tell = tell;
  document.addEventListener("keydown", player.key);
  player.toggle = () => setPlaying(!player.playing);
  document.addEventListener("basin-play", player.toggle); // see keys.js
  player.jump = (event) => step(event.detail - player.frame);
  document.addEventListener("basin-frame", player.jump); // see handles.js
  // A chart that is drawn anew starts at its own first frame: pass it the player's.
  player.watcher = new MutationObserver(() => inputs().length && player.pass());
  player.watcher.observe(document.querySelector('[data-testid="stMain"]') ?? document.body, { childList: true, subtree: true });
  return player;
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".player");
  if (!players.has(parentElement)) players.set(parentElement, create(root));
  const player = players.get(parentElement);
  player.update(data);
  return () => {
    player.playing = false;
    player.tell("");
    document.removeEventListener("keydown", player.key);
    document.removeEventListener("basin-play", player.toggle);
    document.removeEventListener("basin-frame", player.jump);
    player.watcher.disconnect();
    players.delete(parentElement);
  };
}
