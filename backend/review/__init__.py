"""Review that fits into the minutes that an organiser has: a sample by risk, looked at blind, decided with a reason.

Every act is in the population of exactly one draw, that of the day on which it was recorded; which of a band are drawn
rests on the draw's seed alone and can be recomputed. Nobody decides on their own act or appeal, nor on their own
department's where staff suffices. A refusal reverses the award and reaches the member with its reason; one appeal goes
to another reviewer. What a campaign's acts are worth believing is an estimate with its interval, never a bare number.

Verbs: draw, decide, undo, answer, appeal, decide_appeal.
"""
