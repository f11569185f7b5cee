"""One module for each scene that a screen may show; see `backend.screens.scene`."""

# In which order a playlist that nobody has set shows them.
ORDER = (
    "campaign",
    "departments",
    "institutions",
    "persons",
    "goal",
    "carbon",
    "food",
    "result",
    "code",
    "join",
    "messages",
    "year",
    "next",
    "idle",
)
