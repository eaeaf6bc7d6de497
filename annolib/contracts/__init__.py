"""The best contract of a class: flat, threshold bonus, linear, tiered, or any (lessons 09 to 13).

`second_best` is the door. Behind it a folder holds a class: `family` is the model, `solve` finds the best and proves it.
The symbols are those of the course:

    η, e        effort; η* the first best                  `Problem`, `first_best`
    u, h        utility of a wage; h = u⁻¹ its wage        `CARA`, `CRRA`, `RiskNeutral`
    c           cost of effort, in utility                 `PowerCost`, `ConvexCost`
    V           what effort is worth to the firm           `Problem(value)`
    u₀, ū       outside option; ū = u₀ + c(η)              `Problem(outside)`, `Problem.reservation`
    v, u_f      a utility paid; the lowest, u(w_floor)     `Problem.floor_utility`
    n, X        number of checks; how many pass            `second_best(n)`
    q, P        pass probability of one check; P(X ≥ t)    `Monitor.pass_probability`
    Δ           bonus in utility, u(high) − u(low)         `Binary`
    D(η)        bonus at which η is stationary, c′/P′
    g           value of the dual: what no contract for this effort costs less than
    s           score, d log P(X)/dη
    𝓘           Fisher information of one check            `Monitor.fisher_information`
    λ, μ, ν     prices of participation, of the local incentive, of a deviation (KKT multipliers)
    C_lin, K    what a line loses, times n𝓘; what a failure wastes   `annolib.rates`
"""

from annolib.lazy import lazy

_HOME = {
    # name: the file it lives in
    "Answer": "best_answers",
    "BestChecks": "design.budgets",
    "BestDeposit": "design.deposits",
    "BestMix": "design.mix",
    "Binary": "forms",
    "Certificate": "results",
    "CheapestPay": "design.cheapest",
    "CostEstimate": "design.learning",
    "Flat": "forms",
    "JointBinary": "forms",
    "JointFlat": "forms",
    "JointLinear": "forms",
    "JointOptimal": "forms",
    "Linear": "forms",
    "Menu": "robust.lines.menu",
    "menu": "robust.lines.menu",
    "NoBestContract": "results",
    "Optimal": "forms",
    "RobustPay": "robust.results",
    "SecondBest": "results",
    "SecondBests": "results",
    "Tiered": "forms",
    "TwoActions": "gaps.two_efforts",
    "Wages": "forms",
    "best_answer": "best_answers",
    "best_checks": "design.budgets",
    "best_deposit": "design.deposits",
    "best_mix": "design.mix",
    "estimate_cost": "design.learning",
    "cheapest_pay": "design.cheapest",
    "discrete_actions": "solve",
    "first_order_wages": "optimal.first_order",
    "second_best": "solve",
    "sensitivity": "design.sensitivity",
    "with_deposit": "design.deposits",
    "two_actions": "gaps.two_efforts",
}

_RENAMED = {
    "chernoff": "annolib.numerics.chernoff_information",
    "relative_entropy": "annolib.numerics.bernoulli_divergence",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME, renamed=_RENAMED)
