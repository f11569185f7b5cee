"""What a campaign says to those who take part: streaks and badges for oneself alone, a goal for a group, its prizes.

Everything is derived from the acts that count: an act that is reported late repairs a streak, one that is reversed
takes it away. A badge's row says when it was first earned, and keeps it once the result is sealed. Nobody is ranked by
any of it, nobody sees another's unless they chose to show a badge, and a group's goal follows the rules of its board:
never for fewer than the threshold, never who has not taken part. Leaving hides everything.

Verbs: follow, show.
"""
