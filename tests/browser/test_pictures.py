"""The picture for players looks as the page does."""

MEAN, WORST = 3.0, 40.0
