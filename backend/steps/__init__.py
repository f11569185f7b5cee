"""Steps from WeRun: kept per day as the member sent them, and let earn a small capped bonus.

Sending is the member's own act and their consent; nothing comes in any other way, and nobody else ever reads
a count. The act that a day earns stands in `checkins` and holds whole thousands up to the cap; the counts
themselves stand here, are deleted on demand at any time, and by themselves after sixty days.

Invariants: of a day the larger count is kept; steps and a trip of the same day never both count, whatever the
order; the same `requestId` gives the same answer; what was sent is dropped once it is read, and never logged.

Verbs: submit, forget.
"""
