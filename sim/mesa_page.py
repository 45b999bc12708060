"""The plain carrier in Mesa's own page, to play, step and reset:

    solara run sim.mesa_page

needs the extra ``app``. What is shown is one replicate of the model as Mesa agents, month by month:
every post as a mark, coloured by what has become of its trader, and two lines over time.
"""

from __future__ import annotations

import numpy as np
import solara
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from mesa import DataCollector
from mesa.visualization import SolaraViz, make_plot_component
from mesa.visualization.utils import update_counter

from .dashboard.lives import STATUS
from .mesa_model import TraderModel
from .model.world import POSTED
from .scenario import load, shipped

ACROSS = 20  # posts in a line


class SeenModel(TraderModel):
    """A model that can be made from what sliders say, and collects what is drawn."""

    def __init__(self, scenario: str = "tight_control", posts: int = 200, seed: int = 1) -> None:
        """``scenario`` is a shipped one, ``posts`` how many are simulated."""
        course = load(scenario, [f"cohort.posts={posts}"]).course()
        super().__init__(course, seed=seed)
        self.datacollector = DataCollector(
            {"median savings, USD": median_savings, "in post": in_post}
        )
        self.datacollector.collect(self)

    def step(self) -> None:
        """A month, as long as there are months left."""
        if self.months_lived < len(self.course.months):
            super().step()
            self.datacollector.collect(self)
        else:
            self.running = False


def median_savings(model: TraderModel) -> float:
    """Of traders in post, USD."""
    return float(
        np.median([each.savings for each in model.traders if each.status == POSTED] or [0])
    )


def in_post(model: TraderModel) -> int:
    """How many traders are in post."""
    return sum(each.status == POSTED for each in model.traders)


@solara.component
def Posts(model: TraderModel) -> None:  # noqa: N802 - a component of Solara
    """Every post as a mark; the darker, the more its trader has saved."""
    update_counter.get()
    figure = Figure(figsize=(6, 4))
    axes = figure.subplots()
    for status, (words, colour) in STATUS.items():
        places = [k for k, each in enumerate(model.traders) if each.status == status]
        x, y = [k % ACROSS for k in places], [k // ACROSS for k in places]
        saved = [min(model.traders[k].savings / 60_000, 1.0) for k in places]
        shades = [0.25 + 0.75 * max(each, 0.0) for each in saved]
        colours = [to_rgba(colour, shade) for shade in shades]
        axes.scatter(x, y, s=60, color=colours or colour, label=words)
    axes.invert_yaxis()
    axes.set_axis_off()
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=3, frameon=False)
    month = model.course.months[max(model.months_lived - 1, 0)]
    axes.set_title(f"{'End' if model.months_lived else 'Beginning'} of {month}", loc="left")
    solara.FigureMatplotlib(figure)


page = SolaraViz(
    SeenModel(),
    components=[
        Posts,
        make_plot_component("median savings, USD"),
        make_plot_component("in post"),
    ],
    model_params={
        "scenario": {
            "type": "Select", "value": "tight_control", "values": shipped(), "label": "Scenario",
        },
        "posts": {
            "type": "SliderInt", "value": 200, "min": 20, "max": 500, "step": 20, "label": "Posts",
        },
        "seed": {
            "type": "SliderInt", "value": 1, "min": 1, "max": 100, "step": 1, "label": "Seed",
        },
    },
    name="trader-sim",
)  # fmt: skip
