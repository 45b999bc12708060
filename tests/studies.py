"""What figures and report are made from, built by hand from tables."""

from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pandas as pd

from sim.drawing import Study


@dataclass(frozen=True)
class TableStudy(Study):
    """A study that remembers the tables it is made of."""

    monthly: pd.DataFrame | None = None
    """scenario, replicate, month, outcomes and, where given, NAME__weight."""

    def with_monthly(self, monthly):
        """The same with other outcomes."""

        def values(scenario, outcome):
            rows = monthly[monthly["scenario"] == scenario]
            column = rows[outcome] if outcome in rows else np.full(len(rows), np.nan)
            return np.asarray(column, float).reshape(self.replicate_count, -1)

        def weights(scenario, outcome):
            return values(scenario, f"{outcome}__weight")

        return replace(self, values=values, weights=weights, monthly=monthly)


def made_study(monthly, titles, labels, **about):
    """A study of this table."""
    defaults = {
        "change_month": None, "last_data_month": None, "made_up_months": (), "seed": 1,
        "replicate_count": monthly["replicate"].nunique(), "failed": 0,
        "posts": 60,
    }  # fmt: skip
    months = sorted(monthly["month"].unique())
    study = TableStudy(months, None, None, titles, labels, **(defaults | about))
    return study.with_monthly(monthly)


LEVELS = {
    "savings_median": 9000.0, "savings_p10": 2000.0, "savings_p90": 20000.0, "spent_share": 0.3,
    "quota_from_savings_share": 0.2, "quota_from_income_share": 0.7,
    "quota_from_company_share": 0.1, "quota_fulfilment": 0.9, "repatriation_rate": 0.7,
    "nominal_price": 0.9, "quality": -0.3, "quality_adjusted_price": 1.05, "belief_punished": 0.2,
    "punished_share": 0.1, "remittance_usd": 1500.0, "procurement_saving_usd": 50.0,
    "imports_recorded_usd": 50000.0, "imports_unrecorded_usd": 12000.0, "imports_china_usd": 6e4,
    "imports_russia_usd": 900.0, "imports_consumer_goods_usd": 3e4,
    "imports_fuel_and_grain_usd": 2e4, "imports_electronics_usd": 4000.0,
    "imports_computers_usd": 2000.0, "imports_industrial_components_usd": 4000.0,
    "imports_vehicles_usd": 2000.0,
}  # fmt: skip
UNITS = {"quality": "SD", "nominal_price": "ratio", "quality_adjusted_price": "ratio"}


def make_study(scenarios=2, replicates=4, months=36, change="2024-07", noise=1.0, titles=None):
    """A made-up study: scenarios share their luck and part at the change."""
    names = [f"scenario_{k}" for k in range(scenarios)]
    calendar = [f"{2023 + m // 12}-{m % 12 + 1:02d}" for m in range(months)]
    after = np.array([month >= change for month in calendar], dtype=float)
    monthly = []
    for k, name in enumerate(names):
        for replicate in range(replicates):
            rng = np.random.default_rng(replicate)
            luck = 1 + 0.05 * noise * rng.normal(size=months)
            columns = {key: level * luck * (1 + 0.1 * k * after) for key, level in LEVELS.items()}
            columns |= {f"{key}__weight": np.full(months, 5.0) for key in LEVELS}
            key = {"scenario": name, "replicate": replicate}
            monthly.append(pd.DataFrame({**key, "month": calendar, **columns}))
    table = pd.concat(monthly, ignore_index=True)
    labels = {
        n: SimpleNamespace(name=n, label=n, unit=UNITS.get(n, "USD"), meaning=n) for n in LEVELS
    }
    statuses = np.array(["known", "split", "filled", "projected"])
    return made_study(
        table,
        titles or {name: f"Scenario {k}" for k, name in enumerate(names)}, labels,
        change_month=change if scenarios > 1 else None, last_data_month="2023-12",
        made_up_months=["2023-06"], effects=made_effects(names, labels, noise),
        times=made_times(names), contributions=made_contributions(names),
        accounts=made_accounts(names, calendar), accounts_replicates=min(replicates, 2),
        customs=pd.DataFrame(
            {"month": calendar, "usd": 8e4, "status": np.resize(statuses, len(calendar))}
        ),
    )  # fmt: skip


def made_effects(names, labels, noise):
    """Differences of 10 % of the base a scenario, with intervals that hold zero or do not."""
    rows = []
    for k, other in enumerate(names[1:], start=1):
        for outcome, label in labels.items():
            level, reach = LEVELS[outcome], 0.15 * noise * abs(LEVELS[outcome])
            moved = 0.1 * k * level
            rows.append({
                "outcome": outcome, "label": outcome, "unit": label.unit, "base": names[0],
                "other": other, "base_mean": level, "other_mean": level + moved,
                "difference": moved, "ci_low": moved - reach, "ci_high": moved + reach,
                "superiority": 0.9, "p": 0.1, "p_adjusted": 0.3, "replicates": 4,
            })  # fmt: skip
    return pd.DataFrame(rows)


def made_times(names, months=25):
    """Two survival curves and three kinds of end in each scenario."""
    month = np.arange(months)
    rows = []
    for k, scenario in enumerate(names):
        for rate, event in ((0.03, "savings spent"), (0.05, "first missed quota")):
            left = np.exp(-rate * month / (1 + k))
            rows.append((event, "survival", scenario, left))
        for rate, event in (
            (0.2, "home"),
            (0.2, "overstayed"),
            (0.01, "defected"),
            (0.1, "caught"),
        ):
            rows.append((event, "incidence", scenario, rate * month / months))
    parts = [
        pd.DataFrame({
            "event": event, "kind": kind, "scenario": scenario, "month": month, "value": value,
            "low": value * 0.9, "high": np.minimum(value * 1.1, 1), "at_risk": 900 - 10 * month,
        })
        for event, kind, scenario, value in rows
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def made_contributions(names):
    """Three changes in each other scenario that add up to 3."""
    rows = [
        (names[0], other, outcome, change, value, value - 0.5, value + 0.5, 3.0)
        for other in names[1:]
        for outcome in ("savings_median", "quality", "remittance_usd")
        for change, value in (("surveillance", 4.0), ("authority_share", -2.0), ("review", 1.0))
    ]
    columns = ["base", "other", "outcome", "change", "contribution", "ci_low", "ci_high", "whole"]
    return pd.DataFrame(rows, columns=columns)


def made_accounts(names, calendar):
    """Six flows, a dollar a post the smallest."""
    flows = [
        ("sellers", "state", "outside", 3e6), ("margin", "state", "trader", 6e4),
        ("quota from income", "trader", "state", 9e4),
        ("own-account trade", "outside", "company", 5e3),
        ("watchers", "state", "outside", 60.0), ("salaries", "state", "trader", 3e4),
    ]  # fmt: skip
    rows = [(name, month, *flow) for name in names for month in calendar for flow in flows]
    return pd.DataFrame(rows, columns=["scenario", "month", "flow", "giver", "receiver", "usd"])
