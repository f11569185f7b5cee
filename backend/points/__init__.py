"""The ledger: transfers of points and of avoided carbon, inserted, never updated, never deleted.

Two ledgers, `points` (whole points) and `carbon_mg` (whole milligrams CO2e), one cause. A transfer moves a
positive amount from one account to another, so each ledger sums to zero by construction. A mistake is
undone by a reversal that names its original, once. Every transfer carries its cause, which is unique, and
what is needed to explain it years later. Checkpoints chain what was committed, so that a change made
behind our back is named.

Verbs: Posting.award, Posting.reverse, Posting.repeat, Posting.write; checkpoint; verify.
"""
