"""Figures of lesson 03: what the accuracy of a reward model shows of effort, and what it hides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from annolib import datasets
from annolib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, RED, canvas, describe
from annolib.reward import (
    FEATURES,
    HeldOutAccuracy,
    degradation_study,
    fit_reward_model,
    gaussian_logits,
    label_worth,
    name_columns,
)
from annolib.validation import whole, within

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_YARDSTICKS = (
    ("majority", "majorities of the labels as they were", GREEN, "-", "s"),
    ("as_they_were", "labels as they were", BLUE, "-", "o"),
    ("degraded", "labels degraded like the training labels", ORANGE, "--", "^"),
)


def three_yardsticks(study=None) -> Figure:
    """Accuracy of reward models trained on degraded labels, against three kinds of test labels.

    Parameters
    ----------
    study : pandas.DataFrame, optional
        As `annolib.reward.degradation_study` gives it; by default made from `llmfao-features` with 20 splits.

    Examples
    --------
    >>> three_yardsticks().description.split(". ")[0]
    'Held-out accuracy of reward models against the effort put on top of their training labels, mean of 20 splits'
    """
    study = _study(("counts",), splits=20)["counts"] if study is None else study
    mean, spread = (getattr(study.groupby("effort"), how)().drop(columns="split") for how in ("mean", "std"))
    figure, axes = canvas(height=4.2)
    sentences = []
    for column, name, colour, style, marker in _YARDSTICKS:
        axes.fill_between(
            mean.index,
            mean[column] - spread[column],
            mean[column] + spread[column],
            color=colour,
            alpha=0.15,
            linewidth=0,
        )
        axes.plot(
            mean.index, mean[column], color=colour, linestyle=style, marker=marker, linewidth=2, label=name
        )
        listed = ", ".join(f"{value:.3f} at {effort:g}" for effort, value in mean[column][::-1].items())
        sentences.append(f"Against {name}: {listed}.")
    axes.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1))
    low = min(0.5, float((mean - spread).min().min()))
    axes.set(
        ylim=(low - 0.01, float((mean + spread).max().max()) + 0.01),
        xlabel="effort put on top of the training labels",
        ylabel="share of held-out labels that agree",
    )
    axes.invert_xaxis()
    figure.suptitle("Where careless labels are coins, only noisy test labels see them", fontsize=12)
    return describe(
        figure,
        "Held-out accuracy of reward models against the effort put on top of their training labels, mean of "
        f"{study['split'].nunique()} splits.",
        *sentences,
    )


def shrunken_weights(effort=0.4) -> Figure:
    """Weights fitted to degraded real labels, against those of the labels as they were: shorter, not turned.

    The degraded counts are the expected ones, so nothing here is luck of the coin: one throw turns the arrow further.

    Parameters
    ----------
    effort : float
        Effort put on top of the labels of llmfao, in (0, 1].

    Examples
    --------
    >>> shrunken_weights(0.4).description.split(". ")[0]
    'Eight weights fitted to labels of effort 0.40 put on top, against those fitted to the labels as they were'
    """
    effort = float(within("effort", effort, 1e-6, 1, "At effort 0 nothing is left to fit."))
    table = datasets.load("llmfao-features")
    stays = (1 + effort) / 2
    left = stays * table.left + (1 - stays) * table.right
    fits = [
        fit_reward_model(table[list(FEATURES)], one, table.left + table.right - one, side=False)
        for one in (table.left, left)
    ]
    (x, y), errors = (fit.weights for fit in fits), fits[1].standard_errors
    slope = float(x @ y / (x @ x))
    cosine = float(x @ y / np.linalg.norm(x) / np.linalg.norm(y))
    figure, axes = canvas(height=4.2)
    ends = np.array([x.min() - 0.1, x.max() + 0.1])
    axes.plot(ends, ends, color=GREY, linestyle=":", linewidth=1.4, label="unchanged")
    axes.plot(
        ends, slope * ends, color=ORANGE, linestyle="--", linewidth=1.8, label=f"{slope:.2f} times as long"
    )
    axes.errorbar(
        x, y, 2 * errors, color=BLUE, fmt="o", markersize=6, elinewidth=1, label="±2 standard errors"
    )
    side = 0
    for place in np.argsort(x):
        if abs(x[place]) > 0.12 * np.abs(x).max():
            side = 1 - side
            up = 12 if x[place] < 0 and side else -14
            axes.annotate(
                FEATURES[place],
                (x[place], y[place] + (2 if up > 0 else -2) * errors[place]),
                xytext=(0, 5 if up > 0 else -12),
                textcoords="offset points",
                ha="center",
                fontsize=9,
            )
    axes.legend(frameon=False, fontsize=9, loc="upper left")
    low, high = float((y - 2 * errors).min()), float((y + 2 * errors).max())
    axes.set(
        ylim=(min(low, ends[0]) - 0.18, max(high, ends[1]) + 0.18),
        xlabel="weight, labels as they were (logits)",
        ylabel=f"weight, effort {effort:.2f} on top",
        title="Shorter, but hardly turned",
    )
    names = ", ".join(f"{name} {a:.2f} and {b:.2f}" for name, a, b in zip(FEATURES, x, y, strict=True))
    return describe(
        figure,
        f"Eight weights fitted to labels of effort {effort:.2f} put on top, against those fitted to the labels as "
        "they were.",
        f"They lie near a line through 0 with slope {slope:.2f}; the cosine of the angle between the two is {cosine:.4f}.",
        f"As they were and degraded: {names}.",
    )


def worth_of_labels(effort=0.6, logit_sd=1.0) -> Figure:
    """How many attentive labels a label is worth for training, against its effort.

    Parameters
    ----------
    effort : float
        A point to mark, in [0, 1].
    logit_sd : float
        Standard deviation of the true logits: how decided people are.

    Examples
    --------
    >>> worth_of_labels(effort=0.6, logit_sd=1).description.split(". ")[1]
    'Marked: at effort 0.60 a label is worth 0.317 attentive labels, so it takes 3.15 of them to replace one.'
    """
    effort = float(within("effort", effort, 0, 1, "Effort is a share."))
    grid = np.linspace(0, 1, 101)
    worth, marked = label_worth(grid, logit_sd), float(label_worth(effort, logit_sd))
    figure, axes = canvas(height=4)
    axes.plot(grid, grid, color=GREY, linestyle=":", linewidth=1.4, label="in proportion to effort")
    axes.plot(grid, grid**2, color=ORANGE, linestyle="--", linewidth=1.8, label="torn items: η²")
    axes.plot(grid, worth, color=BLUE, linewidth=2.2, label=f"logits of standard deviation {logit_sd:.1f}")
    axes.plot([effort], [marked], "o", color=RED, markersize=9, zorder=3, clip_on=False)
    axes.legend(frameon=False, fontsize=9, loc="upper left")
    axes.set(
        xlim=(0, 1),
        ylim=(0, 1),
        xlabel="effort η behind the label",
        ylabel="worth, in attentive labels",
        title=f"One label of effort {effort:.2f} is worth {marked:.2f} attentive ones",
    )
    needed = (
        f"it takes {1 / marked:.2f} of them to replace one"
        if marked > 0
        else "no number of them replaces one"
    )
    return describe(
        figure,
        f"Worth of a training label against its effort, for true logits of standard deviation {logit_sd:.1f}: a "
        "curve from 0 to 1 below the square of effort.",
        f"Marked: at effort {effort:.2f} a label is worth {marked:.3f} attentive labels, so {needed}.",
    )


def pairs_to_tell(labels=10_000, logit_sd=1.0) -> Figure:
    """How many observations tell effort .6 from 1, by what is observed.

    Parameters
    ----------
    labels : int
        Training labels of the reward model, with 20 features.
    logit_sd : float
        Standard deviation of the true logits, for the model and for the repeats.

    Examples
    --------
    >>> pairs_to_tell().description.split(": ")[1]
    'held-out pairs against attentive labels 516,694, repeats of the same items 687, held-out pairs against the \
true order 646, held-out pairs against labels of the same effort 397.'
    """
    from annolib import SelfConsistency, bradley_terry, item_strength, plan_checks

    labels = int(whole("labels", labels, 40, "Count the training labels."))
    kappa = item_strength(bradley_terry(gaussian_logits(logit_sd)))
    monitors = {
        "held-out pairs against labels of the same effort": HeldOutAccuracy(
            labels, "degraded", logit_sd=logit_sd
        ),
        "held-out pairs against the true order": HeldOutAccuracy(labels, "order", logit_sd=logit_sd),
        "repeats of the same items": SelfConsistency(kappa),
        "held-out pairs against attentive labels": HeldOutAccuracy(labels, "attentive", logit_sd=logit_sd),
    }
    needed = {name: plan_checks(monitor, 0.6, 1).first for name, monitor in monitors.items()}
    needed = dict(sorted(needed.items(), key=lambda entry: entry[1]))
    figure, axes = canvas(width=7.4, height=3.2)
    colours = [GREEN if name.startswith("repeats") else BLUE for name in needed]
    axes.barh(range(len(needed)), list(needed.values()), color=colours, alpha=0.75, height=0.6)
    for place, count in enumerate(needed.values()):
        axes.text(count * 1.15, place, f"{count:,}", va="center", fontsize=9, color=INK)
    axes.set_yticks(
        range(len(needed)), [name.replace(" against ", "\nagainst ") for name in needed], fontsize=9
    )
    axes.set(
        xscale="log",
        xlim=(10, max(needed.values()) * 8),
        xlabel="observations, to tell effort .6 from 1 (5% and 90%)",
        ylabel="what is observed",
        title="Attentive labels make the model a slow witness",
    )
    listed = ", ".join(f"{name} {count:,}" for name, count in reversed(needed.items()))
    return describe(
        figure,
        f"Observations that tell effort .6 from 1 with level 5% and power 90%, after {labels:,} training labels and "
        f"with logits of standard deviation {logit_sd:g}: {listed}.",
    )


def one_accuracy_many_efforts(accuracy=0.6, references=None) -> Figure:
    """The efforts that one accuracy against noisy labels stands for, by what attentive labels would give.

    Parameters
    ----------
    accuracy : float
        Share of held-out noisy labels that the model agrees with, in [½, 1].
    references : dict of str to float, optional
        For each model its accuracy if every label were attentive, in (½, 1]; by default that of three models of
        llmfao against its labels as they are.

    Examples
    --------
    >>> one_accuracy_many_efforts(0.6, {"weak": 0.6, "strong": 0.75}).description.split(". ")[1]
    'An accuracy of 0.600 stands for effort 1.00 (weak), 0.40 (strong).'
    """
    accuracy = float(within("accuracy", accuracy, 0.5, 1, "A model below ½ is used the wrong way round."))
    if references is None:
        studies = _study(("words alone", "counts", "counts and models"), splits=10, efforts=(1,))
        references = {name: float(study.degraded.mean()) for name, study in studies.items()}
    grid = np.array([0.0, 1.0])
    figure, axes = canvas(height=4.2)
    styles = zip((ORANGE, BLUE, GREEN, RED), ("--", "-", "-.", ":"), ("^", "o", "s", "D"), strict=True)
    read = {}
    for (name, reference), (colour, style, marker) in zip(references.items(), styles, strict=False):
        axes.plot(
            grid,
            0.5 + grid * (reference - 0.5),
            color=colour,
            linestyle=style,
            linewidth=2,
            label=f"{name}, a = {reference:.2f}",
        )
        effort = (accuracy - 0.5) / (reference - 0.5)
        read[name] = f"{effort:.2f}" if effort <= 1 else "none"
        if effort <= 1:
            axes.plot(
                [effort], [accuracy], marker=marker, color=colour, markersize=9, zorder=3, clip_on=False
            )
    axes.axhline(accuracy, color=INK, linewidth=1.2, linestyle=":")
    axes.legend(frameon=False, fontsize=9, loc="upper left")
    top = max(accuracy, *references.values())
    axes.set(
        xlim=(0, 1),
        ylim=(0.49, top + 0.04),
        xlabel="effort η of all labels",
        ylabel="share of noisy held-out labels that agree",
        title=f"An accuracy of {accuracy:.2f} is not one effort",
    )
    listed = ", ".join(f"{effort} ({name})" for name, effort in read.items())
    return describe(
        figure,
        "Agreement with equally noisy labels against effort: straight lines from one half, one for each model.",
        f"An accuracy of {accuracy:.3f} stands for effort {listed}.",
    )


def _study(names, splits, efforts=(1.0, 0.8, 0.6, 0.4, 0.2)):
    """Degradation studies of models of llmfao, by name."""
    import pandas as pd

    table = datasets.load("llmfao-features")
    counts = table[list(FEATURES)]
    designs = {
        "words alone": lambda: counts[["words"]],
        "counts": lambda: counts,
        "counts and models": lambda: pd.concat(
            [counts, name_columns(table.left_model, table.right_model)], axis=1
        ),
    }
    return {
        name: degradation_study(designs[name](), table.left, table.right, table.task, efforts, splits, rng=3)
        for name in names
    }
