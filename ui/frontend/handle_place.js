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
