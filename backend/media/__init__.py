"""Pictures in: upload by ticket, checked, stripped of what they tell about places, fingerprinted, moderated.

No stored byte carries EXIF or a position; a fingerprint outlives its photo, so that a copy is known years later;
nobody but its owner and those who decide sees a photo before it has passed; a photo proves one act, once.

Verbs: request_upload, store, claim, move_claims, keep_until, judge, take_back, let_go, sweep, forget;
moderation.receive, ask_the_platform.
"""
