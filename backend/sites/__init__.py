"""Where codes are shown: stations, canteens, lecture rooms; codes that stand still and codes that rotate.

A code proves presence at a level, never identity: a printed one, which may be photographed, proves less than one
that changes every few seconds and is worthless when it is sent on. A site belongs to one institution and is good
for one kind of check-in.

Verbs: revoke.
"""
