"""What figures and report are made from, built by hand from tables."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sim.drawing import Study


@dataclass(frozen=True)
class TableStudy(Study):
    """A study that remembers the tables it is made of."""

    monthly: pd.DataFrame | None = None
    """scenario, replicate, month, outcomes and, where given, NAME__weight."""
    rows: pd.DataFrame | None = None
    """Of postings."""

    def with_monthly(self, monthly):
        """The same with other outcomes."""

        def values(scenario, outcome):
            rows = monthly[monthly["scenario"] == scenario]
            column = rows[outcome] if outcome in rows else np.full(len(rows), np.nan)
            return np.asarray(column, float).reshape(self.replicate_count, -1)

        def weights(scenario, outcome):
            return values(scenario, f"{outcome}__weight")

        return replace(self, values=values, weights=weights, monthly=monthly)

    def with_rows(self, rows):
        """The same with other postings, in two pieces, which may cut a replicate."""

        def postings(scenario, columns):
            mine = rows.loc[rows["scenario"] == scenario, list(columns)]
            return mine.iloc[: len(mine) // 2], mine.iloc[len(mine) // 2 :]

        return replace(self, postings=postings, rows=rows)


def made_study(monthly, postings, titles, labels, **about):
    """A study of these tables."""
    defaults = {
        "change_month": None, "last_data_month": None, "made_up_months": (), "seed": 1,
        "replicate_count": monthly["replicate"].nunique(), "failed": 0,
        "posts": postings["post"].nunique(),
    }  # fmt: skip
    months = sorted(monthly["month"].unique())
    study = TableStudy(months, None, None, None, titles, labels, **(defaults | about))
    return study.with_monthly(monthly).with_rows(postings)
