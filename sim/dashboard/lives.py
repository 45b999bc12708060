"""One post's life on the page: its story, and whom its traders hear from, month by month."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..history import KEPT
from ..model.world import OVERSTAYING, POSTED, VACANT
from ..run import Replicate
from ..scenario import Scenario
from ..story import Story, tell
from ..story_figure import numbers
from ..story_words import as_text

MONTH = re.compile(r"\d{4}-\d{2}")
MOST_OTHERS = 40  # posts drawn round the one that is told of
STATUS = {
    POSTED: ("in post", "#0072B2"),
    OVERSTAYING: ("abroad without leave", "#D55E00"),
    VACANT: ("vacant", "#b9b9b9"),
}
BELIEFS = ("#fee8c8", "#fdbb84", "#fc8d59", "#e34a33", "#7f0000")  # fear of a review, rising


@dataclass(frozen=True)
class Life:
    """A story, and the world around it: ``status`` and ``belief`` of every post, (months, posts),
    ``ties``, listeners and tellers, (contacts, 2)."""

    story: Story
    months: tuple[str, ...]
    status: np.ndarray
    belief: np.ndarray
    ties: np.ndarray

    @cached_property
    def paragraphs(self) -> list[tuple[str, str]]:
        """What is told: the first month it is about, and the text. The first is the introduction,
        about no month."""
        found: list[tuple[str, str]] = []
        for text in as_text(self.story).split("\n\n")[1:]:
            month = MONTH.match(text)
            found.append((month.group() if month else "", " ".join(text.split())))
        return found

    def told(self, at: int) -> str:
        """What is told of a month: a quiet one shares its text with those before."""
        month = self.months[at]
        return [text for first, text in self.paragraphs if first and first <= month][-1]

    @cached_property
    def savings(self) -> list[float | None]:
        """Savings by month, USD; none while the post is empty."""
        column = numbers(self.story)["savings"]
        return [None if np.isnan(value) else round(float(value)) for value in column]

    @cached_property
    def circle(self) -> list[int]:
        """The post, those it hears of, and those they hear of: as many as can be told apart."""
        near = list(self.story.contacts)
        far = self.ties[np.isin(self.ties[:, 0], near), 1].tolist()
        return list(dict.fromkeys([self.story.post, *near, *far]))[: MOST_OTHERS + 1]

    def network(self, at: int, by: str, ink: str) -> dict[str, Any]:
        """The circle in a month as options of Apache ECharts, coloured by status or by belief."""
        among = set(self.circle)
        links = [
            {"source": str(teller), "target": str(listener)}
            for listener, teller in self.ties.tolist()
            if listener in among and teller in among
        ]
        nodes = [self._node(post, at, by) for post in self.circle]
        return {
            "animation": False, "aria": {"enabled": True}, "tooltip": {"confine": True},
            "series": [{
                "type": "graph", "layout": "circular", "data": nodes, "links": links,
                "circular": {"rotateLabel": True}, "zoom": 0.82,
                "label": {"show": True, "color": ink, "fontSize": 10, "position": "right"},
                "lineStyle": {"opacity": 0.35, "curveness": 0.2, "color": ink},
                "edgeSymbol": ["none", "arrow"], "edgeSymbolSize": 5,
            }],
        }  # fmt: skip

    def _node(self, post: int, at: int, by: str) -> dict[str, Any]:
        words, colour = STATUS[int(self.status[at, post])]
        if by == "belief":
            belief = float(self.belief[at, post])
            words += f", expects punishment with {belief:.0%}"
            colour = BELIEFS[min(int(belief * len(BELIEFS)), len(BELIEFS) - 1)]
            if self.status[at, post] == VACANT:
                words, colour = STATUS[VACANT]
        own = post == self.story.post
        return {
            "name": str(post), "value": words, "symbolSize": 26 if own else 14,
            "symbol": "diamond" if own else "circle",
            "itemStyle": {"color": colour, "borderColor": "#555", "borderWidth": 1},
            "tooltip": {"formatter": f"post {post}: {words}"},
        }  # fmt: skip


def life(scenario: Scenario, post: int, seed: int, replicate: int = 0) -> Life:
    """The life of a post in one replicate; raises ``NoSuchPost``."""
    course = scenario.course()
    story = tell(course, scenario.title, post, seed, replicate)
    world = Replicate(course, seed, replicate)
    ties = world.world.contacts
    ties = ties[ties["weight"] > 0]
    status, belief = [], []
    for history in world.histories(len(course.months), kept=KEPT):
        status.append(history["status"].copy())
        belief.append(history["belief"].copy())
    return Life(
        story,
        course.months,
        np.concatenate(status),
        np.concatenate(belief),
        np.stack([ties["listener"], ties["teller"]], axis=1),
    )
