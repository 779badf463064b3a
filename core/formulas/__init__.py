"""A person's formula: read, computed, differentiated, bounded by intervals, in LaTeX; and curves that have none."""
