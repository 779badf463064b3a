"""Halving: what is left after k steps."""

from charts import halving as charts
from core import halving as core
from ui.page import frame

page = frame.start("halving")
words, controls = page.words, page.controls

# Controls
with page.controls_place:
    start = controls.log_slider("start", 0.1, 100.0, 1.0)
    steps = controls.slider("steps", 1, core.MOST_STEPS, 20, 1)
with page.more():
    seed = controls.seed()

# Compute
run = page.cached(core.halve)(start, steps)
held = page.fresh(core.checks)(run)

# Pictures
with page.pictures:
    told = words.say("told", start=start, steps=steps)  # what is left waits for the answer
    page.show(charts.curve(run, words, page.theme), "curve", alt=told)
    page.player(run.steps)
page.verdicts(held)
page.views({})
page.end()
