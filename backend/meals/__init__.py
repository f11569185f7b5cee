"""The canteen's log of food waste: what each meal left over, and how many ate.

Who manages an institution or runs its canteen records a meal; recording it again corrects it. The last record counts,
earlier ones stay. The log knows meals, never people: nothing of it becomes points, carbon or a place on a board, for
less is better here, and it tells no rate of a meal at which fewer ate than a group that boards would list.

Verbs: record.
"""
