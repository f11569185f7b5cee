"""Reports of a campaign: its figures as a workbook, as pages to print, as open data; cases that members offer for them.

What leaves here speaks of groups that are large enough and of nobody by name, but for members who have offered a case
and said under which name. Nothing is rated by person; who does not take part stands nowhere. A sealed campaign is told
by its seal, with what was corrected since beside it; every other is called provisional. Carbon is an estimate.

Verbs: offer, withdraw, choose.
"""
