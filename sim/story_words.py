"""A story in words that somebody who knows the articles, and no code, can follow."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from dataclasses import fields
from itertools import groupby

from .model.settings import Levers
from .model.world import (
    BANISHED,
    CALLED_HOME,
    CALLED_TO_REVIEW,
    CAME_BACK,
    CAME_HOME,
    CAUGHT,
    CLEARED,
    DEFECT,
    DEFECTED,
    GO_HOME,
    GONE,
    NOT_HEARD_OF,
    OVERSTAY,
    OVERSTAYING,
    POSTED,
    PUNISHED,
    REEDUCATED,
    STAY,
    VACANT,
    WORSE,
)
from .story import Chapter, News, Story
from .story_deals import earns, number, pays, plural, trades, usd

WIDTH, INDENT = 96, " " * 9
CHOICES = {STAY: "stays", GO_HOME: "goes home", OVERSTAY: "overstays", DEFECT: "defects"}
VERDICTS = {
    REEDUCATED: "re-education",
    BANISHED: "banishment to the provinces",
    WORSE: "worse than banishment",
}


def as_text(story: Story) -> str:
    """The whole life, to be read on a terminal."""
    return "\n".join(_lines(story))


def _lines(story: Story) -> Iterator[str]:
    first = story.chapters[0]
    official = "a late one" if first.trader.monitor_late else "a prompt one"
    contacts = ", ".join(map(str, story.contacts)) or "nobody"
    yield f"{story.title}: post {story.post} (replicate {story.replicate}, seed {story.seed})"
    yield ""
    yield from _wrapped(
        f"Buys {story.good} for company {first.trader.company}, of tier {first.company.tier} with "
        f"{first.company.posts} {plural(first.company.posts, 'post')}. The official who approves "
        f"plans here is {official}. Hears of the posts {contacts}. Prices are relative to the "
        "reference price (1.00); quality is in standard deviations, 0 is average.",
        "",
    )
    for kind, chapters in groupby(story.chapters, key=_quiet):
        held = list(chapters)
        if kind and len(held) > 1:
            yield from _wrapped(_stretch(kind, held), f"\n{held[0].month} to {held[-1].month}  ")
        else:
            for chapter in held:
                yield from _month(chapter)


def _quiet(chapter: Chapter) -> str:
    """Months in which one thing goes on and nothing else happens are told together."""
    trader, before = chapter.trader, chapter.before
    if chapter.empty:
        return "vacant"
    if chapter.hiding and not trader.choice and bool(before.spent) == bool(trader.spent):
        return "overstaying" if not chapter.news else ""
    return ""


def _stretch(kind: str, chapters: list[Chapter]) -> str:
    if kind == "vacant":
        return "The post is empty."
    first, last = chapters[0].before.savings, chapters[-1].trader.savings
    return (
        "Lives abroad without permission; the post is blocked, there is no trade and no quota. "
        f"Savings {usd(first)} → {usd(last)}."
    )


def _month(chapter: Chapter) -> Iterator[str]:
    """A month's paragraphs, each on lines of its own."""
    said = [tell(chapter) for tell in _paragraphs(chapter)]
    label = f"\n{chapter.month}  "
    for words in filter(None, said):
        yield from _wrapped(words, label)
        label = INDENT


def _paragraphs(chapter: Chapter) -> tuple[Callable[[Chapter], str], ...]:
    if chapter.before.status == VACANT:
        return (_arrives,)
    if chapter.before.status == OVERSTAYING:
        return _in_hiding, _weighs, _ends, _hears
    first_of_all = chapter.trader.began <= 0 and chapter.today.month == 0
    introduced = (_introduced,) if first_of_all else ()
    return *introduced, _policy, trades, earns, pays, _watched, _called, _weighs, _ends, _hears


# --------------------------------------------------------------------------------- coming and going


def _introduced(chapter: Chapter) -> str:
    trader = chapter.before
    months = trader.months_posted
    return (
        f"{_who(chapter)} has been in post for {months} {plural(months, 'month')}, with "
        f"{usd(trader.savings)} of his own."
    )


def _policy(chapter: Chapter) -> str:
    """Levers that were moved this month, or of which it became known that they will be."""
    moved, known = [], []
    for entry in fields(Levers):
        name = entry.name.replace("_", " ")
        before, now = (
            getattr(chapter.levers_before, entry.name),
            getattr(chapter.levers, entry.name),
        )
        if now != before:
            moved.append(f"{name} {number(before)} → {number(now)}")
        coming = getattr(chapter.announced, entry.name)
        if coming != now and coming != getattr(chapter.announced_before, entry.name):
            known.append(f"{name} {number(now)} → {number(coming)}")
    said = [f"Pyongyang's policy moves: {'; '.join(moved)}."] if moved else []
    said += [f"Pyongyang announces for later: {'; '.join(known)}."] if known else []
    return " ".join(said)


def _who(chapter: Chapter) -> str:
    """An occupant by number, with or without family at home."""
    family = "his family at home" if chapter.trader.has_family else "no family at home"
    return f"Occupant {chapter.trader.occupant + 1}, with {family},"


def _arrives(chapter: Chapter) -> str:
    if chapter.trader.status == VACANT:
        return "The post is empty."
    trader = chapter.trader
    return (
        f"{_who(chapter)} arrives with {usd(trader.brought)} and little experience "
        f"({trader.experience:.2f} of 1). He reckons with {usd(trader.net_flow)} a month."
    )


def _in_hiding(chapter: Chapter) -> str:
    trader = chapter.trader
    lived = f"Abroad without permission, he lives on {usd(trader.living_paid)} of his savings"
    left = f"; {usd(chapter.before.savings - trader.living_paid)} are left."
    return lived + left


# ----------------------------------------------------------------------- being watched, and leaving


def _watched(chapter: Chapter) -> str:
    trader = chapter.trader
    said = []
    if trader.observed:
        contacts = f"{trader.observed} {plural(trader.observed, 'contact')} with suppliers"
        was = "was observed and is" if trader.observed == 1 else "were observed and are"
        said.append(f"{contacts} {was} held against him.")
    if trader.detected:
        said.append(
            f"The hidden margin is found out: he gives it back with a fine, "
            f"{usd(trader.fine_paid)} in all."
        )
    return " ".join(said)


def _called(chapter: Chapter) -> str:
    trader, levers = chapter.trader, chapter.levers
    if trader.called == CALLED_TO_REVIEW:
        return "He is called to a review in Pyongyang."
    if trader.called == CALLED_HOME:
        over = trader.months_posted >= levers.term_months and not trader.detected
        why = f"his term of {levers.term_months} months is over" if over else "for what was found"
        return f"He is called home for good: {why}."
    return ""


def _weighs(chapter: Chapter) -> str:
    """The four ways with their values, and the one taken."""
    trader = chapter.trader
    if not trader.choice:
        return ""
    values = {"overstaying": trader.value_overstay, "defecting": trader.value_defect}
    if chapter.before.status == POSTED and trader.called != CALLED_HOME:
        obeying = trader.called == CALLED_TO_REVIEW
        way = "obeying the call and coming back if cleared" if obeying else "staying"
        values = {way: trader.value_stay} | values
    told = ", ".join(f"{name} {usd(value, with_sign=True)}" for name, value in values.items())
    chosen = CHOICES[trader.choice]
    if trader.choice == STAY and trader.called == CALLED_TO_REVIEW:
        chosen = "obeys"
    if trader.choice == OVERSTAY and chapter.before.status == OVERSTAYING:
        chosen = "goes on overstaying"
    return (
        f"Expecting punishment with a chance of {trader.belief:.0%}, he weighs his ways against "
        f"going home at once (0 $): {told}. With what else sways him (± "
        f"{chapter.surroundings.choice_noise_usd:,.0f} $ or so) he {chosen}."
    )


def _ends(chapter: Chapter) -> str:
    """Review, verdict, and how a posting ended."""
    trader = chapter.trader
    said = []
    if trader.bribe_paid >= 0.5:
        said.append(f"Those who review him take {usd(trader.bribe_paid)}.")
    if trader.verdict == CLEARED:
        back = " and lets him go back to his post" if trader.left != CAME_HOME else ""
        said.append(f"The review clears him{back}.")
    elif trader.verdict:
        said.append(f"The review ends in punishment: {VERDICTS[trader.verdict]}.")
    ended = {
        PUNISHED: "He does not come back.",
        CAME_HOME: f"He is home, with {usd(trader.taken_away)}.",
        CAUGHT: "He is caught, sent back and punished.",
        DEFECTED: "He is gone for good, and his savings with him."
        + (" His family stays behind." if trader.has_family else ""),
    }
    if trader.left:
        said.append(ended[trader.left])
    return " ".join(said)


def _hears(chapter: Chapter) -> str:
    """News of others at the end of the month, and where belief stands."""
    if not chapter.news or chapter.trader.status == VACANT:
        return ""
    told = "; ".join(_news(each) for each in chapter.news)
    return f"He hears: {told}. So far he has expected punishment at {chapter.trader.belief:.0%}."


def _news(news: News) -> str:
    what = {
        GONE: "was punished",
        CAME_BACK: "is back from a review, cleared",
        NOT_HEARD_OF: "went home and has not been heard of since",
    }[news.news]
    who = "the colleague" if news.colleague else "the trader"
    return f"{who} at post {news.post} {what}"


def _wrapped(words: str, label: str) -> list[str]:
    blank = [""] if label.startswith("\n") else []
    label = label.lstrip("\n")
    return blank + textwrap.wrap(
        words, WIDTH, initial_indent=label, subsequent_indent=" " * min(len(label), len(INDENT))
    )
