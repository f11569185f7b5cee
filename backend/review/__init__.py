"""Review by people: a sample drawn by risk within the minutes an organiser has, decisions, appeals, retention.

Nobody decides on their own act. A refusal takes the award back and tells the member why; it may be appealed once,
to somebody else. What the sample says of a whole campaign is stated with its uncertainty.
"""
