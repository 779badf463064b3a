// Handles over the plot area of a chart: what is on screen, where the plot area is, and the hand. See ui/live/handles.py.
const layers = new WeakMap();
const STILL = 700; // milliseconds after the last key: then the hand has let go
const SLIP = 3; // pixels that a press may move and still be a click
const LATER = 30; // frames in which a chart that has been sent is drawn
const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

function element(kind, name, parent) {
  const made = document.createElement(kind);
  made.className = name;
  parent.append(made);
  return made;
}

class Layer {
  constructor(parent) {
    this.host = parent.getRootNode().host ?? parent;
    this.box = this.host.closest('[class*="st-key-held_"]');
    this.root = element("div", "layer", parent);
    this.keys = element("p", "keys", this.root);
    this.keys.id = "keys";
    this.knobs = []; // {id, one, kind, at, node, part, label?}: what is on screen; of a cloud each point is one
    this.line = new Line();
    this.cloud = new Cloud(this);
    this.place = new Place(this);
    this.ghost = new Ghost(this);
    this.listen();
  }

  // The page's word, where the hand does not know better.
  update(data, report) {
    const first = !this.data;
    Object.assign(this, { data, words: data.words });
    this.line.report = report;
    this.line.answered(data.answered);
    const ours = (name) => this.held?.one.name === name || this.typed?.one.name === name || this.line.isOpen(name);
    for (const one of data.handles) if (!ours(one.name)) this.take(one);
    const names = new Set(data.handles.map((one) => one.name));
    for (const knob of this.knobs.filter((knob) => !names.has(knob.one.name))) this.drop(knob);
    this.root.classList.toggle("large", data.large);
    if (data.handles.length) this.root.setAttribute("aria-label", data.words.group);
    this.root.setAttribute("role", data.handles.length ? "group" : "none");
    this.keys.textContent = data.words[data.handles.some((one) => one.kind === "cloud") ? "keys_cloud" : "keys"];
    if (first && data.held) this.line.say(data.held.name, data.held.at, false); // the hand that held it is gone
    this.line.send();
    this.ghost.show();
    this.look(LATER);
  }

  // ---- what is on screen

  take(one) {
    const parts = one.kind === "cloud" ? one.at : [one.at];
    parts.forEach((at, part) => {
      const id = `${one.name} ${part}`;
      const knob = this.knobs.find((knob) => knob.id === id) ?? this.make(id);
      const cloud = one.kind === "cloud";
      Object.assign(knob, { one: cloud ? { ...one, free: [true, true] } : one, part, at: cloud ? at.slice(0, 2) : at });
      Object.assign(knob, { kind: KINDS[cloud ? "point" : one.kind], label: cloud ? at[2] : undefined });
      this.show(knob);
    });
    for (const knob of this.knobs.filter((k) => k.one.name === one.name && k.part >= parts.length)) this.drop(knob);
  }

  make(id) {
    const node = element("div", "handle", this.root);
    element("i", "knob", node);
    element("span", "name", node);
    node.tabIndex = 0;
    node.setAttribute("role", "slider");
    node.setAttribute("aria-describedby", "keys");
    const knob = { id, node };
    node.onpointerdown = (event) => this.grab(this.nearest(event, knob), event);
    node.onkeydown = (event) => this.key(knob, event);
    node.onfocus = () => this.cloud.choose(knob);
    node.onblur = () => this.settle(knob);
    this.knobs.push(knob);
    return knob;
  }

  drop(knob) {
    if (this.held === knob) this.held = null;
    if (this.typed === knob) this.typed = null;
    this.knobs = this.knobs.filter((other) => other !== knob);
    knob.node.remove();
  }

  show(knob) {
    const { one, node } = knob;
    const many = knob.label !== undefined;
    const name = many ? [`${one.label} ${knob.part + 1}`, one.kinds[knob.label].name].filter(Boolean).join(", ") : one.label;
    const told = knob.kind.told(knob);
    const [low, high, now] = knob.kind.range(knob);
    const states = { label: name, valuemin: low, valuemax: high, valuenow: now, valuetext: told };
    for (const [state, value] of Object.entries(states)) node.setAttribute(`aria-${state}`, value);
    node.classList.toggle("quiet", many || Boolean(one.quiet));
    node.classList.toggle("held", this.held === knob);
    node.lastChild.textContent = many || one.quiet || this.held === knob ? `${name}: ${told}` : name;
    this.put(knob);
  }

  put(knob) {
    if (!this.plot) return;
    knob.base = this.base(knob.one.around);
    for (const other of this.knobs) if (other.one?.around === knob.one.name && other !== knob) this.put(other);
    const [x, y] = knob.kind.place(knob).map((v, i) => (v === null ? this.plot.axes[i].length / 2 : this.plot.axes[i].pixel(v)));
    const [width, height] = this.plot.axes.map((axis) => axis.length);
    const inside = x >= -1 && x <= width + 1 && y >= -1 && y <= height + 1;
    knob.pixel = [x, y];
    knob.node.classList.toggle("away", !inside && knob.label !== undefined);
    knob.node.classList.toggle("left", x > 0.6 * width);
    knob.node.classList.toggle("high", y < 36);
    knob.node.style.transform = `translate(${clamp(x, 0, width)}px, ${clamp(y, 0, height)}px)`;
  }

  // Where the rail that counts from that handle begins, and which way there is more room.
  base(name) {
    const knob = name && this.knobs.find((knob) => knob.one?.name === name);
    if (!knob) return null;
    const at = knob.kind.place(knob).map((v, i) => v ?? this.plot.axes[i].value(this.plot.axes[i].length / 2));
    const [x, y] = this.plot.axes.map((axis, i) => axis.pixel(at[i]) / axis.length);
    return { at, way: [x > 0.6 ? -1 : 1, y < 0.4 ? -1 : 1] };
  }

  // ---- where the plot area is

  // Look where the plot area is now, and on the next frames: charts are drawn a little later than they are sent.
  look(frames = 0) {
    this.frames = Math.max(this.frames ?? 0, frames);
    const plot = plotArea(this.box, this.host, this.plot);
    this.root.hidden = !plot;
    if (plot && plot !== this.plot) {
      const isOther = !this.plot || plot.canvas !== this.plot.canvas;
      this.plot = plot;
      if (isOther) this.resized.observe(plot.canvas);
      this.root.style.transform = `translate(${plot.x}px, ${plot.y}px)`;
      this.root.style.width = `${plot.axes[0].length}px`;
      this.root.style.height = `${plot.axes[1].length}px`;
      this.follow(plot.frame);
      this.ghost.show();
      for (const knob of this.knobs) if (knob !== this.held) this.put(knob);
    }
    if (this.frames > 0 && !this.looking) {
      this.looking = requestAnimationFrame(() => {
        this.looking = 0;
        this.frames -= 1;
        this.look();
      });
    }
  }

  // The player's handle is where the player is.
  follow(frame) {
    for (const knob of this.knobs.filter((knob) => knob.one.frame && knob !== this.held)) {
      knob.at = clamp(frame, 0, knob.one.x.length - 1);
      this.show(knob);
    }
  }

  // ---- the hand

  nearest(event, first) {
    const { clientX: x, clientY: y } = event;
    const far = (knob) => {
      const box = knob.node.getBoundingClientRect();
      return Math.hypot(box.left + box.width / 2 - x, box.top + box.height / 2 - y);
    };
    const seen = this.knobs.filter((knob) => !knob.node.classList.contains("away"));
    return seen.reduce((best, knob) => (far(knob) < far(best) ? knob : best), first);
  }

  grab(knob, event) {
    if (event.button || this.held) return;
    event.preventDefault();
    event.stopPropagation();
    this.look();
    const [x, y] = knob.pixel;
    Object.assign(this, { held: knob, pointer: event.pointerId, from: [event.clientX, event.clientY], grip: [x, y] });
    Object.assign(this, { frozen: this.plot, moved: false });
    knob.node.setPointerCapture(event.pointerId);
    knob.node.classList.remove("by-key");
    knob.node.focus({ preventScroll: true });
    this.cloud.choose(null);
    this.show(knob);
  }

  move(event) {
    if (!this.held || event.pointerId !== this.pointer) return;
    const way = [event.clientX - this.from[0], event.clientY - this.from[1]];
    if (!this.moved && Math.hypot(...way) < SLIP) return;
    this.moved = true;
    const plot = this.frozen;
    const pixel = plot.axes.map((axis, i) => clamp(this.grip[i] + way[i], 0, axis.length));
    const value = plot.axes.map((axis, i) => axis.value(pixel[i]));
    this.to(this.held, this.held.kind.drag(this.held, value, plot, pixel), true);
  }

  release(event) {
    if (!this.held || event.pointerId !== this.pointer) return;
    const knob = this.held;
    this.held = null;
    if (this.moved) this.to(knob, knob.at, false);
    this.show(knob);
    this.cloud.choose(knob);
  }

  // The handle to a place; the page hears of it, of a cloud as a whole.
  to(knob, at, held) {
    const { one } = knob, isNews = !held || (String(at) !== String(knob.at) && !one.late);
    knob.at = at;
    this.show(knob);
    if (one.frame) document.dispatchEvent(new CustomEvent("basin-frame", { detail: at })); // see player.js
    else if (isNews) this.line.say(one.name, knob.label === undefined ? at : this.cloud.points(one.name), held);
  }

  key(knob, event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.plot) return;
    const way = ARROWS[event.key];
    if (way) {
      knob.node.classList.add("by-key");
      this.typed = knob;
      this.to(knob, knob.kind.step(knob, way.map((w) => w * (event.shiftKey ? 10 : 1)), this.plot), true);
      clearTimeout(this.resting);
      this.resting = setTimeout(() => this.settle(knob), STILL);
    } else if (knob.label === undefined || !this.cloud.key(knob, event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  // The keys have come to rest: what they led to is what counts.
  settle(knob) {
    clearTimeout(this.resting);
    if (this.typed !== knob) return;
    this.typed = null;
    if (this.knobs.includes(knob)) this.to(knob, knob.at, false);
  }

  // ---- the picture itself

  click(event) {
    if (!this.data?.click || event.target !== this.plot?.canvas) return;
    this.look();
    const { plot } = this, base = this.root.getBoundingClientRect();
    const pixel = [event.clientX - base.left, event.clientY - base.top];
    if (pixel.some((p, i) => p < 0 || p > plot.axes[i].length)) return;
    const value = plot.axes.map((axis, i) => axis.value(pixel[i]));
    const one = this.data.handles.find((one) => one.name === this.data.click);
    const knob = this.knobs.find((knob) => knob.one.name === this.data.click);
    if (one.kind === "cloud") this.cloud.add(one, value.map((v, i) => allowed(v, one, i, plot.axes[i].log)));
    else this.to(knob, knob.kind.drag(knob, value, plot, pixel), false);
  }

  listen() {
    const stop = new AbortController();
    const on = (where, name, act, capture = false) =>
      where.addEventListener(name, (event) => act(event), { capture, signal: stop.signal });
    on(window, "pointermove", (event) => this.move(event), true);
    for (const end of ["pointerup", "pointercancel"]) on(window, end, (event) => this.release(event), true);
    on(document, "click", (event) => this.click(event), true);
    for (const name of ["click", "focusin", "pointerover"]) on(document, name, (event) => this.place.meant(event));
    on(document, "basin-shown", () => this.look(1));
    on(document, "pointerdown", (event) => this.host.contains(event.target) || this.cloud.choose(null), true);
    on(document, "fullscreenchange", () => this.look(LATER));
    this.resized = new ResizeObserver(() => this.look(LATER));
    this.resized.observe(this.host);
    this.redrawn = new MutationObserver(() => this.look(LATER));
    if (this.box) this.redrawn.observe(this.box, { childList: true, subtree: true });
    this.stop = () => {
      stop.abort();
      this.resized.disconnect();
      this.redrawn.disconnect();
      cancelAnimationFrame(this.looking);
      clearTimeout(this.resting);
    };
  }
}

export default function ({ data, parentElement, setStateValue }) {
  let layer = layers.get(parentElement);
  if (!layer) layers.set(parentElement, (layer = new Layer(parentElement)));
  layer.update(data, setStateValue);
  return () => {
    layer.stop();
    layer.root.remove();
    layers.delete(parentElement);
  };
}
