"""The colours of screens, by what they are for; page and picture take them from here."""

INKS: dict[str, str] = {
    "ground": "#eef5ee",  # behind everything
    "paper": "#ffffff",  # panels
    "band": "#0f5a43",  # the head, and what stands out
    "ink": "#10312b",  # text
    "soft": "#3f5a52",  # text that explains
    "green": "#14644a",  # headings on paper and ground
    "light": "#ffffff",  # text on the band
    "pale": "#d9ede0",  # text that explains, on the band
    "bar": "#dcefe0",  # how much, behind a line
    "moved": "#ffe9b0",  # a line that has just changed
    "gold": "#f2b632",
    "silver": "#b9c6cf",
    "bronze": "#d99a63",
    "plain": "#e3ebe3",  # behind the ranks after the third
    "warning": "#8a2a0c",  # text: something is not as it should be
    "notice": "#fff3d6",  # behind a notice
    "black": "#000000",  # the modules of a square code
}


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours of `INKS` by WCAG 2.2: 1 to 21."""
    lighter, darker = sorted((_luminance(INKS[one]), _luminance(INKS[other])), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)  # noqa: PLR2004 - the formula of WCAG
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
