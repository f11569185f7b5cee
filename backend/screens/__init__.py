"""Canteen screens: a key for each, bound to one institution, and what it shows, as of when.

A screen sees aggregates and chosen display names of its institution, never more. Its document is made from
cached boards: the same cost for one screen or five hundred.

Verbs: register, revoke.
"""
