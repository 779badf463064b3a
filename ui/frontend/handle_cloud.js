// Points that are added, turned and taken away. ``layer`` is the one of handles.js; each point is a knob of its own.
class Cloud {
  constructor(layer) {
    this.layer = layer;
    this.label = 0; // of the point that was touched last: the next one gets it too
    this.tools = element("div", "tools", layer.root);
    this.tools.hidden = true;
  }

  points(name) {
    const own = this.layer.knobs.filter((knob) => knob.one.name === name).sort((a, b) => a.part - b.part);
    return own.map((knob) => [...knob.at, knob.label]);
  }

  key(knob, event) {
    const { one } = knob;
    const label = one.kinds.findIndex((kind) => kind.key === event.key);
    if (label >= 0) this.turn(knob, label);
    else if (event.key === "Delete" || event.key === "Backspace") this.remove(knob);
    else if (event.key === "Enter") this.add(one, this.beside(knob), knob.label);
    else return false;
    return true;
  }

  beside({ one, at }) {
    const far = at.map((v, i) => 10 * one.step[i] * (v + 10 * one.step[i] > one.high[i] ? -1 : 1));
    return at.map((v, i) => allowed(v + far[i], one, i, false));
  }

  add(one, place, label = this.label) {
    const points = this.points(one.name);
    if (points.length < one.most) this.change(one, [...points, [...place, label]], points.length);
  }

  remove(knob) {
    const points = this.points(knob.one.name);
    if (points.length > knob.one.least) this.change(knob.one, points.filter((_, i) => i !== knob.part), knob.part);
  }

  turn(knob, label) {
    const points = this.points(knob.one.name);
    this.change(knob.one, points.map((p, i) => (i === knob.part ? [p[0], p[1], label] : p)), knob.part);
  }

  change(one, points, focus) {
    this.layer.take({ ...one, at: points });
    this.layer.line.say(one.name, points, false);
    const part = clamp(focus, 0, points.length - 1);
    const next = this.layer.knobs.find((knob) => knob.one.name === one.name && knob.part === part);
    next.node.focus({ preventScroll: true });
    this.choose(next);
  }

  // What can be done, without a keyboard, to the point that was touched last.
  choose(knob) {
    const { plot, held, words } = this.layer;
    this.tools.hidden = !knob || knob.label === undefined || knob === held || !plot;
    if (this.tools.hidden) return;
    this.label = knob.label;
    this.tools.replaceChildren();
    const { kinds, least, name } = knob.one, next = (knob.label + 1) % kinds.length;
    if (kinds.length > 1) this.tool(kinds[next].name, `${words.turn} ${kinds[next].name}`, () => this.turn(knob, next));
    if (this.points(name).length > least) this.tool("×", words.remove, () => this.remove(knob));
    const width = 48 * this.tools.childElementCount;
    this.tools.style.left = `${clamp(knob.pixel[0] - width / 2, 0, Math.max(0, plot.axes[0].length - width))}px`;
    this.tools.style.top = `${knob.pixel[1] + (knob.pixel[1] > 76 ? -72 : 28)}px`;
  }

  tool(mark, told, act) {
    const button = element("button", "", this.tools);
    Object.assign(button, { textContent: mark, title: told, onclick: act });
    button.setAttribute("aria-label", told);
  }
}
