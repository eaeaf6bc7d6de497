"""Dawid and Skene's model: against its likelihood by brute force, a plain EM, closed forms, and a long run."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import annolib as al
from annolib.preferences.dawid_skene import e_step, m_step, majority_beliefs
from annolib.preferences.observations import read_observations

PAIR = ("first", "second")


def crowd(rng, items=40, labels=3, workers=6, missing=0.3):
    """Labels of workers whose confusion matrices are drawn at random, most of them better than a coin."""
    draw = np.random.default_rng(rng)
    truth = draw.integers(labels, size=items)
    rows = []
    for worker in range(workers):
        matrix = draw.dirichlet(np.ones(labels), labels) + draw.uniform(0, 3) * np.eye(labels)
        matrix /= matrix.sum(axis=1, keepdims=True)
        for task in np.flatnonzero(draw.random(items) >= missing):
            rows.append((int(task), f"w{worker}", "abcd"[draw.choice(labels, p=matrix[truth[task]])]))
    return pd.DataFrame(rows, columns=["task", "worker", "label"])


def table_of(says):
    """A table from an array (workers, items) of 1 (first), 0 (second) and NaN."""
    worker, task = np.nonzero(~np.isnan(says))
    label = np.where(says[worker, task] == 1, *PAIR)
    return pd.DataFrame({"task": task, "worker": worker, "label": label})


def likelihood(fit, table):
    """log L by the definition, item by item, truth by truth."""
    workers = {name: n for n, name in enumerate(fit.workers)}
    codes = {name: n for n, name in enumerate(fit.labels)}
    total = 0.0
    for _, rows in table.groupby("task"):
        chances = [
            fit.prior[k]
            * np.prod(
                [fit.confusion[workers[w], k, codes[y]] for w, y in zip(rows.worker, rows.label, strict=True)]
            )
            for k in range(len(fit.labels))
        ]
        total += np.log(sum(chances))
    return total


def plain_em(table, sweeps, smoothing=0.0):
    """The textbook's two steps with dictionaries and loops: another program for the same model."""
    tasks, workers = list(dict.fromkeys(table.task)), sorted(set(table.worker))
    labels = sorted(set(table.label))
    given = {task: [] for task in tasks}
    for task, worker, label in table.itertuples(index=False):
        given[task].append((workers.index(worker), labels.index(label)))
    belief = {t: np.bincount([y for _, y in g], minlength=len(labels)) / len(g) for t, g in given.items()}
    for _ in range(sweeps):
        prior = (sum(belief.values()) + smoothing) / (len(tasks) + smoothing * len(labels))
        matrix = np.full((len(workers), len(labels), len(labels)), float(smoothing))
        for task, pairs in given.items():
            for worker, label in pairs:
                matrix[worker, :, label] += belief[task]
        total = matrix.sum(axis=2, keepdims=True)
        matrix = np.where(total > 0, matrix / np.where(total > 0, total, 1), 1 / len(labels))
        for task, pairs in given.items():
            joint = prior.copy()
            for worker, label in pairs:
                joint = joint * matrix[worker, :, label]
            belief[task] = joint / joint.sum()
    return np.array([belief[task] for task in tasks])


@pytest.mark.parametrize("rng", range(4))
def test_the_same_as_a_plain_em_in_loops(rng):
    table = crowd(rng)
    fit = al.dawid_skene(table, tolerance=1e-9)
    assert fit.converged
    np.testing.assert_allclose(fit.belief, plain_em(table, 4_000), atol=1e-6)


@pytest.mark.parametrize("smoothing", [0.5, 1, np.int64(2), 2.5])
def test_smoothed_fits_are_those_of_the_plain_em_whether_the_number_is_whole_or_not(smoothing):
    table = crowd(1)
    fit = al.dawid_skene(table, smoothing=smoothing, tolerance=1e-9)
    assert fit.converged
    np.testing.assert_allclose(fit.belief, plain_em(table, 500, float(smoothing)), atol=1e-6)


def test_starts_are_compared_by_what_is_maximised():
    """Likelihood times prior, where there is smoothing: here the end of highest likelihood is a lower one."""
    table = crowd(6, labels=3, items=10, workers=4)
    options = dict(smoothing=0.3, tolerance=1e-6)
    plain, more = al.dawid_skene(table, **options), al.dawid_skene(table, restarts=10, rng=1, **options)
    assert max(more.starts) > more.log_likelihood + 0.1
    assert more.starts[0] == plain.log_likelihood == more.log_likelihood
    np.testing.assert_array_equal(more.belief, plain.belief)


@pytest.mark.parametrize("labels", [2, 3, 4])
def test_the_likelihood_is_the_one_of_the_definition(labels):
    table = crowd(7, labels=labels)
    fit = al.dawid_skene(table, sweeps=4)
    assert not fit.converged and "allow more sweeps" in fit.message
    votes = read_observations(table)
    _, after = e_step(votes, fit.prior, fit.confusion)
    assert fit.log_likelihood == pytest.approx(after) == pytest.approx(likelihood(fit, table))


@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.5]), st.booleans())
@settings(max_examples=25, deadline=None)
def test_no_sweep_lowers_the_objective(rng, smoothing, exchange):
    votes = read_observations(crowd(rng, items=15, workers=5))
    swap = np.array([1, 0, *range(2, len(votes.labels))]) if exchange else None
    belief, last = majority_beliefs(votes), -np.inf
    for _ in range(15):
        prior, confusion = m_step(votes, belief, smoothing, swap)
        belief, value = e_step(votes, prior, confusion)
        with np.errstate(divide="ignore"):
            value += smoothing * (np.log(prior).sum() + np.log(confusion).sum()) if smoothing else 0
        assert value >= last - 1e-9
        last = value
        np.testing.assert_allclose(confusion.sum(axis=2), 1)
        np.testing.assert_allclose(belief.sum(axis=1), 1)


def test_default_tolerance_against_a_long_run():
    """Real labels, where EM creeps: no belief is further from the limit than the tolerance."""
    labels = al.datasets.load("llmfao-labels")
    decided = labels[labels.label != "tie"]
    for table, exchangeable in ((decided, PAIR), (labels, None)):
        short = al.dawid_skene(table, exchangeable=exchangeable)
        long = al.dawid_skene(table, exchangeable=exchangeable, tolerance=2e-5)
        assert short.converged and long.converged and long.iterations >= short.iterations
        assert abs(short.belief - long.belief).max() <= 1e-3
        assert abs(short.accuracy - long.accuracy).max() <= 1e-4
        assert long.log_likelihood >= short.log_likelihood - 1e-9


def test_two_sweeps_are_no_convergence():
    """The fault of a test that compares an array with itself: it stops at once."""
    labels = al.datasets.load("llmfao-labels")
    fit = al.dawid_skene(labels[labels.label != "tie"], sweeps=3)
    assert not fit.converged and fit.residual > 0.1


@pytest.mark.parametrize("shared", [0.0, 0.3, 0.5, 0.65, 1.0])
def test_many_labels_give_the_closed_form(shared):
    says = al.two_tastes(24, 16, 6, items=1500, shared=shared, certainty=0.35, rng=3)
    graded = al.dawid_skene(table_of(says), exchangeable=PAIR).to_frame().accuracy.sort_index()
    formula = al.agreement_with_majority(shared, 0.35)
    larger, smaller, coins = graded[:24].mean(), graded[24:40].mean(), graded[40:].mean()
    assert larger == pytest.approx(formula.larger, abs=0.02)
    assert smaller == pytest.approx(formula.smaller, abs=0.03)
    assert coins == pytest.approx(0.5, abs=0.03)


def test_five_labels_an_item_are_worse_for_the_minority():
    says = al.two_tastes(24, 16, 6, items=1500, shared=0.3, certainty=0.35, labels_per_item=5, rng=3)
    graded = al.dawid_skene(table_of(says), exchangeable=PAIR).to_frame().accuracy.sort_index()
    assert graded[24:40].mean() < 0.33 < 0.8 < graded[:24].mean()


def test_exchangeable_labels_do_not_depend_on_their_names():
    table = crowd(5, labels=2, items=60)
    flipped = table.assign(
        label=table.label.where(table.task % 2 == 0, table.label.map({"a": "b", "b": "a"}))
    )
    one, other = (al.dawid_skene(t, exchangeable=("a", "b"), tolerance=1e-8) for t in (table, flipped))
    np.testing.assert_allclose(one.accuracy, other.accuracy, atol=1e-6)
    assert one.log_likelihood == pytest.approx(other.log_likelihood)
    assert one.prior.tolist() == [0.5, 0.5]
    np.testing.assert_allclose(one.confusion[:, 0, 0], one.accuracy, atol=1e-6)
    free = [al.dawid_skene(t, tolerance=1e-8).accuracy for t in (table, flipped)]
    assert abs(free[0] - free[1]).max() > 0.01, "without the symmetry the names matter"


def test_the_mirror_image_has_the_same_likelihood():
    votes = read_observations(crowd(5, labels=2, items=60))
    swap, belief = np.array([1, 0]), majority_beliefs(votes)
    (prior, ours), (_, mirror) = (m_step(votes, b, swap=swap) for b in (belief, belief[:, ::-1]))
    np.testing.assert_allclose(ours[:, 0, 0], 1 - mirror[:, 0, 0])
    assert e_step(votes, prior, ours)[1] == pytest.approx(e_step(votes, prior, mirror)[1])


def test_among_equal_ends_the_majority_is_kept():
    says = al.two_tastes(12, 6, 0, items=200, shared=0.2, certainty=0.4, rng=8)
    plain = al.dawid_skene(table_of(says), exchangeable=PAIR)
    again = al.dawid_skene(table_of(says), exchangeable=PAIR, restarts=6, rng=2)
    assert len(again.starts) == 7 and max(again.starts) - again.starts[0] < 1e-6
    np.testing.assert_allclose(plain.accuracy, again.accuracy)


def test_restarts_climb_at_least_as_high():
    table = crowd(3, labels=3, items=25, workers=4, missing=0.5)
    plain, more = al.dawid_skene(table), al.dawid_skene(table, restarts=15, rng=1)
    assert more.log_likelihood >= plain.log_likelihood
    assert more.log_likelihood >= max(more.starts) - 1e-6
    assert al.dawid_skene(table, restarts=15, rng=1).starts == more.starts


@pytest.mark.parametrize("rng, smoothing", [(6, 0), (7, 0.3)])
def test_a_higher_end_of_a_restart_is_kept(rng, smoothing):
    table = crowd(rng, items=10, workers=4)
    fit = al.dawid_skene(table, smoothing=smoothing, restarts=10, rng=1)
    assert fit.log_likelihood > fit.starts[0] + 0.1 and fit.log_likelihood in fit.starts[1:]


def test_brute_force_on_a_tiny_table():
    """Exchangeable labels, two workers of one accuracy each: the best of a grid is not better."""
    table = pd.DataFrame(
        [(0, "x", "first"), (0, "y", "first"), (1, "x", "first"), (1, "y", "second"), (2, "x", "second"),
         (2, "y", "second"), (3, "x", "first"), (3, "y", "first"), (0, "z", "first"), (1, "z", "first"),
         (2, "z", "first"), (3, "z", "second")],
        columns=["task", "worker", "label"],
    )  # fmt: skip
    fit = al.dawid_skene(table, exchangeable=PAIR, restarts=20, rng=4, tolerance=1e-8)
    wide = table.pivot(index="task", columns="worker", values="label").eq("first").to_numpy()
    best = -np.inf
    for grades in itertools.product(np.linspace(0.001, 0.999, 41), repeat=3):
        a = np.array(grades)
        one, two = np.where(wide, a, 1 - a).prod(axis=1), np.where(wide, 1 - a, a).prod(axis=1)
        best = max(best, np.log(0.5 * one + 0.5 * two).sum())
    assert fit.log_likelihood >= best - 1e-6


def test_accuracy_is_the_share_of_labels_believed_true():
    table = crowd(9)
    fit = al.dawid_skene(table)
    belief = fit.items()
    for worker, rows in table.groupby("worker"):
        own = [belief.loc[task, label] for task, label in zip(rows.task, rows.label, strict=True)]
        assert fit.to_frame().accuracy[worker] == pytest.approx(np.mean(own))
    assert fit.to_frame().judgements.sum() == len(table)
    assert belief.label.tolist() == [fit.labels[k] for k in fit.belief.argmax(axis=1)]


def test_sides_are_understood():
    """Everybody prefers the same answer, shown on either side: by content there is no disagreement."""
    rows = [
        (task, worker, "left" if (task + n) % 2 else "right", *(("p", "q") if (task + n) % 2 else ("q", "p")))
        for task in range(6)
        for n, worker in enumerate("abc")
    ]
    table = pd.DataFrame(rows, columns=["task", "worker", "label", "left", "right"])
    table.loc[len(table)] = (6, "a", "tie", "p", "q")
    table.loc[len(table)] = (7, "a", "left", "q", "p")
    fit = al.dawid_skene(table)
    assert set(fit.labels) <= {"first", "second", "tie"} and (fit.accuracy > 0.8).all()
    assert set(al.dawid_skene(table.drop(columns=["left", "right"])).labels) == {"left", "right", "tie"}


def test_repeats_are_refused_kept_or_counted():
    table = crowd(2, labels=2)
    again = pd.concat([table, table.iloc[:3].assign(label="b")], ignore_index=True)
    with pytest.raises(
        al.TableError, match="3 labels are repeats, such as worker 'w0' on task .*repeats='first'"
    ):
        al.dawid_skene(again)
    first, plain = al.dawid_skene(again, repeats="first"), al.dawid_skene(table)
    np.testing.assert_array_equal(first.belief, plain.belief)
    assert al.dawid_skene(again, repeats="count").judgements.sum() == len(table) + 3
    with pytest.raises(ValueError, match="repeats must be one of 'refuse', 'first', 'count'; saw 'all'"):
        al.dawid_skene(table, repeats="all")


def test_missing_labels_are_left_out():
    table = crowd(4)
    holes = pd.concat(
        [table, pd.DataFrame({"task": [0, 99], "worker": ["w0", "new"], "label": [None, None]})]
    )
    one, other = al.dawid_skene(table), al.dawid_skene(holes)
    assert other.workers.tolist() == one.workers.tolist()
    np.testing.assert_array_equal(one.belief, other.belief)


def test_smoothing_keeps_chances_away_from_zero():
    table = pd.DataFrame([(t, w, "first") for t in range(5) for w in "ab"] + [(5, "a", "second")],
                         columns=["task", "worker", "label"])  # fmt: skip
    assert al.dawid_skene(table, smoothing=1).confusion.min() > 0.05
    assert al.dawid_skene(table).confusion.min() < 0.05


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda t: t.drop(columns="worker"), "column 'worker'.*is missing"),
        (lambda t: t.assign(label="a"), "1 kind of label; there is nothing to tell apart"),
        (lambda t: t.assign(label=None), "0 kind of label"),
        (
            lambda t: t.assign(worker=t.worker.where(t.worker != "w1")),
            "column 'worker': empty entries in row",
        ),
        (lambda t: t.assign(label=[["a"]] * len(t)), "column 'label': entries that cannot be ids or labels"),
        (lambda t: t.to_dict(), "table must be a pandas DataFrame; saw dict"),
    ],
)
def test_bad_tables(change, message):
    with pytest.raises(al.TableError, match=message):
        al.dawid_skene(change(crowd(1)))


@pytest.mark.parametrize(
    "options, message",
    [
        (
            {"exchangeable": ("a", "z")},
            r"exchangeable must be two of the labels 'a', 'b', 'c', None or 'auto'",
        ),
        ({"exchangeable": "ab"}, "exchangeable must be two of the labels"),
        ({"exchangeable": ("a", "a")}, "exchangeable must be two of the labels"),
        ({"smoothing": -1}, "smoothing must lie in"),
        ({"tolerance": 2}, "tolerance must lie in"),
        ({"sweeps": 0}, "sweeps must be a whole number of at least 1"),
        ({"restarts": 1.5}, "restarts must be a whole number"),
    ],
)
def test_bad_options(options, message):
    with pytest.raises(ValueError, match=message):
        al.dawid_skene(crowd(1), **options)


def test_arrays_cannot_be_changed():
    fit = al.dawid_skene(crowd(1))
    with pytest.raises(ValueError, match="read-only"):
        fit.belief[0, 0] = 1
    assert "DawidSkene(6 workers" in repr(fit) and "<table" in fit._repr_html_()


def test_bootstrap_scatters_like_new_crowds():
    """The standard error of a grade: by drawing items anew, and by simulating new tables."""
    options = dict(items=400, shared=0.3, certainty=0.35)
    fresh = [
        al.dawid_skene(table_of(al.two_tastes(9, 6, 2, **options, rng=rng)), exchangeable=PAIR).accuracy[12]
        for rng in range(30)
    ]
    table = table_of(al.two_tastes(9, 6, 2, **options, rng=99))
    draws = al.bootstrap_accuracy(table, exchangeable=PAIR, draws=60, rng=1)
    assert draws.shape == (60, 17)
    assert np.std(fresh) / 1.6 < draws[12].std() < np.std(fresh) * 1.6
    assert draws[0].mean() > 0.75, "no draw ends in the mirror image"
    pd.testing.assert_frame_equal(draws, al.bootstrap_accuracy(table, exchangeable=PAIR, draws=60, rng=1))


@pytest.mark.parametrize(
    "options",
    [{}, {"smoothing": 2}, {"repeats": "count", "smoothing": 1}, {"exchangeable": ("a", "b")}],
    ids=str,
)
def test_a_draw_is_the_fit_of_the_table_of_its_items(options):
    """Each drawn item written out as an item of its own, and the usual fit: one worker is on one item only."""
    table = crowd(12, labels=2, items=60, workers=7, missing=0.1)
    table = pd.concat([table, pd.DataFrame({"task": [0], "worker": "rare", "label": ["a"]})])
    if "repeats" in options:
        table = pd.concat([table, table.iloc[::3]])
    tasks = read_observations(table, options.get("repeats", "refuse")).tasks
    draws = al.bootstrap_accuracy(table, draws=6, rng=3, tolerance=1e-8, **options)
    random = np.random.default_rng(3)
    for _, row in draws.iterrows():
        items = tasks[random.integers(len(tasks), size=len(tasks))]
        drawn = pd.concat([table[table.task == item].assign(task=n) for n, item in enumerate(items)])
        fit = al.dawid_skene(drawn, tolerance=1e-8, **options).to_frame().accuracy
        np.testing.assert_allclose(row[fit.index], fit, atol=1e-5)
        assert row.isna().sum() == len(row) - len(fit)
    assert draws["rare"].isna().any() and not draws["rare"].isna().all()


def test_a_draw_in_which_the_smaller_group_has_more_votes_is_no_mirror_image():
    """Three people of either mind, three of them an item: one mind outvotes the other on 14 of 26 items."""
    rows = []
    for task in range(26):
        one, other = ("abc", "xyz") if task < 14 else ("xyz", "abc")
        who = one[task % 3], one[(task + 1) % 3], other[(task // 3) % 3]
        rows += [(task, w, PAIR[(task + (w in "xyz")) % 2]) for w in who]
    table = pd.DataFrame(rows, columns=["task", "worker", "label"])
    draws = al.bootstrap_accuracy(table, draws=20, rng=1, exchangeable=PAIR)
    assert draws[list("abc")].min().min() > 0.9 and draws[list("xyz")].max().max() < 0.1


def test_a_bootstrap_of_groups_draws_their_items_together():
    """Everybody is right in nine groups and the last worker wrong in the tenth: his accuracy counts its draws."""
    table = pd.DataFrame(
        [(task, w, "lr"[(task + (w == 4 and task >= 45)) % 2]) for w in range(5) for task in range(50)],
        columns=["task", "worker", "label"],
    )
    table["prompt"] = table.task // 5
    draws = al.bootstrap_accuracy(table, draws=40, by="prompt", rng=1, tolerance=1e-6)
    assert draws.drop(columns=4).min().min() > 0.999
    tenths = 10 * draws[4].to_numpy()
    assert np.allclose(tenths, tenths.round(), atol=1e-3) and tenths.std() > 0.5
    items = al.bootstrap_accuracy(table, draws=40, rng=1, tolerance=1e-6)[4]
    assert draws[4].std() > 1.5 * items.std()


def test_a_group_is_a_column_in_which_each_item_has_one_value():
    table = crowd(3, items=20, workers=4).assign(half="a")
    with pytest.raises(ValueError, match="by must be a column of the table"):
        al.bootstrap_accuracy(table, by="prompt", rng=1)
    with pytest.raises(ValueError, match=r"by: task \S+ must have one label"):
        al.bootstrap_accuracy(table, by="label", rng=1)


def test_crowd_kit_gives_the_same():
    """Optional: crowd-kit's fit, run for long, has the same beliefs on its own ground (free matrices, no repeats)."""
    aggregation = pytest.importorskip("crowdkit.aggregation", reason="crowd-kit is not installed")
    table = crowd(11, items=120, workers=8)
    theirs = aggregation.DawidSkene(n_iter=4_000, tol=0).fit_predict_proba(table)
    fit = al.dawid_skene(table, tolerance=1e-9)
    np.testing.assert_allclose(fit.belief, theirs.loc[fit.tasks, fit.labels], atol=1e-5)
