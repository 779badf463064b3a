"""A concept to begin from: ``halving`` is whole, small, tested, and is written anew under another name."""
