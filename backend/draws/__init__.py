"""Prize draws of campaigns that anybody can check.

Whoever organises a draw announces it before the campaign closes: prizes, who takes part, tickets that cost points.
The service makes the seed, publishes its SHA-256 at once and the seed itself only after the draw. When the campaign's
result is sealed, the tickets with the smallest SHA-256 of seed, seal and ticket number win (`rule.py`): the seed was
fixed before anybody knew the result, and nobody who makes the result is told the seed. What is published names
numbers, never persons.

Verbs: announce, buy, cancel, draw, claim, hand_over, pass_on.
"""
