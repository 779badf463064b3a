"""What a rerun waits for: results kept for all, long work in its queue, whose turn it is, and settling."""
