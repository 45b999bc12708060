"""Rows of differences as a comparison gives them, made by hand."""

TITLES = {"tight": "Tight control", "free": "Restored autonomy"}


def effect(outcome="savings_median", label="Median savings", unit="USD", **changes):
    row = {
        "outcome": outcome, "label": label, "unit": unit, "base": "tight", "other": "free",
        "base_mean": 1000.0, "other_mean": 4210.0, "difference": 3210.0, "ci_low": 2900.0,
        "ci_high": 3520.0, "superiority": 0.98, "p": 0.0, "p_adjusted": 0.00004, "replicates": 20,
    }  # fmt: skip
    return row | changes
