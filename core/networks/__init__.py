"""Networks that concepts share: ReLU networks in closed form, and many trained at once (``training`` needs torch)."""
