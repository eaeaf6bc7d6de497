"""Lesson 07: audit a real crowd."""

from __future__ import annotations

from math import lgamma, log

import numpy as np
import pandas as pd

from annolib.annotators.gaming import HONEST, gaming_table, mix_designs
from annolib.auditing.golden_questions import golden_checks
from annolib.course.definitions import (
    Case,
    Exercise,
    LessonDefinition,
    Mistake,
    Property,
    Question,
    Rubric,
    Variant,
    between,
)
from annolib.planning.check_mix import ABOVE, BELOW, alarm_chance, alarm_line

_THIRD = 1 / 3


def _votes(first=0, second=0, tie=0):
    return {"first": first, "second": second, "tie": tie}


def _golden_answer(votes, own, least, share):
    others = {answer: int(count) - (answer == own) for answer, count in votes.items()}
    asked, best = sum(others.values()), max(others, key=others.get)
    sure = asked >= max(least, 1) and others[best] >= share * asked - 1e-9
    return best if sure and best != "tie" else ""


def _golden_answer_by_table(votes, own, least, share):
    """A table with a row for each voter, the person checked first; then the library."""
    said = [own] + [answer for answer, count in votes.items() for _ in range(int(count) - (answer == own))]
    label = [{"first": "left", "second": "right"}.get(answer, "tie") for answer in said]
    table = pd.DataFrame({"task": "i", "worker": np.arange(len(said)), "label": label})
    checks = golden_checks(table, least, share).to_frame()
    return next(iter(checks.answer[checks.worker == 0]), "")


def _all_votes(votes, own, least, share, adjust=0):
    asked, best = sum(votes.values()) - adjust, max(votes, key=votes.get)
    return best if asked >= least and votes[best] >= share * sum(votes.values()) and best != "tie" else ""


def _own_in_the_best(votes, own, least, share):
    asked, best = sum(votes.values()) - 1, max(votes, key=votes.get)
    return best if asked >= least and votes[best] >= share * asked and best != "tie" else ""


def _strictly(votes, own, least, share):
    others = votes | {own: votes[own] - 1}
    asked, best = sum(others.values()), max(others, key=others.get)
    return best if asked >= least and others[best] > share * asked and best != "tie" else ""


def _own_in_the_whole(votes, own, least, share):
    others = votes | {own: votes[own] - 1}
    asked, best = sum(others.values()), max(others, key=others.get)
    return best if asked >= least and others[best] >= share * sum(votes.values()) and best != "tie" else ""


def _same_answer_dropped(votes, own, least, share):
    others = {answer: count for answer, count in votes.items() if answer != own}
    asked, best = sum(others.values()), max(others, key=others.get)
    return best if asked >= least and others[best] >= share * asked and best != "tie" else ""


def _with_ties(votes, own, least, share):
    others = votes | {own: votes[own] - 1}
    asked, best = sum(others.values()), max(others, key=others.get)
    return best if asked >= least and others[best] >= share * asked else ""


def _any_number(votes, own, least, share):
    return _golden_answer(votes, own, 1, share)


def _decided_only(votes, own, least, share):
    others = {answer: votes[answer] - (answer == own) for answer in ("first", "second")}
    asked, best = sum(others.values()), max(others, key=others.get)
    return best if asked >= max(least, 1) and others[best] >= share * asked else ""


def _top_alone(votes, own, least, share):
    others = votes | {own: votes[own] - 1}
    best = max(others, key=others.get)
    return best if others[best] >= least and best != "tie" else ""


def _least_agree(votes, own, least, share):
    best = _golden_answer(votes, own, 1, share)
    return best if best and votes[best] - (best == own) >= least else ""


def _more_than_least(votes, own, least, share):
    return _golden_answer(votes, own, least + 1, share)


GOLDEN_ANSWER = Exercise(
    name="golden_answer",
    reference=_golden_answer,
    oracle=_golden_answer_by_table,
    probes=(
        Case("only the person checked differs", _votes(4, 1), "second", 4, 1.0),
        Case("three others, four wanted", _votes(4), "first", 4, 1.0),
        Case("exactly four others", _votes(second=5), "second", 4, 1.0),
        Case("nine of ten others", _votes(10, 1), "first", 8, 0.9),
        Case("eight of ten others", _votes(8, 3), "second", 8, 0.9),
        Case("all others say tie", _votes(1, 0, 6), "first", 4, 0.9),
        Case("two of ten others say tie", _votes(9, 0, 2), "first", 8, 0.9),
        Case("nobody else voted", _votes(1), "first", 2, 0.9),
        Case("one of five others differs", _votes(1, 5), "second", 4, 0.75),
        Case(
            "numbers as a table holds them",
            {"first": np.int64(1), "second": np.int64(7), "tie": np.int64(0)},
            np.str_("first"),
            4,
            0.9,
        ),
        Case("a bare majority of many", _votes(11, 9, 1), "tie", 8, 0.6),
        Case("eight of the ten others that are wanted", _votes(9, 1, 1), "first", 10, 0.8),
    ),
    mistakes=(
        Mistake(
            "own vote counted",
            _all_votes,
            "The vote of the person checked is still among the votes: it then agrees with itself.",
        ),
        Mistake(
            "own vote in the share",
            lambda votes, own, least, share: _all_votes(votes, own, least, share, adjust=1),
            "You count the others right, but the share still holds the vote of the person checked.",
        ),
        Mistake(
            "own vote in the best count",
            _own_in_the_best,
            "You count the others right, but the count of their best answer still holds the own vote of the person checked.",
        ),
        Mistake(
            "least must agree",
            _least_agree,
            "`least` is how many others must have voted, whatever they said; you ask that so many agree.",
        ),
        Mistake(
            "strictly more",
            _strictly,
            "A share of exactly `share` is enough: at least, not more than (`>=`, not `>`).",
        ),
        Mistake(
            "own vote in the whole",
            _own_in_the_whole,
            "You divide by all votes, and the person's own is one of them: take the share of the others only.",
        ),
        Mistake(
            "everybody of the same answer dropped",
            _same_answer_dropped,
            "That drops everybody who gave the person's answer. Only the person's own vote goes.",
        ),
        Mistake(
            "strictly more others",
            _more_than_least,
            "Exactly `least` others are enough: at least, not more than.",
        ),
        Mistake("ties allowed", _with_ties, "A tie is no golden answer here: return the empty text for it."),
        Mistake(
            "any number of others",
            _any_number,
            "One other who voted is of one mind with nobody: use `least`.",
        ),
        Mistake(
            "ties left out",
            _decided_only,
            "Others who say tie do not agree either: they count among the others.",
        ),
        Mistake(
            "no share",
            _top_alone,
            "This asks how many agree. Asked is also which share of the others that is.",
        ),
    ),
)


def _log_likelihood(effort, evidence):
    total = np.zeros(np.shape(effort))
    for passes, checks, strength, power in evidence:
        q = _THIRD + strength * np.asarray(effort, dtype=float) ** power
        total = total + passes * np.log(q) + (checks - passes) * np.log(1 - q)
    return total if np.ndim(effort) else float(total)


def _log_likelihood_by_factors(effort, evidence):
    """Kind by kind with the standard library: no arrays, logarithms of the two chances written out."""

    def one(eta):
        parts = []
        for passes, checks, strength, power in evidence:
            q = _THIRD
            q += strength * (eta if power == 1 else eta * eta)
            parts += [passes * log(q), (checks - passes) * log(1 - q)]
        return sum(parts)

    return np.array([one(float(eta)) for eta in effort]) if np.ndim(effort) else one(float(effort))


def _likelihood_variant(chance=_THIRD, failures=True, powers=None, mean=False, product=False, base=1.0):
    def wrong(effort, evidence):
        eta, total = np.asarray(effort, dtype=float), 0.0
        for passes, checks, strength, power in evidence:
            q = chance + strength * eta ** (powers or power)
            if product:
                with np.errstate(divide="ignore"):
                    total = total + np.log(q**passes * (1 - q) ** (checks - passes))
                continue
            one = passes * np.log(q) + ((checks - passes) * np.log(1 - q) if failures else 0.0)
            total = total + one / (checks if mean else 1)
        total = total / base
        return total if np.ndim(effort) else float(total)

    return wrong


def _chances_added(effort, evidence):
    chances = [(a, n, _THIRD + s * np.asarray(effort, dtype=float) ** power) for a, n, s, power in evidence]
    return sum(a * q + (n - a) * (1 - q) for a, n, q in chances)


def _product(effort, evidence):
    return np.exp(_log_likelihood(effort, evidence))


def _with_binomial_constant(effort, evidence):
    total = _log_likelihood(effort, evidence)
    return total + sum(
        lgamma(checks + 1) - lgamma(passes + 1) - lgamma(checks - passes + 1)
        for passes, checks, *_ in evidence
    )


def _by_binomial_law(effort, evidence):
    from scipy.stats import binom

    eta = np.asarray(effort, dtype=float)
    total = sum(binom.logpmf(a, n, _THIRD + s * eta**power) for a, n, s, power in evidence)
    return total if np.ndim(effort) else float(total)


def _strength_in_the_power(effort, evidence):
    return _log_likelihood(effort, [(a, n, strength**power, power) for a, n, strength, power in evidence])


def _pooled(effort, evidence):
    passes, checks, strength = (sum(entry[k] for entry in evidence) for k in (0, 1, 2))
    strength /= len(evidence)
    return _log_likelihood(effort, [(passes, checks, strength, evidence[0][3])])


def _all_as_failures(effort, evidence):
    return _log_likelihood(effort, [(p, p + n, s, w) for p, n, s, w in evidence])


_ONE = [(7, 10, 0.6, 2)]
_SEVERAL = [(5, 5, 0.6, 2), (1, 11, 0.5, 1), (81.6, 284, 0.25, 1)]
_EFFORTS = np.array([0.0, 0.3, 0.65, 1.0])

LOG_LIKELIHOOD = Exercise(
    name="log_likelihood",
    reference=_log_likelihood,
    oracle=_log_likelihood_by_factors,
    probes=(
        Case("one kind of check", 0.5, _ONE),
        Case("several kinds", 0.7, _SEVERAL),
        Case("an array of efforts", _EFFORTS, _SEVERAL),
        Case("no effort", 0.0, _SEVERAL),
        Case("a kind without checks", 0.4, [(0, 0, 0.6, 2), (3, 4, 0.5, 1)]),
        Case("none of the checks passed", _EFFORTS, [(0, 6, 0.5, 1)]),
        Case("thousands of checks", 0.6, [(1500, 3000, 0.3, 1), (2, 4, 0.6, 2)]),
    ),
    mistakes=(
        Mistake(
            "failures forgotten",
            _likelihood_variant(failures=False),
            "A failed check is evidence too: it enters with log(1 − q).",
        ),
        Mistake(
            "two labels",
            _likelihood_variant(chance=0.5),
            "With three labels a random click passes with probability 1/3, not 1/2.",
        ),
        Mistake(
            "power forgotten",
            _likelihood_variant(powers=1),
            "A repeat holds two labels of the person: effort enters as the power says.",
        ),
        Mistake(
            "always squared",
            _likelihood_variant(powers=2),
            "Golden questions and peers hold one label of the person: use the power of each kind.",
        ),
        Mistake(
            "means",
            lambda effort, evidence: _likelihood_variant(mean=True)(
                effort, [entry for entry in evidence if entry[1] > 0]
            ),
            "You divided each kind by its number of checks: then 5 checks weigh as much as 284.",
        ),
        Mistake(
            "no logarithm",
            _chances_added,
            "You add chances. Each pass adds log q, and each failure log(1 − q).",
        ),
        Mistake(
            "the likelihood itself",
            _product,
            "This is the likelihood, a product of chances. Asked is its logarithm: a sum.",
        ),
        Mistake(
            "product before the log",
            _likelihood_variant(product=True),
            "Right in principle, but a product of thousands of chances is 0 in the computer: add logarithms.",
        ),
        Mistake(
            "base ten",
            _likelihood_variant(base=log(10)),
            "This is the logarithm to the base 10; the natural one, np.log, is meant.",
        ),
        Mistake(
            "binomial constant",
            _with_binomial_constant,
            "That holds the binomial constant, which is the same for every effort; leave constants out.",
        ),
        Mistake(
            "binomial law",
            _by_binomial_law,
            "That holds the binomial constant; leave constants out. "
            "And it knows whole passes only, where peers pass by shares.",
        ),
        Mistake(
            "strength in the power",
            _strength_in_the_power,
            "Only effort is raised to the power; the strength stands in front of it as it is.",
        ),
        Mistake(
            "everything pooled",
            _pooled,
            "You added up all checks as if they were of one kind. Each kind has its own strength and power.",
        ),
        Mistake(
            "checks taken for failures",
            _all_as_failures,
            "`checks` counts all of them: the failures are checks − passes.",
        ),
    ),
)


def _verdict(low, high, weakest, strongest, required, power):
    if high < _THIRD + weakest * required**power:
        return "careless"
    return "careful" if low > _THIRD + strongest * required**power else "undecided"


def _verdict_by_grid(low, high, weakest, strongest, required, power):
    """Translate the limits into efforts for many strengths of the range, and ask all of them."""
    said = set()
    for strength in np.linspace(weakest, strongest, 301):
        efforts = [max((limit - _THIRD) / strength, 0.0) ** (1 / power) for limit in (low, high)]
        said.add("careless" if efforts[1] < required else "careful" if efforts[0] > required else "undecided")
    return said.pop() if len(said) == 1 else "undecided"


def _at(low, high, accuse, clear, required, power):
    if high < _THIRD + accuse * required**power:
        return "careless"
    return "careful" if low > _THIRD + clear * required**power else "undecided"


VERDICT = Exercise(
    name="verdict",
    reference=_verdict,
    oracle=_verdict_by_grid,
    probes=(
        Case("far below, whatever the strength", 0.2, 0.4, 0.4, 0.66, 0.6, 2),
        Case("far above, whatever the strength", 0.85, 0.99, 0.4, 0.66, 0.6, 2),
        Case("careless for the strongest items only", 0.3, 0.55, 0.4, 0.66, 0.6, 2),
        Case("careless in the upper half of the range", 0.3, 0.50, 0.4, 0.66, 0.6, 2),
        Case("careful for the weakest items only", 0.50, 0.8, 0.4, 0.66, 0.6, 2),
        Case("careful in the lower half of the range", 0.55, 0.8, 0.4, 0.66, 0.6, 2),
        Case("wide limits around everything", 0.2, 0.9, 0.4, 0.66, 0.6, 2),
        Case("a lower limit just below the weakest", 0.46, 0.95, 0.4, 0.66, 0.6, 2),
        Case("narrow limits inside the range", 0.52, 0.56, 0.4, 0.66, 0.6, 2),
        Case("narrow limits a little above it", 0.585, 0.62, 0.4, 0.66, 0.6, 2),
        Case("a little below the weakest line", 0.2, 0.465, 0.4, 0.66, 0.6, 2),
        Case("a hair below the weakest line", 0.2, 0.4771, 0.4, 0.66, 0.6, 2),
        Case("a hair above the weakest line", 0.2, 0.4776, 0.4, 0.66, 0.6, 2),
        Case("a hair below the strongest line", 0.5706, 0.9, 0.4, 0.66, 0.6, 2),
        Case("a hair above the strongest line", 0.5712, 0.9, 0.4, 0.66, 0.6, 2),
        Case("the estimate is low, the limits are wide", 0.3, 0.7, 0.5, 0.5, 0.6, 2),
        Case("golden questions: effort enters once", 0.4, 0.6, 0.5, 0.5, 0.6, 1),
        Case("below a random click", 0.05, 0.3, 0.2, 0.6, 0.5, 1),
        Case("the range is one number, careful", 0.55, 0.8, 0.5, 0.5, 0.6, 2),
    ),
    mistakes=(
        Mistake(
            "ends swapped",
            lambda low, high, weakest, strongest, required, power: _at(
                low, high, strongest, weakest, required, power
            ),
            "The ends are exchanged: accuse if the upper limit lies below the rate of the required effort on the weakest "
            "items, clear if the lower limit lies above its rate on the strongest.",
        ),
        Mistake(
            "strongest only",
            lambda low, high, weakest, strongest, required, power: _at(
                low, high, strongest, strongest, required, power
            ),
            "You take the strongest items for both. That accuses people whose items may be hard.",
        ),
        Mistake(
            "weakest only",
            lambda low, high, weakest, strongest, required, power: _at(
                low, high, weakest, weakest, required, power
            ),
            "You take the weakest items for both. That clears people whose items may be easy.",
        ),
        Mistake(
            "middle of the range",
            lambda low, high, weakest, strongest, required, power: _at(
                low, high, (weakest + strongest) / 2, (weakest + strongest) / 2, required, power
            ),
            "The middle of a range is a guess. The verdict must hold at both of its ends.",
        ),
        Mistake(
            "estimate in place of limits",
            lambda low, high, weakest, strongest, required, power: _at(
                (low + high) / 2, (low + high) / 2, weakest, strongest, required, power
            ),
            "A pass rate in the middle is luck in part. Accuse by the upper limit, clear by the lower one.",
        ),
        Mistake(
            "limits swapped",
            lambda low, high, weakest, strongest, required, power: _at(
                high, low, weakest, strongest, required, power
            ),
            "You accuse by the lower limit. Accusing needs the upper one: the best that the person may be.",
        ),
        Mistake(
            "always squared",
            lambda low, high, weakest, strongest, required, power: _at(
                low, high, weakest, strongest, required, 2
            ),
            "Effort enters as the power says: golden questions have 1.",
        ),
        Mistake(
            "power forgotten",
            lambda low, high, weakest, strongest, required, power: _at(
                low, high, weakest, strongest, required, 1
            ),
            "Effort enters as the power says: repeats have 2.",
        ),
        Mistake(
            "no chance level",
            lambda low, high, weakest, strongest, required, power: _at(
                low,
                high,
                weakest - _THIRD / required**power,
                strongest - _THIRD / required**power,
                required,
                power,
            ),
            "A random click passes in a third: the required effort passes with 1/3 + strength · effort^power.",
        ),
        Mistake(
            "chance of two labels",
            lambda low, high, weakest, strongest, required, power: _at(
                low, high, *((one + 1 / 6 / required**power) for one in (weakest, strongest)), required, power
            ),
            "With three labels a random click passes in a third, not in half.",
        ),
    ),
)

LEAST_CAUGHT, MOST_ACCUSED, MOST_CHECKS = 0.9, 0.05, 75
_KNOWN_RATES = gaming_table(mix_designs(hidden=False))


def caught(mix):
    """Chance of an alarm about each person: too few passes, but too many agreements with peers."""
    bought = {kind: int(number) for kind, number in mix.items() if number > 0}
    missed = pd.Series(1.0, _KNOWN_RATES.columns)
    for kind, number in bought.items():
        rates, alarm = _KNOWN_RATES.loc[kind], ABOVE if kind == "peer" else BELOW
        line = alarm_line(number, rates[list(HONEST)], MOST_ACCUSED / len(bought), alarm)
        missed *= 1 - alarm_chance(line, number, rates.to_numpy(), alarm)
    return 1 - missed


def _names_the_kinds(mix):
    return isinstance(mix, dict) and set(mix) == set(_KNOWN_RATES.index)


def _counts_checks(mix):
    return all(
        isinstance(number, (int, np.integer)) and not isinstance(number, bool) and number >= 0
        for number in mix.values()
    )


NEARLY = 0.75  # below it more checks of the right kind help; from here on the saw decides


def _catches(*people, least=NEARLY):
    return lambda mix: bool((caught(mix)[list(people)] >= least).all())


def _near(who, checks):
    """Chances rise like a saw, so from `NEARLY` on more is not always better."""
    return Property(
        f"catches {who!r} with {LEAST_CAUGHT:.0%} or more",
        _catches(who, least=LEAST_CAUGHT),
        f"Nearly. Try a few more or fewer {checks}: chances rise like a saw.",
    )


MIX = Exercise(
    name="mix",
    kind="value",
    reference=lambda: {"repeat": 28, "golden": 9, "peer": 33},
    properties=(
        Property(
            "names the three kinds",
            _names_the_kinds,
            'Give a dict with the three kinds: {"repeat": …, "golden": …, "peer": …}.',
        ),
        Property("counts checks", _counts_checks, "Give whole numbers of checks, 0 or more, and not shares."),
        Property(
            "catches who presses left or takes the longer one",
            _catches("longer one", "left button", "remembers"),
            "Who takes the longer answer still slips through: a rule repeats itself, only golden questions unmask it.",
        ),
        Property(
            "catches who knows the golden questions",
            _catches("knows golden"),
            "Who knows the golden questions takes care there and nowhere else: look at the repeats.",
        ),
        Property(
            "catches who copies",
            _catches("copies"),
            "Who copies still slips through. Copies agree more often than honest people do: buy more peers.",
        ),
        _near("longer one", "golden questions"),
        _near("left button", "golden questions"),
        _near("remembers", "golden questions"),
        _near("knows golden", "repeats"),
        _near("copies", "peers"),
        Property(
            "no more than needed",
            lambda mix: sum(mix.values()) <= MOST_CHECKS,
            f"It catches all five. Now do it with {MOST_CHECKS} checks or fewer: which kind has some to spare?",
        ),
    ),
)

REPORT = Rubric(
    name="write_report",
    criteria=(
        "It names whom to talk to first, with counts of two kinds of checks.",
        "It gives two readings of worker 15, calls neither of them careless, and names a check that tells them apart.",
        "It names one weakness of the golden questions: told at sight, not certain, or mostly the shorter answer.",
        "It says which names hang on a strength, and for whom there is no verdict.",
        "It says what the data cannot show, such as memory, copying or intent.",
        "It says what comes before any deduction: a talk, and a fair second test.",
    ),
    model_answer=(
        "Talk to worker 11 first: 5 of 5 repeats agree with the sides kept and 2 of 6 with the sides swapped, and 4 of 21 "
        "golden questions pass. Worker 20 comes next, with 6 of 8, 3 of 8 and 12 of 24, but that name hangs on the strength of "
        "peers. It may be luck, so ask how the page looked, and accuse nobody. "
        "Worker 15 passes 1 of 11 golden questions and reverses 9: that is another taste or a rule, or luck, for 15 was "
        "picked as the extreme of 44. Pairs whose longer answer is plainly wrong would tell the two "
        "apart: a taste gives way there, a rule does not. "
        "Other names come from peers as well and go when peers are weaker than in the pool, and repeats accuse nobody at any "
        "strength: for them there is no verdict. "
        "Golden questions alone would accuse 11 and 15 at every strength of the range, but four who agree may be wrong, and gold never has a "
        "tie right: no verdict there either. "
        "The data show neither memory nor copying nor intent. "
        "Before any deduction come a talk and forty repeats, swapped and far apart."
    ),
)

QUIZ = (
    Question(
        "You check a person against the majority, with the person's own vote in it. What goes wrong?",
        (
            "Nothing, one vote is little.",
            "The person agrees with themselves.",
            "The majority gets too small.",
        ),
        "The person agrees with themselves.",
        "With five voters one vote is a fifth of the verdict: leave it out.",
    ),
    Question(
        "Golden questions are certain, but shorter than all others. Who passes without care elsewhere?",
        ("Who recognises them.", "Who always presses left.", "Nobody."),
        "Who recognises them.",
        "A golden question must be certain and look like the others, or care is shown only there.",
    ),
    Question(
        "The strength is known up to a range. At which end must an accusation hold?",
        ("At the weakest.", "At the strongest.", "In the middle."),
        "At the weakest.",
        "Hard items lower everybody's pass rate. Who is accused must be below even what the required effort gives there.",
    ),
    Question(
        "Somebody takes the longer answer every time. Which check unmasks it?",
        (
            "A repeat, far away and swapped.",
            "A balanced set of golden questions.",
            "A repeat, near and not swapped.",
        ),
        "A balanced set of golden questions.",
        "A rule repeats itself perfectly. Only questions where the shorter answer is right, as often as not, speak against it.",
    ),
    Question(
        "A careful person of a rare taste agrees with few peers. What do you do with the peer checks?",
        (
            "Raise an alarm when agreement is low.",
            "Raise an alarm only when agreement is too high.",
            "Add them to the likelihood as they are.",
        ),
        "Raise an alarm only when agreement is too high.",
        "Low agreement is taste or carelessness. More agreement than careful people show is copying.",
    ),
)

VARIANTS = (
    Variant(
        "log_likelihood",
        "There are three labels. Somebody passed {a} of {b} repeats, a check of strength {kappa:.2f} and power 2, and {c} of {d} golden questions, "
        "of strength {rho:.2f} and power 1. What is the log likelihood of effort {effort:.2f}, without constants? Give "
        "three decimals.",
        lambda rng: {
            "effort": between(rng, 0.2, 0.9, 2),
            "a": int(rng.integers(8, 15)),
            "b": int(rng.integers(15, 25)),
            "kappa": between(rng, 0.2, 0.5, 2),
            "c": int(rng.integers(6, 12)),
            "d": int(rng.integers(12, 22)),
            "rho": between(rng, 0.2, 0.5, 2),
        },
        lambda effort, a, b, kappa, c, d, rho: (effort, [(a, b, kappa, 2), (c, d, rho, 1)]),
        tolerance=1e-4,
    ),
)

LESSON = LessonDefinition(
    number=7,
    title="Audit a real crowd",
    minutes_to_read=40,
    minutes_to_do=35,
    exercises=(GOLDEN_ANSWER, LOG_LIKELIHOOD, VERDICT, MIX),
    quiz=QUIZ,
    rubrics=(REPORT,),
    variants=VARIANTS,
)
