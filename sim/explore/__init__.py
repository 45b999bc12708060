"""Many points instead of a few scenarios: sweep, tune, sensitivity, robustness, calibrate.

Read ``plan.py`` first: what a study file asks for. ``varied.py`` makes scenarios of points,
``points.py`` lives them and keeps what was measured; the five kinds of study stand on these.
"""
