// Where a chart's plot area is on the page, and what its axes span: Vega keeps it in an input element (PLOT, in
// ui/live/handles.py), and where the area begins in the canvas' own transform.
// One axis: where a value lies on it, in pixels, and back.
function axis(length, low, high, middle, upward) {
  const log = low * high > 0 && Math.abs(middle - Math.sqrt(low * high)) < 1e-3 * Math.abs(middle - (low + high) / 2);
  const bend = log ? (v) => Math.log(v / low) / Math.log(high / low) : (v) => (v - low) / (high - low);
  const back = log ? (s) => low * (high / low) ** s : (s) => low + s * (high - low);
  const turn = (share) => (upward ? 1 - share : share);
  return { log, length, pixel: (v) => length * turn(bend(v)), value: (p) => back(turn(p / length)) };
}

// The plot area of the chart in ``box``, in pixels from ``host``; the ``known`` one where nothing has changed.
function plotArea(box, host, known) {
  const chart = box?.querySelector('[data-testid="stVegaLiteChart"]');
  const canvas = chart?.querySelector("canvas");
  const said = chart?.querySelector('.vega-bindings input[name="plot"]')?.value;
  if (!canvas || !said) return null;
  const drawn = canvas.getContext("2d").getTransform();
  const at = canvas.getBoundingClientRect(), base = host.getBoundingClientRect();
  const shrink = (at.width * drawn.a) / canvas.width; // 1, unless the page has been zoomed by a style
  const [width, height, left, right, middle, bottom, top, centre] = said.split(",").map(Number);
  const frame = chart.querySelector('.vega-bindings input[name="frame"]')?.value; // the player's
  const x = at.left - base.left + (drawn.e / drawn.a) * shrink, y = at.top - base.top + (drawn.f / drawn.a) * shrink;
  const told = [said, x, y, shrink, frame].join();
  if (known?.told === told && known.canvas === canvas) return known;
  const axes = [axis(width * shrink, left, right, middle, false), axis(height * shrink, bottom, top, centre, true)];
  return { canvas, axes, x, y, told, frame: Number(frame) };
}
