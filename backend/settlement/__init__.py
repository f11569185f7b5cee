"""Settlement: how a campaign comes to a result that stands for good.

closed (no more acts, review goes on) → reviewed (no more review, appeals are decided) → provisional (the result is
out, members may object) → sealed. The worker takes each step when it is due and nothing is open; late, once, in order.
A seal pins entries, rules, factors, calendar and memberships, and keeps a digest that anybody can recompute. What is
corrected after the seal stands beside the sealed result, in a column of its own; the result itself never changes.

Verbs: end_review, seal, object_to, answer, freeze, unfreeze.
"""
