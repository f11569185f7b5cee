"""Reminders to check in, and that a campaign has begun: for those who asked, at the time that they chose.

Invariants: only members who have joined and asked are reminded; nobody who has checked in that day, nor after they
left, nor when the campaign has ended, is paused or cancelled: this is looked up when the reminder is made, and again
when it is sent. At most one a day and a member, on workdays only, and never late: it is soon too old to be sent.

Verbs: choose, remind.
"""
