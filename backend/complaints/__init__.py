"""Complaints and suggestions: everybody may make them, an organiser answers by a promised day, the level above checks.

Who makes one may stay unknown to whoever answers; the answer reaches them all the same. It goes to who manages the
member's institution, or straight to the level above where it is about an organiser. Unanswered when its day has passed,
or answered unsatisfactorily, it may be passed up once. Nobody answers their own, and nobody the same one twice. Texts
are deleted two years after closing; what stays are dates, for counting.

Verbs: file, answer, forward, close.
"""
