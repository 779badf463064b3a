"""Predicted against measured: the strip of checks, the experiments that they back, and the record of a run."""
