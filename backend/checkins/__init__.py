"""What members report: acts of many kinds, judged by one path, recorded in batches.

An act counts once: (member, act class, campaign day, slot), whichever campaigns overlap; a stronger proof
upgrades it. Caps are never exceeded, the same `requestId` gives the same answer, one bad item never fails
its neighbours, and nothing is acknowledged before its commit. Kinds stand in `kinds/`, one module each.

Verbs: record, reverse, reinstate, confirm, issue.
"""
