"""One page for a reader who does not program: the answer, how sure it is, what it rests on.

`report.html` is a single file without scripts and without a single request to the network;
`report.md` says the same in plain Markdown, with links to the figures.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sim.commit import in_words
from sim.drawing import Picture, Study, assumption, month_name, month_number
from sim.painting import png_bytes
from sim.plots import drawable
from sim.report_changes import changed, months_named
from sim.report_numbers import figures as figures
from sim.report_sentences import LIMITS, MEANS, NUMBERS, WORDS
from sim.report_tables import (
    coverage_table,
    effect_tables,
    explained,
    grounds_table,
    level_table,
    levels,
    settings_sentence,
)
from sim.report_words import answer, correction, levels_said, listed, printed

# Under which heading a figure stands; one that is not named here comes last, under MORE.
HEADINGS = {
    "effects_forest": "At a glance",
    "contributions": "At a glance",
    "savings_over_time": "Traders’ savings",
    "savings_spent": "Traders’ savings",
    "times_survival": "Traders’ savings",
    "quota_from_savings": "Traders’ savings",
    "quota_sources": "Traders’ savings",
    "repatriation": "Coming home",
    "times_incidence": "Coming home",
    "beliefs": "Coming home",
    "prices": "What the state gets",
    "price_quality": "What the state gets",
    "state_revenue": "What the state gets",
    "flows": "What the state gets",
    "imports": "Trade",
}
MORE = "More"


def write_report(
    study: Study,
    effects: pd.DataFrame,
    folder: Path,
    *,
    title: str,
    question: str,
    changes: Sequence[str],
    data_sentence: str,
    coverage: Mapping[str, int],
    command: str,
    pictures: Mapping[str, Picture] | None = None,
    not_drawn: Mapping[str, str] | None = None,
    inert: Sequence[str] = (),
    grounds: Sequence[Mapping[str, str]] = (),
    validity: Sequence[str] = (),
    manifest: Mapping[str, Any] | None = None,
) -> Path:
    """Write `report.html` and `report.md` into `folder`; returns the path of the first. The same
    input, the same bytes.

    `changes` are plain sentences on what was changed, `data_sentence` says which months rest on
    customs data, `coverage` counts the base's settings by grade of their source, `command` makes
    the study again. `pictures` are the figures if already drawn, else they are drawn here;
    `not_drawn` gives the reason for each that could not be. `inert` are sentences on what was set
    and changed nothing; `grounds` are rows name, scenario, source, grade of the settings that
    differ; `validity` are sentences on patterns of the world that the model meets or misses;
    `manifest` is that of the result: its rules, versions and commit are told.
    """
    drawn = pictures
    if drawn is None:
        drawn = {name: draw(study) for name, draw in drawable(study).items()}
    alone = len(study.titles) == 1
    known = levels(study) if alone else []
    titles = list(study.titles.values())
    about = {
        "title": title,
        "scenarios": titles,
        "about": about_line(study),
        "question": printed(question),
        "changes": changed(changes, titles),
        "inert": list(inert),
        "answer": levels_said(known) if alone else answer(effects, study.titles),
        "alone": alone,
        "correction": correction(effects),
        "failed": failed_sentence(study.failed),
        "assumption": assumption(study.assumed),
        "assumed": {study.titles[name]: each for name, each in study.assumed.items() if each},
        "figures": grouped(drawn),
        "not_drawn": dict(not_drawn or {}),
        "tables": level_table(known, study) if alone else effect_tables(effects, study),
        "columns": explained(effects, alone),
        "words": WORDS | {"means": MEANS[alone], "numbers": NUMBERS[alone]},
        "limits": LIMITS,
        "coverage": coverage_table(coverage, titles[0]),
        "settings_sentence": settings_sentence(coverage),
        "data_sentence": months_named(data_sentence),
        "grounds": grounds_table(grounds),
        "validity": list(validity),
        "command": " ".join(command.split()) if command.startswith("trader-sim") else "",
        "seed": study.seed,
        "made": made_with(manifest or {}),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("report.md", "report.html"):
        path = folder / name
        path.write_text(rendered(name, about), encoding="utf-8", newline="\n")
    return path


def rendered(name: str, about: Mapping[str, Any]) -> str:
    """A page from its template among ``templates/``."""
    house = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=name.endswith(".html"), undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    house.filters |= {"plain": plain, "png": png_source, "without": str.removesuffix}
    return house.get_template(name).render(about)


def title_of(titles: Sequence[str]) -> str:
    """'Tight control against Quota relief and Keep margin'."""
    base, *others = titles
    return f"{base} against {listed(others)}" if others else base


def about_line(study: Study) -> str:
    """What the page is, in a line: scenarios, months, replicates, seed, when the change comes."""
    count, runs = len(study.titles), study.replicate_count
    first, last = (month_name(month_number(study.months[at])) for at in (0, -1))
    parts = [
        f"{count} scenario{'s' * (count > 1)}, {len(study.months)} months ({first} to {last})",
        f"{runs:,} replicate{'s' * (runs != 1)} of each, seed {study.seed}",
        f"{study.posts:,} simulated posts",
    ]
    if study.change_month:
        parts.append(f"they differ from {month_name(month_number(study.change_month))} on")
    return f"A simulation: {'; '.join(parts)}."


def failed_sentence(failed: int) -> str:
    """Nothing if every run finished."""
    if not failed:
        return ""
    return (
        f"{failed} run{' did' if failed == 1 else 's did'} not finish and "
        f"{'is' if failed == 1 else 'are'} left out."
    )


def made_with(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What somebody needs who makes the result again, name and value."""
    told = {
        "Rules": manifest.get("rules", ""),
        "Commit": in_words(manifest.get("commit")),
        "Versions": listed([f"{k} {v}" for k, v in manifest.get("versions", {}).items()]),
        "Python": manifest.get("python", ""),
    }
    return [(name, value) for name, value in told.items() if value]


# ------------------------------------------------------------------------------------ the figures


def grouped(pictures: Mapping[str, Picture]) -> list[tuple[str, list[tuple[str, Picture]]]]:
    """Figures with their names under their headings, in the order of ``HEADINGS``."""
    order = [*dict.fromkeys(HEADINGS.values()), MORE]
    groups: dict[str, list[tuple[str, Picture]]] = {heading: [] for heading in order}
    for name, picture in pictures.items():
        groups[HEADINGS.get(name, MORE)].append((name, picture))
    return [(heading, some) for heading, some in groups.items() if some]


def png_source(picture: Picture) -> str:
    """A figure as an image inside the page: a third the size of its SVG."""
    return f"data:image/png;base64,{base64.b64encode(png_bytes(picture)).decode('ascii')}"


def plain(text: object) -> str:
    """Words that Markdown shall print as they are, on one line."""
    return re.sub(r"([\\`*_{}\[\]<>#|&~$])", r"\\\1", " ".join(str(text).split()))
