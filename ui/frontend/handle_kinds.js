// What each kind of handle knows: where it is, what the hand makes of it, and how it is told. See ui/live/handles.py.
//   point  {at: [x, y], free: [x?, y?], low, high, step, grain, names: [x, y], along?: {x: […], y: […]},
//           places?: [[x…], [y…]], where alone it is at home}
//   rail   {at, x: […], y: […], by: "x" | "xy", said: [in words…], frame?: whether it is the player's, around?: the name
//           of the handle from which x and y count, towards the middle of the picture}
//   cloud  {at: [[x, y, kind]…], low, high, step, grain, names, kinds: [{key, name}…], least, most, late?}
// Each has name and label, and may be quiet: the picture itself shows it. Values are in the axes' own units, pixels are
// those of the plot area.
const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
const written = (value) => String(Number(value.toPrecision(4))).replace("-", "−");

// To the control's own decimals, inside of what it allows; on a log axis to three digits.
function allowed(value, one, i, log) {
  if (one.places) return nearest(one.places[i], value, log);
  const low = one.low[i], high = one.high[i], grain = one.grain[i];
  const near = log ? Number(value.toPrecision(3)) : Number((Math.round(value / grain) * grain).toPrecision(12));
  return clamp(near, low, high);
}

// The one of a list that is nearest, as the axis measures it.
function nearest(places, value, log) {
  const at = (v) => (log ? Math.log(Math.max(v, 1e-300)) : v);
  const far = (v) => Math.abs(at(v) - at(value));
  return places.reduce((best, v) => (far(v) < far(best) ? v : best), places[0]);
}

// So many places further on.
const further = (places, value, way) => places[clamp(places.indexOf(nearest(places, value)) + way, 0, places.length - 1)];

// The height of a curve there, between the places it is known at.
function height({ x, y }, at) {
  let i = 1;
  while (i < x.length - 1 && x[i] < at) i++;
  return y[i - 1] + ((y[i] - y[i - 1]) * clamp(at - x[i - 1], 0, x[i] - x[i - 1])) / (x[i] - x[i - 1] || 1);
}

// A rail's place; base: {at: the place that it counts from, way: in which direction}.
const fromBase = ({ x, y }, i, base) => (base ? [base.at[0] + base.way[0] * x[i], base.at[1] + base.way[1] * y[i]] : [x[i], y[i]]);

const KINDS = {
  point: {
    place: ({ one, at }) => [at[0], one.along ? height(one.along, at[0]) : at[1]],
    drag: ({ one, at }, value, plot) => at.map((v, i) => (one.free[i] ? allowed(value[i], one, i, plot.axes[i].log) : v)),
    step: (held, way, plot) => {
      const { one, at } = held;
      if (one.places) return at.map((v, i) => further(one.places[i], v, way[i]));
      if (!one.free.every(Boolean)) way = one.free.map((free) => free && way[0] + way[1]);
      const to = at.map((v, i) => (plot.axes[i].log ? v * 10 ** (way[i] / 50) : v + way[i] * one.step[i]));
      return KINDS.point.drag(held, to, plot);
    },
    told: ({ one, at }) => at.map((v, i) => (one.free[i] ? `${one.names[i]} ${written(v)}` : "")).filter(Boolean).join(", "),
    range: ({ one, at }) => [one.low, one.high, at].map((of) => of[one.free[0] ? 0 : 1]),
  },
  rail: {
    place: ({ one, at, base }) => fromBase(one, at, base),
    drag: ({ one, base }, value, plot, pixel) => {
      const far = (i) => {
        const [x, y] = fromBase(one, i, base);
        const across = plot.axes[0].pixel(x) - pixel[0];
        return one.by === "x" ? Math.abs(across) : Math.hypot(across, plot.axes[1].pixel(y) - pixel[1]);
      };
      return one.x.reduce((best, _, i) => (far(i) < far(best) ? i : best), 0);
    },
    step: ({ one, at }, way) => {
      const by = way[0] + way[1];
      if (one.by !== "x") return clamp(at + by, 0, one.x.length - 1);
      const across = [...new Set(one.x)].sort((a, b) => a - b); // where a way leads back, one step is still one step on
      return one.x.indexOf(across[clamp(across.indexOf(one.x[at]) + by, 0, across.length - 1)]);
    },
    told: ({ one, at }) => one.said[at],
    range: ({ one, at }) => (one.by === "x" ? [Math.min(...one.x), Math.max(...one.x), one.x[at]] : [0, one.x.length - 1, at]),
  },
};
