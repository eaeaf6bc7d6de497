"""Pay for an agent who knows more than the firm: agents of several kinds, or of any kind in a range, before one contract.

A kind θ is a problem and a pass law: its strength of evidence, its cost of effort. All have the same utility of money and see the same
contract w(X); each takes its best answer η_θ. With q_θ the pass probability, the pay a kind expects depends on q alone, U(q) = E u(w(X)) and
E w(X), X ~ Binomial(n, q), so that kinds differ in what q costs them, C_θ(q) = c_θ(q_θ⁻¹(q)), and in what it is worth, V(q_θ⁻¹(q)).

A range runs from the weak to the strong: C_θ′(q) falls with θ. Then (D. Topkis, "Minimizing a submodular function on a lattice", Operations
Research 26 (1978), doi:10.1287/opre.26.2.305), whatever the contract,

    q_θ rises with θ,            so does E w(X) where w does,            and so does the agent's payoff max_q U(q) − C_θ(q).

So all take part if the weakest does, and a contract is known at every strength once it is known at a few (`whole_range`).

The aim is the worst profit, min_θ π_θ, or the expected one, Σ p_θ π_θ. Where the worst one is asked for, the search knows a few kinds,
at first both ends of the range; a kind in between that leaves less is added, and the search repeated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq

from annolib.agency.costs import PowerCost
from annolib.agency.problem import first_best
from annolib.contracts.incentives.pass_law import PassLaw

_ROUNDED = 1e-12  # what a root leaves open of the imitation bound


@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of agent: its problem, the law of its checks, its weight, and the name of it that results show."""

    problem: object
    evidence: object
    weight: float
    label: object


@dataclass(frozen=True, eq=False)
class Kinds:
    """Some kinds of agents with one utility of money, and the firm's aim: the worst profit, or the expected one.

    Arrays have one line for each kind, (K, …).
    """

    kinds: tuple
    expected: bool

    @property
    def utility(self):
        return self.kinds[0].problem.utility

    @property
    def floor_utility(self):
        return self.kinds[0].problem.floor_utility

    @property
    def weights(self):
        return np.array([kind.weight for kind in self.kinds])

    def aim(self, profits):
        """min or Σ p π over the kinds."""
        if self.expected:
            return np.tensordot(self.weights, profits, axes=1)
        return profits.min(axis=0)

    def value(self, efforts):
        """V_i(η_i)."""
        return np.stack([kind.problem._value(e) for kind, e in zip(self.kinds, efforts, strict=True)])

    def low_utility(self, gains):
        """u_L: the least utility of the low wage that every kind accepts, for payoffs G_i beyond it."""
        outside = np.array([kind.problem.outside for kind in self.kinds])
        wanted = outside.reshape(-1, *([1] * (gains.ndim - 1))) - gains
        return np.maximum(self.floor_utility, wanted.max(axis=0))

    def most_valuable(self):
        """No profit is above this: the aim of V_i(1)."""
        return float(self.aim(np.array([float(kind.problem._value(1.0)) for kind in self.kinds])))

    def budget(self, worth):
        """What one kind may be paid at most where the aim may fall by `worth`: others may have to pay in, at most down to their outside option."""
        least = self.weights[self.weights > 0].min() if self.expected else 1.0
        wages = [float(self.utility.wage(kind.problem.outside)) for kind in self.kinds]
        if np.isfinite(self.floor_utility):
            wages.append(float(self.utility.wage(self.floor_utility)))
        return (worth + max(-min(wages), 0.0)) / least + max(max(wages), 0.0)

    def dearest(self):
        """The largest cost of full effort."""
        return max(float(kind.problem.cost.cost(1.0)) for kind in self.kinds)

    def flat(self):
        """What the best flat pay that all accept leaves: efforts (K,), profits (K,), and its utility."""
        paid = max(self.floor_utility, *(kind.problem.outside for kind in self.kinds))
        efforts = np.array([kind.problem.cost.free_effort for kind in self.kinds])
        return efforts, self.value(efforts) - float(self.utility.wage(paid)), paid


@dataclass(frozen=True, eq=False)
class Found:
    """What a search hands over: a contract (None: flat pay), its aim, a bound of the aim of all others (inf: none), how much was looked at."""

    contract: object
    worth: float
    bound: float
    looked: int
    at_floor: bool
    family: str


class Strengths:
    """A range of monitors before one agent: the kinds, weak to strong, share 0 to 1."""

    def __init__(self, problem, strengths):
        self.problem, self.strengths, self.named = problem, strengths, strengths.strength

    def at(self, share):
        """The kind so far up the range."""
        monitor = self.strengths.at(share)
        return Kind(self.problem, PassLaw.from_monitor(monitor), 1.0, getattr(monitor, self.named))


class Costs:
    """A range of costs of effort before one monitor: the kinds, dear to cheap, share 0 to 1."""

    def __init__(self, agent, monitor):
        self.agent, self.evidence = agent, PassLaw.from_monitor(monitor)
        ends = (agent.dear.cost, agent.cheap.cost)
        self.scales = all(isinstance(c, PowerCost) for c in ends) and ends[0].power == ends[1].power
        self.named = "cost" if self.scales else "share"

    def at(self, share):
        """The kind so far down in cost; its label is the scale of the cost where both ends are one power, else the share."""
        problem = self.agent.dear if share == 0 else self.agent.cheap if share == 1 else self.agent.at(share)
        return Kind(problem, self.evidence, 1.0, problem.cost.scale if self.scales else float(share))


def listed(problems, monitors, weights, labels):
    """Some kinds with their weights; those of weight 0 are there to take part."""
    return Kinds(
        tuple(
            Kind(problem, PassLaw.from_monitor(monitor), weight, label)
            for problem, monitor, weight, label in zip(problems, monitors, weights, labels, strict=True)
        ),
        expected=True,
    )


def imitation_bound(weak, strong):
    """No contract under which both kinds take part has a higher worst profit, whatever n.

    If the weak kind shows q with effort η, the strong one can show it too, with effort η′ = q_strong⁻¹(q_weak(η)), and keep what it saves,
    s = c_weak(η) − c_strong(η′). So it must be left s above its outside option if that is the weak kind's, and

        worst profit ≤ max over η of min{V(η) − h(u₀ + c(η)), max_e V(e) − h(u₀ + c_strong(e) + s(η))}.

    The first falls beyond the first best, the second falls with s, and s rises with η: the maximum is the first best, or where both meet.
    """
    problem, best = weak.problem, first_best(weak.problem)

    def imitated(effort):
        other = float(strong.evidence.effort(min(float(weak.evidence.success(effort)), 1.0)))
        saved = float(problem.cost.cost(effort) - strong.problem.cost.cost(other))
        return first_best(replace(strong.problem, outside=problem.outside + max(saved, 0.0))).profit

    if imitated(best.effort) >= best.profit:
        return best.profit
    if imitated(0.0) <= problem.flat_profit(0.0):
        return float(imitated(0.0))
    meet = brentq(lambda effort: imitated(effort) - problem.flat_profit(effort), 0.0, best.effort, xtol=1e-13)
    return float(max(problem.flat_profit(meet), imitated(meet))) + _ROUNDED
