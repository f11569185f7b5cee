"""What is on: theme packs read from `campaigns/`, and the campaigns that institutions run from them.

A theme may choose and number, never compute. A campaign pins the content hash of its theme and of the
factors, so that editing a pack never changes what is running. Joining and leaving are a member's own acts.
The worker opens and closes campaigns; each transition happens exactly once, late if need be. Organisers change
a campaign freely before it starts; then they give it more days, put it on hold, let it go on, or cancel it, each
for a reason that members read. Every change leaves a line in the trail and names the edition that it changes.

Verbs: open_campaign, open_each, join, leave, start, close, change, pause, resume, cancel.
"""
