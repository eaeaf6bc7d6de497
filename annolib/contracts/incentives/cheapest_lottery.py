"""The cheapest lottery over utilities that implements one effort, by a dual with a few multipliers.

Minimise Σ P_k h(v_k) over v_k ≥ v_floor subject to

    Σ P_k v_k ≥ ū                                 (participation, price λ ≥ 0)
    Σ P_k s_k v_k = c′(η)/√(n𝓘), s_k = score      (local incentive, price μ; ≥ at full effort)
    Σ P_k (1 − R_jk) v_k ≥ c(η) − c(η_j)          (no shirking to η_j, price ν_j ≥ 0), R_jk = P_k(η_j)/P_k(η).

The choice of utilities v_k in place of wages makes it convex: h = u⁻¹ is, and the constraints are linear. With θ = (λ, μ, ν_1, …), b the
right-hand sides and x_k = λ + μ s_k + Σ_j ν_j (1 − R_jk), the Lagrangian is Σ θ_i b_i + Σ P_k [h(v_k) − x_k v_k]. It is lowest at

    h′(v_k) = max(h′(v_floor), x_k),

and its lowest value is the dual function g(θ): smooth, concave, and for every θ with the right signs a bound that no lottery for this effort
costs less than. ∂g/∂θ_i = b_i − Σ_k P_k row_ik v_k, so that a maximum of g meets the constraints; −Σ_k P_k row_ik row_jk/h″(v_k), over the
states above the floor, is its Hessian. Newton's method, prices with a sign held at zero while they would fall: a handful of steps, whatever n.

References
----------
Utilities as the unknowns: S. Grossman, O. Hart, "An analysis of the principal-agent problem", Econometrica 51 (1983), doi:10.2307/1912246.
The form of the solution: B. Holmström, "Moral hazard and observability", Bell Journal of Economics 10 (1979), doi:10.2307/3003320.
W. Rogerson, "The first-order approach to principal-agent problems", Econometrica 53 (1985), doi:10.2307/1913212.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.contracts.incentives.rare_states import solve_with_rare_states

_STEPS = 80
_RARE, _SMALL, _LOOK = (
    1e-6,
    1e-5,
    8,
)  # of the largest x: of a rare state, of one that may be; steps between two looks for one
_UNSEEN = 1e-17  # of the dual value
_HALVINGS = 60  # of the prices of a start outside the dual's domain


@dataclass(frozen=True, eq=False)
class Programme:
    """One effort's programme in states k: arrays (states,) and rows (constraints, states).

    Attributes
    ----------
    probabilities : (K,), P_k
    rows : (C, K), one line for each constraint: what multiplies P_k v_k
        1                participation
        s_k              local incentive
        1 − R_jk         no shirking to η_j, one line for each
    weights : (C, K)
        P_k · rows; for the last ones P_k(η) − P_k(η_j), which stays finite where R_jk does not.
    targets : (C,), right-hand sides: ū; c′(η)/√(n𝓘); c(η) − c(η_j)
    signed : (C,) bool
        True where the constraint is an inequality, so that its price must be ≥ 0.
    utility, floor_utility : the agent's; u(w_floor), −∞ without a floor
    """

    probabilities: np.ndarray
    rows: np.ndarray
    weights: np.ndarray
    targets: np.ndarray
    signed: np.ndarray
    utility: object
    floor_utility: float


@dataclass(frozen=True, eq=False)
class Lottery:
    """Solution of a programme: prices θ, utilities v, and slacks of the constraints (left side minus right).

    `suboptimality` is Σ |θ_i · slack_i|, what the slacks leave open between the cost and the dual value. `bound` is the value of the dual: no contract for this effort costs less, whether or not Newton's method converged.
    `rare` are states whose utility does not follow from the prices in floating point (`annolib.contracts.incentives.rare_states`).
    """

    prices: np.ndarray
    utilities: np.ndarray
    slacks: np.ndarray
    converged: bool
    iterations: int
    residual: float
    suboptimality: float
    bound: float
    rare: tuple = ()


class Unsolved(ArithmeticError):
    """Newton's method stopped early at an effort that may be worth having; `bound` is the cost it cannot go below."""

    def __init__(self, effort, bound):
        super().__init__(
            f"the dual did not converge at effort {effort:.6g}; its cost is at least {bound:.6g}"
        )
        self.effort, self.bound = effort, bound


def utilities_at(utility, floor_utility, x):
    """v with h′(v) = x, cut at the floor; −inf where no such v exists (x ≤ 0 without a floor)."""
    lowest = utility.marginal_wage(floor_utility) if np.isfinite(floor_utility) else 0.0
    inside = x > lowest
    v = utility.utility_at(np.where(inside, x, 1.0))
    return np.where(inside, v, floor_utility), inside


def solve(programme, start, ceiling=np.inf):
    """Newton's method on the dual from the prices `start`, a Lottery.

    Each step: the active set (prices with a sign that stay at zero), Newton's direction for the others, cut at the first price to vanish
    and quartered until the dual value rises enough (Armijo) or the violations halve.

    The dual value bounds the cost from below: once it exceeds `ceiling` the effort is too dear and the search stops.
    """
    rows, b, utility = programme.rows, programme.targets, programme.utility
    theta = np.where(programme.signed, np.maximum(start, 0), start).astype(float)
    scale = np.maximum(np.abs(b), 1e-3 * np.max(np.abs(b)) + 1e-300)
    deep = _is_deep(programme)
    if deep and np.min(x := theta @ rows) < _RARE * np.max(x):
        found, theta = _with_rare_states(programme, theta, ceiling)
        if found is not None:
            return found
    theta, (value, v, inside) = _inside_domain(programme, theta)
    gradient = b - programme.weights @ v
    error = _error(gradient, theta, programme, scale)
    for iterations in range(1, _STEPS + 1):
        if value > ceiling:
            break
        if deep and iterations % _LOOK == 0 and np.min(x := theta @ rows) < _SMALL * np.max(x):
            found, other = _with_rare_states(programme, theta, ceiling)
            if found is not None:
                return found
            if other is not theta:
                theta = other
                value, v, inside = _dual(programme, theta)
                gradient = b - programme.weights @ v
                error = _error(gradient, theta, programme, scale)
        live = v[inside]
        hessian = (programme.weights[:, inside] / utility.wage_curvature(live)) @ rows[:, inside].T
        free = ~(programme.signed & (theta <= 0) & (gradient <= 0))
        step = _newton_step(hessian, gradient, free)
        if not np.isfinite(step @ step):  # the floor everywhere: no price moves anything
            break
        while np.any(stays := free & programme.signed & (theta <= 0) & (step < 0)):
            free &= ~stays  # prices at zero that would fall stay there, and the others aim anew
            step = _newton_step(hessian, gradient, free)
        slope = float(gradient @ step)
        size, settled = 1.0, False
        negative = programme.signed & (theta + step < 0) & free
        if negative.any():  # stop at the first price to vanish
            size = min(1.0, float(np.min(theta[negative] / -step[negative])))
        for _ in range(60):
            trial = theta + size * step
            trial = np.where(programme.signed & (trial < 1e-15 * np.abs(theta)), 0.0, trial)
            new_value, new_v, new_inside = _dual(programme, trial)
            if np.isfinite(new_value):
                new_gradient = b - programme.weights @ new_v
                new_error = _error(new_gradient, trial, programme, scale)
                rises = new_value >= value + 1e-4 * size * slope - 1e-15 * abs(value)
                if rises or new_error < 0.5 * error:
                    break
            size /= 4
            if size * slope < _UNSEEN * abs(value):  # a rise that rounding hides: no shorter step can show it
                settled = True
                break
        else:
            settled = True
        if settled:
            outside = theta @ rows + step @ rows
            if (
                deep and error > 1e-8 and np.min(outside) < 0
            ):  # a step to where a state has no price: is it a rare one?
                missed = gradient > 0
                found, _ = _with_rare_states(programme, theta, ceiling, int(np.argmin(outside)), missed)
                if found is not None:
                    return found
            break
        theta, value, v, inside, gradient = trial, new_value, new_v, new_inside, new_gradient
        old, error = error, new_error
        if error < 1e-15 or (error < 1e-11 and error > 0.3 * old):
            break
    slack = -gradient
    return Lottery(
        theta,
        v,
        slack,
        bool(error < 1e-8 and value <= ceiling + 1e-9 * abs(ceiling)),
        iterations,
        float(error),
        float(np.abs(theta) @ np.abs(slack)),
        float(value),
    )


def _is_deep(programme):
    """Is the floor so low that a fine can be as harsh as it is rare?"""
    floor, utility = programme.floor_utility, programme.utility
    if not np.isfinite(floor):
        return True
    at = max(float(programme.targets[0]), floor)
    return bool(utility.marginal_wage(floor) < _RARE * utility.marginal_wage(at))


def _with_rare_states(programme, theta, ceiling, first=None, missed=None):
    """The solution in masses and prices, a Lottery, or None where it fails; and prices to go on from."""
    with np.errstate(all="ignore"):
        found, theta = solve_with_rare_states(programme, theta, ceiling, first, missed)
    if found is None:
        return None, theta
    converged = found.error < 1e-8 and found.bound <= ceiling + 1e-9 * abs(ceiling)
    return Lottery(
        found.prices, found.utilities, -found.gradient, bool(converged), found.iterations, found.error, found.left, found.bound,
        found.states,
    ), theta  # fmt: skip


def _inside_domain(programme, theta):
    """Prices with a finite dual value, and that value: without a floor every x must be positive, as it is for λ alone."""
    found = _dual(programme, theta)
    for _ in range(_HALVINGS):
        if np.isfinite(found[0]):
            break
        theta = theta.copy()
        theta[1:] /= 2
        if not theta[0] > 0:
            theta[0] = float(programme.utility.marginal_wage(programme.targets[0]))
        found = _dual(programme, theta)
    return theta, found


def _dual(programme, theta):
    """g(θ), the utilities that attain it, and where the floor does not bind; −∞ where no utilities do."""
    x = theta @ programme.rows
    v, inside = utilities_at(programme.utility, programme.floor_utility, x)
    if not np.isfinite(v.sum()):
        return -np.inf, v, inside
    paid = programme.probabilities @ programme.utility.wage(v)
    return float(theta @ (programme.targets - programme.weights @ v) + paid), v, inside


def _error(gradient, theta, programme, scale):
    """Largest relative violation; a signed constraint at price zero may be slack."""
    idle = programme.signed & (theta <= 0) & (gradient <= 0)
    return float((np.where(idle, 0.0, np.abs(gradient)) / scale).max())


def _newton_step(hessian, gradient, free):
    """Newton's direction for the free prices, 0 for the others; scaled to a unit diagonal, and kept regular by 1e-14."""
    if free.all():
        return _scaled_solution(hessian, gradient)
    step = np.zeros_like(gradient)
    index = np.flatnonzero(free)
    if index.size:
        step[index] = _scaled_solution(hessian[index[:, None], index], gradient[index])
    return step


def _scaled_solution(matrix, right):
    size = np.sqrt(np.maximum(matrix.diagonal(), 1e-300))
    scaled = matrix / (size[:, None] * size)
    scaled.flat[:: size.size + 1] += 1e-14
    try:
        return np.linalg.solve(scaled, right / size) / size
    except np.linalg.LinAlgError:
        return np.linalg.lstsq(scaled, right / size, rcond=None)[0] / size
