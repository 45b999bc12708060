"""Sentences that stand in every report, whatever was measured."""

LIMITS = (
    "This is a model, not a forecast. It shows what follows from its rules; it does not show that "
    "the rules are all there are.",
    "The reports it starts from rest on one anonymous witness. Nobody outside knows how likely "
    "punishment is, what traders have saved or how many there are.",
    "The people it describes cannot be surveyed. What they earn, save and fear is inferred from "
    "reports, and much of it is assumed. Nothing here speaks about any real person.",
    "An interval covers chance within the model only. Another value of a setting that nobody knows "
    "can move a result further than its interval, or turn it round.",
    "Traders who leave are replaced. A figure for “traders in post” therefore follows posts, not "
    "the same people; only the curve of savings left follows people.",
    "What is remitted and what is saved in buying are different things and are not added up.",
)
WORDS = {
    "cannot_tell": "“Cannot tell” does not mean that there is no difference.",
    "brackets": "In brackets: the 95\N{NO-BREAK SPACE}% interval.",
    "intervals": (
        "Intervals say how much chance there is in the model’s own runs. They do not say how far "
        "the model is from the world; what it rests on and its limits are told below."
    ),
    "no_finding": (
        "No source gives their sizes, so what follows from them is no finding about the world."
    ),
    "not_measured": (
        "Whether the model reproduces patterns known from the world was not measured with this "
        "result. So nothing here says that the model fits the world: the numbers show what follows "
        "from its rules and settings, and no more."
    ),
    "from_python": (
        "The study was written from Python, so no command makes it again; the scenarios as they "
        "were run lie in the folder scenarios."
    ),
    "again": (
        "The same scenarios and seed give the same numbers, whatever the number of threads. In the "
        "folder that holds this report, the first of these looks whether any file was altered, the "
        "second lives a replicate anew and compares it to the last bit:"
    ),
}
NUMBERS = {True: "Levels", False: "Every difference, with how sure it is"}
MEANS = {  # of one scenario, of several
    True: "Means over replicates.",
    False: (
        "Means over replicates. Both scenarios of a pair run on the same luck, so the difference "
        "between them is the policy’s."
    ),
}
# What a column of the table of differences means, by its heading.
COLUMNS = {
    "Reading": (
        "What the row allows to say. “Cannot tell”: the interval contains zero, so either may be "
        "higher. “Perhaps”: the interval leaves zero out, but p does not stay below 0.05 once "
        "corrected. “Small, if any”: the interval contains zero and is so narrow that a difference "
        "would be small. “Too few replicates”: there is no interval."
    ),
    "Bootstrap interval": (
        "A second 95\N{NO-BREAK SPACE}% interval, from resampling replicates. Where it is much "
        "unlike the first, neither should be leaned on."
    ),
    "Relative change": (
        "The difference as a share of the first scenario’s mean, with its 95\N{NO-BREAK SPACE}% "
        "interval; missing where that mean is not told from zero."
    ),
    "Higher in": (
        "In how many replicates the second scenario has the higher value, on the same luck; a tie "
        "counts half. Half of all would be a toss-up."
    ),
    "p, corrected": (
        "Of the paired t test, by Holm’s method for having asked about all rows of this report at "
        "once: the chance of even one false alarm among them stays below the level."
    ),
    "Variance saved": "By how much shared luck lowered the variance of the difference.",
    "Precise enough": "Whether the interval is narrow enough for what was asked.",
}
