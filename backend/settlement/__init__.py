"""Settlement: how a campaign comes to a result that stands for good.

A seal pins entries, rules, factors, calendar and memberships, and keeps a digest that anybody can recompute. What is
corrected after the seal stands beside the sealed result, in a column of its own; the result itself never changes.

Verbs: seal.
"""
