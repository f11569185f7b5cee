"""Rules that change in daylight, and points that two people move by hand.

A change of a running campaign's numbers is previewed before it is proposed, agreed to by somebody else who saw the same
figures, and told to everybody who takes part. It applies from a campaign day on, or restates what was earned since that
day by offsets that carry the reason. A campaign multiplies points, never carbon; a change chooses and numbers only.
Sealed results never change. An adjustment of a member's points takes two people, neither of them the member; so does
the answer to a member who objects to what one organiser undid.

Verbs: propose, agree, decline, withdraw, carry_on, adjust, object, set_budget.
"""
