"""The cheapest lottery where a punishment is as harsh as it is rare: states whose price x is all but nothing.

With no floor, or a deep one, the cheapest lottery lets a state that almost never happens carry a fine of any size: what counts is the mass
m = P·v. At such a state h′(v) = x is of the size of P, often below the rounding of x = λ + μ s + Σ ν (1 − R), and the dual of
`annolib.contracts.incentives.cheapest_lottery` has a wall there, with hardly any slope before it: Newton's method in the prices creeps.

So the unknowns are others here: the masses m_a of the rare states a, and the prices but for as many as there are rare states. With A the
block of those rows at these states, and B = A⁻¹ times them (1 at its own rare state, 0 at the others),

    x = Σ_a h′(m_a/P_a) B_a + Σ_j θ_j (row_j − Σ_a row_j(a) B_a),

the same x, in which nothing cancels. A mass enters the constraints linearly, so that a Newton step is right for it from anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_STEPS, _HALVINGS = 60, 40
_MOST, _TRIES = 3, 20  # rare states; sets of them
_SMALL = 1e-3  # of the largest x: a price below that may be one of a rare state
_FELT = 1e-3  # of the mass of a fine
_EXACT, _ENOUGH, _MISSED = (
    1e-14,
    1e-11,
    1e-11,
)  # violations, relative: in these numbers, and of the constraints themselves


@dataclass(frozen=True, eq=False)
class Found:
    """Prices θ, utilities, violations b − W v of the constraints, the value of the dual, and which states are rare."""

    prices: np.ndarray
    utilities: np.ndarray
    gradient: np.ndarray
    error: float
    left: float
    bound: float
    states: tuple
    iterations: int


def solve_with_rare_states(programme, theta, ceiling=np.inf, first=None, missed=None):
    """Newton's method from the prices θ with rare states: a `Found`, or None where it fails; and prices to go on from.

    The first rare state is that of least x, or `first`; `missed` are constraints that are violated, whose prices may be the ones to follow.
    """
    states, x, enough = (), theta @ programme.rows, np.ones(programme.probabilities.size, dtype=bool)
    for _ in range(_TRIES):
        others = np.setdiff1d(np.flatnonzero(enough), states)
        if not others.size:
            return None, theta
        new = int(others[np.argmin(x[others])]) if first is None else first
        first = None
        if len(states) == _MOST or (states and x[new] > _SMALL * np.max(x)):
            return None, theta
        states = (*states, new)
        coordinates = _Coordinates.of(programme, states, theta, missed)
        if coordinates is None:
            return None, theta
        found, x = coordinates.solve(theta, ceiling)
        if found is None:
            continue
        too_low = [a for a in states if not found.utilities[a] > programme.floor_utility]
        if not too_low:
            return found, found.prices
        # the floor is paid there, and more is needed at the next one: where the floor is felt at all
        theta, felt = found.prices, programme.probabilities * abs(programme.floor_utility)
        mass = float(programme.probabilities[too_low] @ np.abs(found.utilities[too_low]))
        enough &= felt > _FELT * mass
        enough[too_low] = False
        states = tuple(a for a in states if a not in too_low)
    return None, theta


@dataclass(frozen=True, eq=False)
class _Coordinates:
    """A programme whose first prices are those of the rare states."""

    programme: object
    states: np.ndarray
    replaced: np.ndarray  # constraints whose prices follow
    kept: np.ndarray
    block: np.ndarray  # A, (replaced, states)
    rows: np.ndarray
    weights: np.ndarray
    targets: np.ndarray
    least: np.ndarray  # a scale of the violations

    @classmethod
    def of(cls, programme, states, theta, missed=None):
        states = np.array(states)
        if theta.size < states.size:
            return None
        if missed is None:
            replaced = np.arange(states.size)
        else:  # at each state in turn the constraint that feels it most
            felt = np.abs(programme.rows[:, states]) / np.abs(programme.weights).sum(axis=1)[:, None]
            felt[~(missed | (theta > 0) | ~programme.signed)] = 0.0
            replaced = np.array([], dtype=int)
            for j in range(states.size):
                felt[replaced] = 0.0
                replaced = np.append(replaced, np.argmax(felt[:, j]))
        kept = np.setdiff1d(np.arange(theta.size), replaced)
        block = programme.rows[np.ix_(replaced, states)]
        if not np.linalg.cond(block) < 1e12:
            return None

        def moved(known):
            own = np.linalg.solve(block, known[replaced])
            return np.concatenate([own, known[kept] - programme.rows[np.ix_(kept, states)] @ own])

        rows, weights = moved(programme.rows), moved(programme.weights)
        size = states.size
        inverse = np.abs(np.linalg.inv(block))
        at = 1 + (np.abs(programme.rows[np.ix_(kept, states)]) @ inverse).sum(axis=1)
        least = np.max(np.abs(programme.targets)) * np.concatenate([inverse.sum(axis=1), at])
        for each, at in ((rows, 1.0), (weights, programme.probabilities[states])):
            each[:, states] = 0.0
            each[range(size), states] = at
        targets = moved(programme.targets)
        return cls(programme, states, replaced, kept, block, rows, weights, targets, 1e-3 * least + 1e-300)

    def prices(self, x, others):
        """θ from x at the rare states and the other prices."""
        theta = np.empty(self.targets.size)
        theta[self.kept] = others
        at = self.programme.rows[np.ix_(self.kept, self.states)]
        theta[self.replaced] = np.linalg.solve(self.block.T, x - at.T @ others)
        return theta

    def solve(self, theta, ceiling):
        """(Found or None, x at all states)."""
        programme, size = self.programme, self.states.size
        signed = np.concatenate([np.zeros(size, dtype=bool), programme.signed[self.kept]])
        scale = np.maximum(np.abs(self.targets), self.least)
        others = np.where(signed[size:], np.maximum(theta[self.kept], 0.0), theta[self.kept])
        chance = programme.probabilities[self.states]
        at = self._at(np.zeros(size), others, free=True)
        if at is None:
            return None, theta @ programme.rows
        utilities = -np.abs(at.gradient[:size]) / chance  # a first guess of the fines
        at = self._at(utilities, others)
        for iterations in range(1, _STEPS + 1):  # noqa: B007
            if at is None:
                return None, theta @ programme.rows
            prices = np.concatenate([np.zeros(size), others])
            error = _error(at.gradient, prices, signed, scale)
            if error < _EXACT or at.value > ceiling:
                break
            step = self._step(at, prices, signed)
            if step is None:
                break
            falls = (others + step[size:] < 0) & signed[size:] & (step[size:] < 0)
            part = 1.0
            if falls.any():
                part = min(1.0, float(np.min(others[falls] / -step[size:][falls])))
            for _ in range(_HALVINGS):
                trial = others + part * step[size:]
                trial = np.where(signed[size:] & (trial < 1e-15 * np.abs(others)), 0.0, trial)
                new_utilities = utilities + part * step[:size] / chance
                new = self._at(new_utilities, trial)
                tried = np.concatenate([np.zeros(size), trial])
                if new is not None and (
                    _error(new.gradient, tried, signed, scale) < (1 - 0.1 * part) * error
                    or (falls.any() and new.value > at.value)
                ):
                    break
                part /= 3
            else:
                break
            utilities, others, at = new_utilities, trial, new
        prices = np.concatenate([np.zeros(size), others])
        error = _error(at.gradient, prices, signed, scale)
        theta = self.prices(at.x[self.states], others)
        if not (error < _ENOUGH or at.value > ceiling) or np.any(theta[programme.signed] < 0):
            return None, at.x
        gradient = programme.targets - programme.weights @ at.utilities
        scale = np.maximum(np.abs(programme.targets), 1e-3 * np.max(np.abs(programme.targets)) + 1e-300)
        if not (_error(gradient, theta, programme.signed, scale) < _MISSED or at.value > ceiling):
            return None, at.x
        left = float(np.concatenate([at.x[self.states], np.abs(others)]) @ np.abs(at.gradient))
        states = tuple(int(a) for a in self.states)
        return Found(theta, at.utilities, gradient, error, left, at.value, states, iterations), at.x

    def _at(self, fines, others, free=False):
        """Where the utilities of the rare states are `fines` (`free`: where nothing is paid there); None outside the dual's domain."""
        utility, size = self.programme.utility, self.states.size
        if free:
            own = np.zeros(size)
        else:
            own = utility.marginal_wage(fines)
            if not (np.all(fines < utility.highest) and np.all(np.isfinite(own))):
                return None
        x = own @ self.rows[:size] + others @ self.rows[size:]
        floor = self.programme.floor_utility
        lowest = utility.marginal_wage(floor) if np.isfinite(floor) else 0.0
        inside = x > lowest
        v = np.where(inside, utility.utility_at(np.where(inside, x, 1.0)), floor)
        v[self.states] = fines
        if not np.all(np.isfinite(v)):
            return None
        inside[self.states] = False
        gradient = self.targets - self.weights @ v
        paid = float(self.programme.probabilities @ utility.wage(v))
        value = float(np.concatenate([own, others]) @ gradient) + paid
        return _Point(x, v, inside, gradient, value)

    def _step(self, at, prices, signed):
        """Newton's direction for the masses and the other prices; signed prices at zero that would fall stay there."""
        utility, size = self.programme.utility, self.states.size
        live = at.utilities[at.inside]
        turn = (self.weights[:, at.inside] / utility.wage_curvature(live)) @ self.rows[:, at.inside].T
        chance = self.programme.probabilities[self.states]
        turn[:, :size] *= utility.wage_curvature(at.utilities[self.states]) / chance
        turn[range(size), range(size)] += 1.0
        free = ~(signed & (prices <= 0) & (at.gradient <= 0))
        while True:
            step = np.zeros(prices.size)
            index = np.flatnonzero(free)
            matrix = turn[np.ix_(index, index)]
            scale = np.sqrt(np.maximum(np.abs(np.diag(matrix)), 1e-300))
            scaled = matrix / np.outer(scale, scale)
            try:
                step[index] = np.linalg.solve(scaled, at.gradient[index] / scale) / scale
            except np.linalg.LinAlgError:
                return None
            stays = free & signed & (prices <= 0) & (step < 0)
            if not stays.any():
                return step if np.all(np.isfinite(step)) else None
            free &= ~stays


@dataclass(frozen=True, eq=False)
class _Point:
    x: np.ndarray
    utilities: np.ndarray
    inside: np.ndarray
    gradient: np.ndarray
    value: float


def _error(gradient, prices, signed, scale):
    """Largest relative violation; a signed constraint at price zero may be slack."""
    idle = signed & (prices <= 0) & (gradient <= 0)
    return float(np.max(np.where(idle, 0.0, np.abs(gradient) / scale)))
