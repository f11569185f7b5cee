"""What members spend what they earned on: rewards, and the carbon that they give to neutralise an event.

Whatever is spent is a transfer out of the member's account, under the member's lock, of no campaign: scores do not
sink. A reward's stock falls with each redemption and rises with each that is called off; a code is handed out once,
and shown again to its owner alone. Points expire by lots, the oldest first. An event takes no more carbon than it
needs, and what was given cannot be given again.

Verbs: add, change, restock, retire; redeem, cancel, hand_over; expire, announce; open_event, donate, cancel_event.
"""
