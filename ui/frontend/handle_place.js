// Where on the picture a check was taken: its tile says so (data-at, see ui/evidence/strip.py), and a line flashes there.
class Place {
  constructor(layer) {
    this.layer = layer;
  }

  meant(event) {
    const tile = event.target.closest?.(".check[data-at]");
    if (!tile || !this.layer.data?.places) return;
    if (event.type !== "click" && tile === this.tile && this.line?.isConnected) return; // it is being shown
    this.tile = tile;
    this.show(Number(tile.dataset.at));
  }

  show(at) {
    this.line?.remove();
    this.layer.look();
    const { plot } = this.layer, x = plot?.axes[0].pixel(at);
    if (!(x >= -1 && x <= plot.axes[0].length + 1)) return;
    this.line = element("div", "place", this.layer.root);
    this.line.dataset.at = at;
    this.line.style.left = `${x}px`;
    this.line.onanimationend = () => this.line.remove();
  }
}

// A number that was guessed, across the axis that has it: data.ghost, {axis: "x" or "y", at, name}.
class Ghost {
  constructor(layer) {
    this.layer = layer;
  }

  show() {
    this.line?.remove();
    const { plot, data, root } = this.layer, one = data?.ghost, i = one?.axis === "y" ? 1 : 0;
    const at = one && plot ? plot.axes[i].pixel(one.at) : NaN;
    if (!(at >= -1 && at <= plot.axes[i].length + 1)) return;
    this.line = element("div", `ghost ${one.axis}`, root);
    this.line.dataset.at = one.at;
    this.line.style[i ? "top" : "left"] = `${at}px`;
    this.line.classList.toggle("far", i ? at < 30 : at > 0.7 * plot.axes[0].length);
    element("span", "of", this.line).textContent = one.name;
  }
}
