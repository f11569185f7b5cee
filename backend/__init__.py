"""Tanhui 碳惠: the service that public institutions run for conservation campaigns.

Staff check in green acts; an accepted act writes one transfer of points and one of avoided carbon
into a ledger that is never edited; boards are derived from the ledger and can be thrown away. Slices
stand in one vertical order (see ARCHITECTURE.md) and import only downward.
"""
