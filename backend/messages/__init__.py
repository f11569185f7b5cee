"""Messages to members: an inbox that always works, and channels that carry some of it further.

A message is a row first, written in the transaction of what it tells of; `(member, key)` is unique, so that telling
twice tells once. The kinds of message are listed in `kinds.py`: which of them a member may switch off, and what they
say in both languages. Whatever a channel refuses stays in the inbox.

Verbs: post.
"""
