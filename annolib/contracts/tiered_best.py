def tiered_best(problem, evidence, n, best, tiers):
    raise NotImplementedError
