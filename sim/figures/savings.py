"""What traders have saved, and when it runs out."""

from matplotlib.lines import Line2D

from sim.drawing import (
    GREY,
    THIN,
    Picture,
    Study,
    canvas,
    columns_for,
    dollars,
    finish,
    month_number,
    percent,
    short,
    styled,
)
from sim.figures.over_time import means, over_time, time_panel


@styled
def savings_over_time(study: Study) -> Picture:
    """Median savings of the traders in post, and the range of the middle 80 % of them."""
    median, low, high = (means(study, f"savings_{q}", "savings") for q in ("median", "p10", "p90"))
    data = median.assign(low=low["value"], high=high["value"])
    scenarios, titles = list(study.titles), list(study.titles.values())
    keys = [Line2D([], [], color=GREY, label="median trader")]
    if len(titles) > 1:
        keys.append(Line2D([], [], label=f"median under {short(titles[0], 30)}", **THIN))
    picture, axes = canvas(
        "What traders abroad have saved", "US dollars per trader in post", titles,
        columns_for(len(titles)), keys,        "10–90 % of traders",
    )  # fmt: skip
    base = data[data["scenario"] == scenarios[0]]
    for ax, scenario in zip(axes, scenarios, strict=True):
        time_panel(ax, study, data[data["scenario"] == scenario], dollars)
        if scenario != scenarios[0]:
            ax.plot(base["month"].map(month_number) + 0.5, base["value"], **THIN)
    axes[0].set_ylim(bottom=0)
    return finish(picture, study, data)


@styled
def savings_spent(study: Study) -> Picture:
    """Share of traders whose savings are spent; ``times_survival`` tells how long they last."""
    rows = means(study, "spent_share", "savings spent")
    about = "Share of traders in post whose savings are spent, by month"
    return over_time(study, "When traders’ savings run out", about, [rows], percent)
