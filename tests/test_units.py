"""Units beside values: what is converted, exactly, and what is refused."""

import pytest

from sim.scenario import ScenarioError, load
from sim.setting_values import SETTINGS
from sim.units import accepted, convert

YEAR = "months: {from: 2024-01, to: 2024-12}\n"


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Reads a scenario that gives one setting so."""
    monkeypatch.chdir(tmp_path)

    def read_value(setting, written):
        drawer, name = setting.split(".")
        (tmp_path / "mine.yaml").write_text(f"{YEAR}{drawer}: {{{name}: {{{written}}}}}\n")
        return load("mine.yaml").path(drawer, name)[0]

    return read_value


@pytest.mark.parametrize(
    "setting, written, value",
    [
        ("levers.quota_usd", "value: 24000, unit: USD a year", 2000.0),
        ("levers.quota_usd", "value: 1.5, unit: thousand USD a month", 1500.0),
        ("levers.quota_usd", "value: 30, unit: thousand USD a year", 2500.0),
        ("levers.quota_usd", "value: 1800, unit: USD a month", 1800.0),
        ("levers.quota_usd", "value: 14400, unit: yuan a month, yuan_per_usd: 7.2", 2000.0),
        ("levers.levy_usd", "value: 2, unit: thousand USD", 2000.0),
        ("levers.levy_usd", "value: 7, unit: thousand yuan, yuan_per_usd: 7", 1000.0),
        ("levers.sentence_months", "value: 3.5, unit: years", 42.0),
        ("levers.term_months", "value: 3, unit: years", 36.0),
        ("levers.term_months", "value: 30, unit: months", 30.0),
        ("levers.surveillance", "value: 7, unit: percent", 0.07),
        ("levers.recall_chance", "value: 29, unit: percent a month", 0.29),
        ("levers.quota_relief", "value: 15, unit: percent a quarter", 0.15),
        ("levers.authority_share", "value: 0.3, unit: share", 0.3),
        ("surroundings.own_account_margin", "value: 3, unit: percent of turnover", 0.03),
        ("cohort.savings_usd", "value: 42, unit: thousand USD", 42000.0),
    ],
)
def test_a_value_is_brought_to_the_setting_s_own_unit(read, setting, written, value):
    assert read(setting, written) == value


@pytest.mark.parametrize(
    "setting, written, told",
    [
        (
            "levers.quota_usd",
            "value: 2, unit: EUR",
            "'EUR' is no unit of this setting;",
        ),
        (
            "levers.quota_usd",
            "value: 2, unit: USD",
            "expected USD a month or thousand USD a",
        ),
        ("levers.levy_usd", "value: 2, unit: USD a year", "expected USD or thousand USD"),
        ("levers.quota_usd", "value: 9, unit: yuan a month", "needs a rate; add yuan_per_usd"),
        (
            "levers.quota_usd",
            "value: 9, unit: yuan, yuan_per_usd: 7",
            "or yuan a month or",
        ),
        ("levers.quota_usd", "value: 9, unit: USD a month, yuan_per_usd: 7", "belongs to a value"),
        (
            "levers.quota_usd",
            "value: 9, yuan_per_usd: 7",
            "belongs to a value whose unit",
        ),
        ("levers.quota_usd", "value: 9, unit: yuan a month, yuan_per_usd: 0", "a number above 0"),
        ("levers.quota_usd", "value: 9, unit: yuan a month, yuan_per_usd: x", "a number above 0"),
        ("levers.quota_usd", "value: 9, unit: 12", "unit must be text; expected USD a month"),
        ("levers.sentence_months", "value: 9, unit: weeks", "expected months or years"),
        ("levers.term_months", "value: 2.3, unit: years", "27.6 is not whole"),
        ("levers.surveillance", "value: 700, unit: percent", "7.0 is out of bounds"),
        ("levers.surveillance", "value: 7, unit: percent a month", "expected chance or percent"),
        ("levers.levies_per_year", "value: 2, unit: a month", "expected a year"),
        ("levers.levy_usd", "value: 1e308, unit: thousand USD", "inf is not finite"),
        ("levers.surveillance", "value: high, unit: percent", "'high' is not a number"),
        ("levers.surveillance", "value: 7, units: percent", "(did you mean 'unit'?)"),
        ("surroundings.order_noise", "value: 1, unit: yuan", "expected ln units"),
    ],
)
def test_any_other_unit_is_refused_with_what_was_expected(read, setting, written, told):
    with pytest.raises(ScenarioError) as caught:
        read(setting, written)
    (problem,) = caught.value.problems
    assert problem.where.startswith("mine.yaml:2:") and problem.path == setting
    assert told in problem.message


@pytest.mark.parametrize("drawer", SETTINGS)
def test_every_setting_may_be_written_in_its_own_unit(drawer):
    for entry in SETTINGS[drawer].values():
        assert convert(entry.default, entry.unit, entry.unit, None) == (entry.default, "")
        assert len(accepted(entry.unit, 7.0)) >= len(accepted(entry.unit, None)) >= 1


def test_conversion_is_exact_to_the_last_bit():
    for percent in range(101):
        assert convert(percent, "percent", "share", None) == (percent / 100, "")
        assert convert(percent, "USD a year", "USD a month", None) == (percent / 12, "")
