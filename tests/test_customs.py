"""The real trade series: what the packaged file holds, how gaps are filled, what is refused."""

import dataclasses
import math
import os
from pathlib import Path

import numpy as np
import pytest

from sim import customs
from sim.customs import CustomsError, CustomsSeries, FilledSeries, load
from sim.customs_file import CUMULATIVES_HEADER, read_rows

HEADER = (
    "month,chinese_exports_musd,chinese_exports_status,chinese_imports_musd,"
    "chinese_imports_status,total_musd,total_status,source,note"
)
# Known exports, imports and totals a year, as evidence.md 1.1 "Completeness" counts them.
COMPLETENESS = {
    "2017": (6, 6, 7),
    "2018": (10, 11, 10),
    "2019": (9, 8, 11),
    "2020": (12, 10, 10),
    "2021": (12, 12, 12),
    "2022": (12, 12, 12),
    "2023": (12, 12, 12),
    "2024": (7, 6, 10),
    "2025": (5, 3, 7),
}


@pytest.fixture(scope="module")
def series() -> CustomsSeries:
    return load()


@pytest.fixture(scope="module")
def whole(series: CustomsSeries) -> FilledSeries:
    return series.filled("2017-01", "2025-12")


def written(tmp_path: Path, *rows: str, header: str = HEADER) -> Path:
    path = tmp_path / "own.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def own(tmp_path: Path, *rows: str) -> CustomsSeries:
    return load(written(tmp_path, *rows))


def full_year(tmp_path: Path, missing: tuple[int, ...] = ()) -> CustomsSeries:
    """Exports 10, 20 ... 120 and imports 1, 2 ... 12 in 2030, without the months `missing`."""
    rows = []
    for month in range(1, 13):
        known = f"{10 * month},R,{month},R" if month not in missing else ",,,"
        rows.append(f"2030-{month:02d},{known},,,,")
    return own(tmp_path, *rows)


def value(filled: FilledSeries, month: str) -> tuple[float, float]:
    """Exports and imports of a month in USD million."""
    at = filled.months.index(month)
    return filled.exports_usd[at] / 1e6, filled.imports_usd[at] / 1e6


def status(filled: FilledSeries, month: str) -> tuple[str, str]:
    at = filled.months.index(month)
    return filled.export_status[at], filled.import_status[at]


def period_sum(filled: FilledSeries, first: str, last: str, flow: str) -> float:
    flows = {
        "exports": filled.exports_usd,
        "imports": filled.imports_usd,
        "total": filled.exports_usd + filled.imports_usd,
    }
    inside = [first <= month <= last for month in filled.months]
    return float(flows[flow][inside].sum()) / 1e6


# ---------------------------------------------------------------- the packaged file


def test_packaged_file_holds_what_the_evidence_counts(series: CustomsSeries) -> None:
    assert (series.months[0], series.months[-1], len(series.months)) == ("2017-01", "2025-12", 108)
    counted = {}
    for year in COMPLETENESS:
        rows = [at for at, month in enumerate(series.months) if month.startswith(year)]
        counted[year] = tuple(
            int(np.isfinite(flow[rows]).sum())
            for flow in (series.exports, series.imports, series.total)
        )
    assert counted == COMPLETENESS


def test_packaged_file_counts_reported_and_derived_cells(series: CustomsSeries) -> None:
    cells = series.export_status + series.import_status + series.total_status
    assert sum(status in ("S", "P") for status in cells) == 65
    assert [
        sum(status == "R" for status in flow)
        for flow in (series.export_status, series.import_status, series.total_status)
    ] == [68, 57, 66]


def test_packaged_figures_are_those_of_the_evidence(series: CustomsSeries) -> None:
    at = {month: row for row, month in enumerate(series.months)}
    assert series.exports[at["2019-03"]] == 197.952
    assert series.imports[at["2023-08"]] == 28.23
    assert series.total[at["2025-12"]] == 310.1
    assert series.total_status[at["2025-12"]] == "S"
    assert math.isnan(series.exports[at["2024-11"]])
    assert series.export_status[at["2024-11"]] == ""
    assert series.sources[at["2023-11"]].startswith("https://newsis.com/")
    year = [at[month] for month in series.months if month.startswith("2020")]
    assert series.exports[year].sum() == pytest.approx(491.0, abs=0.1)


def test_packaged_cumulatives_are_those_of_the_evidence(series: CustomsSeries) -> None:
    listed = {(c.first, c.last, c.flow): (c.value_musd, c.status) for c in series.cumulatives}
    assert listed == {
        ("2017-01", "2017-05", "total"): (2021.3, "R"),
        ("2017-01", "2017-05", "imports"): (692.0, "R"),
        ("2018-02", "2018-03", "exports"): (245.0, "I"),
        ("2020-01", "2020-02", "imports"): (10.67, "I"),
        ("2024-01", "2024-12", "exports"): (1830.0, "R"),
        ("2024-01", "2024-12", "imports"): (350.0, "R"),
        ("2025-01", "2025-06", "exports"): (1050.48, "R"),
        ("2025-01", "2025-06", "imports"): (210.27, "R"),
        ("2025-07", "2025-08", "total"): (385.0, "I"),
    }


def test_every_packaged_cumulative_names_its_source() -> None:
    rows = read_rows(customs.CUMULATIVES, CUMULATIVES_HEADER)
    assert all(row["source"] and "evidence.md 1." in row["note"] for row in rows)


def test_a_series_cannot_be_changed(series: CustomsSeries, whole: FilledSeries) -> None:
    with pytest.raises(ValueError, match="read-only"):
        series.exports[0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        whole.exports_usd[0] = 1.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        series.months = ()  # type: ignore[misc]


# ---------------------------------------------------------------- filling the packaged file


def test_known_values_are_untouched(series: CustomsSeries, whole: FilledSeries) -> None:
    for musd, usd in ((series.exports, whole.exports_usd), (series.imports, whole.imports_usd)):
        known = np.isfinite(musd)
        assert np.array_equal(usd[known], musd[known] * 1e6)


def test_known_months_keep_their_status_and_the_rest_are_marked(
    series: CustomsSeries, whole: FilledSeries
) -> None:
    for printed, marked in (
        (series.export_status, whole.export_status),
        (series.import_status, whole.import_status),
    ):
        for before, after, total in zip(printed, marked, series.total, strict=True):
            made_up = "split" if math.isfinite(total) else "filled"
            assert after == (before or made_up)


def test_nothing_is_missing_or_negative(series: CustomsSeries) -> None:
    filled = series.filled("2017-01", "2035-12")
    for flow in (filled.exports_usd, filled.imports_usd):
        assert len(flow) == len(filled.months) == 19 * 12
        assert np.isfinite(flow).all()
        assert (flow > 0).all()


def test_every_cumulative_holds(series: CustomsSeries, whole: FilledSeries) -> None:
    for c in series.cumulatives:
        assert period_sum(whole, c.first, c.last, c.flow) == pytest.approx(c.value_musd, rel=1e-9)


def test_every_split_month_keeps_its_total(series: CustomsSeries, whole: FilledSeries) -> None:
    split = [at for at, mark in enumerate(whole.export_status) if mark == "split"]
    assert len(split) == 12
    made = (whole.exports_usd + whole.imports_usd)[split] / 1e6
    assert made == pytest.approx(series.total[split], rel=1e-9)


def test_filled_years_agree_with_annual_figures_that_were_not_used(whole: FilledSeries) -> None:
    """Annual 2019 and 2025 (evidence.md 1.2) and the H1 2024 total (1.1) are independent checks."""
    assert period_sum(whole, "2019-01", "2019-12", "exports") == pytest.approx(2573.8, rel=0.003)
    assert period_sum(whole, "2019-01", "2019-12", "imports") == pytest.approx(215.2, rel=0.02)
    assert period_sum(whole, "2025-01", "2025-12", "exports") == pytest.approx(2300, rel=0.005)
    assert period_sum(whole, "2025-01", "2025-12", "total") == pytest.approx(2735, rel=0.001)
    assert period_sum(whole, "2024-01", "2024-06", "total") == pytest.approx(971, rel=0.001)


def test_three_years_of_calibration_are_counted_and_said(series: CustomsSeries) -> None:
    filled = series.filled("2023-01", "2029-12")
    groups = ("known", "split", "filled", "projected")
    assert [filled.count(group) for group in groups] == [24, 8, 4, 48]
    assert [filled.count(group, "imports") for group in groups] == [21, 8, 7, 48]
    assert filled.sentence() == (
        "Of 36 months of Chinese exports 24 are known, 8 split from a total, 4 filled; "
        "48 projected. "
        "Of 36 months of Chinese imports 21 are known, 8 split from a total, 7 filled; "
        "48 projected."
    )


def test_a_month_does_not_depend_on_what_else_is_asked(
    series: CustomsSeries, whole: FilledSeries
) -> None:
    part = series.filled("2024-06", "2025-02")
    assert part.months[0] == "2024-06"
    assert part.months[-1] == "2025-02"
    asked = slice(whole.months.index("2024-06"), whole.months.index("2025-02") + 1)
    assert np.array_equal(part.exports_usd, whole.exports_usd[asked])
    assert np.array_equal(part.imports_usd, whole.imports_usd[asked])
    assert part.import_status == whole.import_status[asked]


def test_filling_twice_gives_the_same(whole: FilledSeries) -> None:
    again = load().filled("2017-01", "2025-12")
    assert np.array_equal(again.exports_usd, whole.exports_usd)
    assert np.array_equal(again.imports_usd, whole.imports_usd)


# ---------------------------------------------------------------- projection


def test_projection_repeats_the_last_year_unchanged(series: CustomsSeries) -> None:
    filled = series.filled("2025-01", "2028-06")
    for flow in (filled.exports_usd, filled.imports_usd):
        assert np.array_equal(flow, np.resize(flow[:12], 3 * 12 + 6))
        assert len(set(flow[:12])) == 12  # no month passes for another
    assert status(filled, "2025-12") == ("R", "R")
    assert status(filled, "2026-01") == status(filled, "2028-06") == ("projected", "projected")


def test_projection_repeats_the_last_12_months_of_data_whenever_they_begin(tmp_path: Path) -> None:
    rows = [f"2030-{month:02d},{month},R,{10 * month},R,,,," for month in range(1, 13)]
    filled = own(tmp_path, *rows, "2031-01,50,R,60,R,,,,").filled("2030-01", "2033-02")
    assert value(filled, "2032-01") == value(filled, "2033-01") == (50.0, 60.0)
    assert value(filled, "2031-02") == value(filled, "2033-02") == (2.0, 20.0)
    assert value(filled, "2031-12") == value(filled, "2032-12") == (12.0, 120.0)
    assert filled.count("projected") == filled.count("projected", "imports") == 25


def test_only_projected_months_can_be_asked_for(series: CustomsSeries) -> None:
    filled = series.filled("2027-03", "2027-04")
    base = series.filled("2025-03", "2025-04")
    assert np.array_equal(filled.exports_usd, base.exports_usd)
    assert np.array_equal(filled.imports_usd, base.imports_usd)
    assert filled.count("projected") == 2


def test_projection_starts_after_the_last_figure_even_if_empty_rows_follow(tmp_path: Path) -> None:
    rows = [f"2030-{month:02d},{month},R,1,R,,,," for month in range(1, 13)]
    series = own(tmp_path, *rows, "2031-01,,,,,,,,", "2031-02,,,,,,,,")
    filled = series.filled("2030-01", "2031-02")
    assert status(filled, "2031-02") == ("projected", "projected")
    assert value(filled, "2031-02") == (2.0, 1.0)


def test_a_short_series_cannot_be_projected(tmp_path: Path) -> None:
    short = own(tmp_path, "2030-01,10,R,1,R,,,,", "2030-02,10,R,1,R,,,,")
    assert short.filled("2030-01", "2030-02").count("known") == 2
    with pytest.raises(CustomsError, match="own.csv: .* last 12 months .* there are only 2"):
        short.filled("2030-01", "2030-03")


# ---------------------------------------------------------------- the method, by hand


def test_a_gap_is_filled_log_linearly(tmp_path: Path) -> None:
    filled = own(
        tmp_path,
        "2030-01,10,R,1,R,,,,",
        "2030-02,,,,,,,,",
        "2030-03,,,8,R,,,,",
        "2030-04,80,R,8,R,,,,",
    ).filled("2030-01", "2030-04")
    assert value(filled, "2030-02") == pytest.approx((20.0, math.sqrt(8.0)))
    assert value(filled, "2030-03") == pytest.approx((40.0, 8.0))
    assert status(filled, "2030-03") == ("filled", "R")


def test_a_gap_beside_a_zero_is_filled_on_the_straight_line(tmp_path: Path) -> None:
    filled = own(tmp_path, "2030-01,0,R,1,R,,,,", "2030-02,,,,,,,,", "2030-03,8,R,4,R,,,,").filled(
        "2030-01", "2030-03"
    )
    assert value(filled, "2030-02") == pytest.approx((4.0, 2.0))


def test_before_the_first_and_after_the_last_value_of_a_flow_it_is_level(tmp_path: Path) -> None:
    filled = own(
        tmp_path, "2030-01,10,R,,,,,,", "2030-02,10,R,3,R,,,,", "2030-03,,,5,R,,,,"
    ).filled("2030-01", "2030-03")
    assert value(filled, "2030-01") == pytest.approx((10.0, 3.0))
    assert value(filled, "2030-03") == pytest.approx((10.0, 5.0))


def test_a_total_is_split_by_the_interpolated_export_share(tmp_path: Path) -> None:
    filled = own(
        tmp_path, "2030-01,90,R,10,R,,,,", "2030-02,,,,,200,R,,", "2030-03,70,R,30,R,,,,"
    ).filled("2030-01", "2030-03")
    assert value(filled, "2030-02") == pytest.approx((160.0, 40.0))
    assert status(filled, "2030-02") == ("split", "split")


def test_a_flow_missing_alone_is_the_rest_of_the_total(tmp_path: Path) -> None:
    filled = own(
        tmp_path, "2030-01,90,R,,,100,R,,", "2030-02,90,R,7,R,,,,", "2030-03,90,R,,,80,R,,"
    ).filled("2030-01", "2030-03")
    assert value(filled, "2030-01") == pytest.approx((90.0, 10.0))
    assert status(filled, "2030-01") == ("R", "split")
    assert value(filled, "2030-03") == (90.0, 0.0)  # sources disagree: never below zero


def test_cumulatives_scale_the_filled_months_in_proportion(tmp_path: Path) -> None:
    series = dataclasses.replace(
        full_year(tmp_path, missing=(5, 6)),
        cumulatives=(customs.Cumulative("2030-01", "2030-12", "exports", 700.0, "R"),),
    )
    filled = series.filled("2030-01", "2030-12")
    plain = full_year(tmp_path, missing=(5, 6)).filled("2030-01", "2030-12")
    assert period_sum(filled, "2030-01", "2030-12", "exports") == pytest.approx(700, rel=1e-12)
    ratio = filled.exports_usd[4:6] / plain.exports_usd[4:6]
    assert ratio[0] == pytest.approx(ratio[1])
    assert ratio[0] < 1.0
    assert np.array_equal(filled.imports_usd, plain.imports_usd)


def test_a_cumulative_over_a_gap_between_zeros_is_spread_evenly(tmp_path: Path) -> None:
    rows = ("2030-01,0,R,1,R,,,,", "2030-02,,,,,,,,", "2030-03,,,,,,,,", "2030-04,0,R,1,R,,,,")
    series = dataclasses.replace(
        own(tmp_path, *rows),
        cumulatives=(customs.Cumulative("2030-01", "2030-04", "exports", 6.0, "R"),),
    )
    filled = series.filled("2030-01", "2030-04")
    assert filled.exports_usd / 1e6 == pytest.approx([0.0, 3.0, 3.0, 0.0])


def test_cumulatives_that_contradict_totals_win(tmp_path: Path) -> None:
    series = dataclasses.replace(
        own(tmp_path, "2030-01,90,R,10,R,,,,", "2030-02,,,,,200,R,,", "2030-03,90,R,10,R,,,,"),
        cumulatives=(
            customs.Cumulative("2030-02", "2030-02", "exports", 150.0, "R"),
            customs.Cumulative("2030-02", "2030-02", "imports", 20.0, "R"),
        ),
    )
    assert value(series.filled("2030-02", "2030-02"), "2030-02") == pytest.approx((150.0, 20.0))


def test_a_cumulative_below_its_known_months_is_refused(tmp_path: Path) -> None:
    series = dataclasses.replace(
        full_year(tmp_path, missing=(5,)),
        cumulatives=(customs.Cumulative("2030-01", "2030-12", "exports", 700.0, "R"),),
    )
    says = "own.csv: the known months already exceed the exports of 2030-01 to 2030-12 = 700"
    with pytest.raises(CustomsError, match=says) as refusal:
        series.filled("2030-01", "2030-12")
    assert_one_sentence(refusal.value, f"{tmp_path / 'own.csv'}: ")


def test_a_cumulative_without_a_missing_month_changes_nothing(tmp_path: Path) -> None:
    series = dataclasses.replace(
        full_year(tmp_path),
        cumulatives=(customs.Cumulative("2030-01", "2030-12", "exports", 700.0, "R"),),
    )
    assert period_sum(series.filled("2030-01", "2030-12"), "2030-01", "2030-12", "exports") == 780


# ---------------------------------------------------------------- the user's own series


def test_an_own_series_replaces_the_packaged_one_and_its_cumulatives(tmp_path: Path) -> None:
    path = written(tmp_path, "2025-01,100,R,10,R,,,,", "2025-02,,,,,,,,", "2025-03,100,R,10,R,,,,")
    series = load(path)
    assert series.path == path
    assert series.cumulatives == ()
    assert series.months == ("2025-01", "2025-02", "2025-03")
    filled = series.filled("2025-01", "2025-03")
    assert filled.exports_usd == pytest.approx([100e6] * 3)  # not scaled to H1 2025
    assert filled.imports_usd == pytest.approx([10e6] * 3)


def test_own_file_may_come_from_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "excel.csv"
    text = f'{HEADER}\r\n2025-01,100,R,10,R,,,,"a, b"\r\n\r\n'
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert load(path).filled("2025-01", "2025-01").exports_usd[0] == 100e6


def test_a_total_that_is_not_the_sum_is_accepted(tmp_path: Path) -> None:
    filled = own(tmp_path, "2025-01,100,R,10,R,150,R,,").filled("2025-01", "2025-01")
    assert value(filled, "2025-01") == (100.0, 10.0)


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("2025-13,1,R,1,R,,,,", r":3: '2025-13' is not a month; write it like 2025-07"),
        ("25-02,1,R,1,R,,,,", r":3: '25-02' is not a month"),
        ("2025-03,1,R,1,R,,,,", r":3: the month is 2025-03, but after 2025-01 comes 2025-02"),
        ("2025-01,1,R,1,R,,,,", r":3: the month is 2025-01, but after 2025-01 comes 2025-02"),
        ("2025-02,-1,R,1,R,,,,", r":3: chinese_exports_musd is '-1'; it must be .* 0 or more"),
        ("2025-02,nan,R,1,R,,,,", r":3: chinese_exports_musd is 'nan'"),
        ("2025-02,1,R,inf,R,,,,", r":3: chinese_imports_musd is 'inf'"),
        ("2025-02,1,R,1e3,R,,,,", r":3: chinese_imports_musd is '1e3'"),
        ("2025-02,1_0,R,1,R,,,,", r":3: chinese_exports_musd is '1_0'"),
        ("2025-02,1,R,1,R,many,R,,", r":3: total_musd is 'many'"),
        ("2025-02,188660000,R,1,R,,,,", r":3: .* is 188660000; give it in millions of USD"),
        ("2025-02," + "9" * 400 + ",R,1,R,,,,", r":3: .* give it in millions of USD"),
        ("2025-02,1,X,1,R,,,,", r":3: chinese_exports_status is 'X'; .* must be R .* S .* or P"),
        ("2025-02,1,,1,R,,,,", r":3: chinese_exports_status is ''; beside a value"),
        ("2025-02,,R,1,R,,,,", r":3: chinese_exports_status is 'R' without a value"),
        ("2025-02,1,R,1,R,,,", r":3: the row has 8 cells instead of 9"),
        ("2025-02,1,R,1,R,,,,a, b", r":3: the row has 10 cells instead of 9"),
        ('2025-02,1,R,1,R,,,,"open', r":3: this is not a line of CSV"),
        ('2025-02,1,R,1,R,,,,"a"b', r":3: this is not a line of CSV"),
    ],
)
def test_a_bad_row_is_refused_in_one_sentence(tmp_path: Path, row: str, says: str) -> None:
    path = written(tmp_path, "2025-01,1,R,1,R,,,,", row)
    with pytest.raises(CustomsError, match=says) as refusal:
        load(path)
    assert_one_sentence(refusal.value, f"{path}:3: ")


def test_every_mistake_of_a_file_is_told_at_once_in_order(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "2025-01,many,R,1,X,,,,",
        "2025-03,1,R,1,R,,,",
        "2025-04,1,R,1,R,,,,",
        "May,1,R,,R,,,,",
        "2025-07,1,R,1,R,,,,",
        '2025-08,1,R,1,R,,,,"open',
    )
    with pytest.raises(CustomsError) as refusal:
        load(path)
    assert [sentence.split(": ")[:2] for sentence in refusal.value.sentences] == [
        [f"{path}:2", "chinese_exports_musd is 'many'; it must be empty or a plain number of USD "
         "million, 0 or more, such as 188.66."],
        [f"{path}:2", "chinese_imports_status is 'X'; beside a value it must be R (reported), S "
         "(sum or difference) or P (from a percentage change)."],
        [f"{path}:3", "the month is 2025-03, but after 2025-01 comes 2025-02."],
        [f"{path}:3", "the row has 8 cells instead of 9; a text with a comma in it needs double "
         "quotes around it."],
        [f"{path}:5", "'May' is not a month; write it like 2025-07."],
        [f"{path}:5", "chinese_imports_status is 'R' without a value; give both."],
        [f"{path}:7", "this is not a line of CSV (unexpected end of data); mend its quotes."],
    ]  # fmt: skip
    assert str(refusal.value).splitlines() == list(refusal.value.sentences)


def test_columns_apart_by_semicolons_are_said_to_be(tmp_path: Path) -> None:
    path = written(tmp_path, header=HEADER.replace(",", ";"))
    with pytest.raises(CustomsError, match="not as expected, ';' stands between them; they must"):
        load(path)


@pytest.mark.parametrize(
    "header",
    ["", "month,exports", HEADER + ",extra", HEADER.replace("note", "remark"), HEADER.upper()],
)
def test_other_columns_are_refused(tmp_path: Path, header: str) -> None:
    path = written(tmp_path, "2025-01,1,R,1,R,,,,", header=header)
    with pytest.raises(CustomsError, match="they must be month,chinese_exports_musd") as refusal:
        load(path)
    assert_one_sentence(refusal.value, f"{path}:1: ")


@pytest.mark.parametrize("rows", [(), ("2025-01,,,,,,,,",)])
def test_a_file_without_a_figure_is_refused(tmp_path: Path, rows: tuple[str, ...]) -> None:
    with pytest.raises(CustomsError, match="no figure") as refusal:
        own(tmp_path, *rows)
    assert_one_sentence(refusal.value, f"{tmp_path / 'own.csv'}: ")


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    latin = tmp_path / "latin.csv"
    latin.write_bytes(f"{HEADER}\n2025-01,1,R,1,R,,,,caf".encode() + b"\xe9\n")
    huge = tmp_path / "huge.csv"
    huge.write_bytes(b"a" * 5_000_001)
    empty = tmp_path / "empty.csv"
    empty.touch()
    long_name = tmp_path / ("x" * 5000)
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    for path, says in (
        (latin, "latin.csv:2: this is not UTF-8"),
        (huge, "above 5 MB"),
        (empty, "empty.csv:1: the columns"),
        (tmp_path / "none.csv", "there is no such file"),
        (tmp_path, "not an ordinary file"),
        (pipe, "not an ordinary file"),
        (long_name, "cannot be read"),
    ):
        with pytest.raises(CustomsError, match=says) as refusal:
            load(path)
        assert_one_sentence(refusal.value, str(path))


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        ("2016-12", "2025-12", "china_trade_monthly.csv: the figures begin in 2017-01"),
        ("2025-12", "2025-11", "2025-11 is before the first month 2025-12"),
        ("2025", "2025-12", "'2025' is not a month; write it like 2025-07"),
        ("2025-01", "2025-1", "'2025-1' is not a month"),
    ],
)
def test_months_that_cannot_be_given(
    series: CustomsSeries, first: str, last: str, says: str
) -> None:
    with pytest.raises(CustomsError, match=says) as refusal:
        series.filled(first, last)
    assert_one_sentence(refusal.value)


def test_empty_rows_before_the_first_figure_are_not_data(tmp_path: Path) -> None:
    series = own(tmp_path, "2025-01,,,,,,,,", "2025-02,1,R,1,R,,,,")
    with pytest.raises(CustomsError, match="own.csv: the figures begin in 2025-02"):
        series.filled("2025-01", "2025-02")


@pytest.mark.parametrize("row", ["2025-01,,,,,50,R,,", "2025-01,40,R,,,,,,", "2025-01,,,4,R,,,,"])
def test_a_file_that_never_tells_exports_from_imports(tmp_path: Path, row: str) -> None:
    with pytest.raises(CustomsError, match="nothing tells exports from imports") as refusal:
        own(tmp_path, row).filled("2025-01", "2025-01")
    assert_one_sentence(refusal.value, f"{tmp_path / 'own.csv'}: ")


def assert_one_sentence(error: CustomsError, start: str = "") -> None:
    text = str(error)
    assert text.startswith(start)
    assert text.endswith(".")
    assert "\n" not in text
    assert ". " not in text.removeprefix(start)
