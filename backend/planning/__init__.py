"""The year's plan: when each theme takes place, and from there to campaigns that stand in the calendar.

Dates are predicted by a theme's rule, known from a notice, or confirmed by an organiser; what is confirmed holds for
all institutions below until one of them confirms its own. Campaigns are opened from the plan for one unit or for each
of a whole subtree, all or none, or cloned from an earlier year. A dry run tells everything that will happen to a
campaign, standing or proposed, and where it shares acts with others. Each institution has a calendar feed.

Verbs: confirm, withdraw, open_for, clone, renew.
"""
