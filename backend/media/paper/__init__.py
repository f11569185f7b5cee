"""Printed things: a small typographic layer over Pillow, in millimetres, for sheets, slips, certificates and reports.

A page is drawn in a few inks at 150 or 300 dots to the inch and leaves as PNG, or as the same pixels in a PDF.
Lines break by the rules of Chinese typesetting; text shrinks into its box or says that it does not fit; a
character that the fonts lack is named and never printed as a box.

`coverage`, `wrapping` and `styles` know no Pillow: the API looks there before anything is drawn. Drawing itself is
for the studio's processes (`Studio.draw`): `page`, `fonts`, `tables`, `squares`, `pdf`.
"""
