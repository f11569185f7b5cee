"""Standings over the ledger: who stands where, by points or avoided carbon, today, this week, in all.

Everything here is derived and can be thrown away: the projector *sets* totals that it recomputed from the
ledger for the members that moved, so that doing it twice changes nothing and commits out of order are not
missed. Equal scores share a rank. A board names only display names that members chose (else masked), only
the top, only of the viewer's own institution, and no group that is smaller than the suppression threshold.

Verbs: project, board, place_of.
"""
