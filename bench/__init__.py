"""Speed against the peers, as ratios measured in one run: never a timed test, for seconds depend on the machine."""
