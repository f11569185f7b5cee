"""What is on: theme packs read from `campaigns/`, and the campaigns that institutions run from them.

A theme may choose and number, never compute. A campaign pins the content hash of its theme and of the
factors, so that editing a pack never changes what is running. Joining and leaving are a member's own acts.
The worker opens and closes campaigns; each transition happens exactly once, late if need be.

Verbs: open_campaign, join, leave, start, close.
"""
