"""The roles that a member may hold over a part of the tree, and what they let one do."""

MANAGERS = ("organiser", "supervisor", "operator")  # they run campaigns, sites and screens
DECIDERS = ("organiser", "reviewer", "supervisor", "operator")  # they see and decide what members recorded
RECYCLER = "recycler"  # handles devices, and nothing else
ROLES = (*DECIDERS, RECYCLER)
