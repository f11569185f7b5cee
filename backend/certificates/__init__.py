"""Certificates of sealed campaigns, the public page that proves them, posters, and board pictures for notice groups.

A certificate quotes the seal and says what its holder agreed to: a member chooses the name that stands on their own.
It is good until it is withdrawn or the member leaves the campaign; after that its code is answered like one that never
was. Groups get one, with their rank, from their organisers; no list says who has one and who has none.

Verbs: make, withdraw; draw.
"""
