"""Messages to members: an inbox that always works, and channels that carry some of it further.

A message is a row first, written in the transaction of what it tells of; `(member, key)` is unique, so that telling
twice tells once. The kinds of message are listed in `kinds.py`: which of them a member may switch off, and what they
say in both languages. Whatever a channel refuses stays in the inbox.

Beyond the inbox a message goes over one channel (`routing.py`): the first that is open to its member and has a
template for its kind. A delivery is claimed, looked at once more, sent and noted (`outbox.py`, `jobs.py`, `noting.py`),
at least once, by day. Nothing is sent that a member has switched off, or that the kind's own check finds needless then.

Verbs: post, read, turn (a switch), take (a phone's report), send_messages.
"""
