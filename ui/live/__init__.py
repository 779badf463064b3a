"""What the browser moves or tells by itself: sliders under way, the player, and what has come into sight."""
