"""Lines that are not cut at a floor: what the best one for each effort costs is known, so only the effort is searched (lesson 10).

`cara` and `crra` say what lines for an effort, or for a range of efforts, lose at least on the first best, for agents of constant absolute
and constant relative risk aversion (1 and above); `shapes` holds the sums of the latter; `ranges` halves efforts until no line can earn more; `refused` tells when
a floor is so low that no line meets it. `solve` puts it together.
"""
