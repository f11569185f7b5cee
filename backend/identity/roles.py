"""The roles that a member may hold over a part of the tree, and what they let one do."""

MANAGERS = ("organiser", "supervisor", "operator")  # they run campaigns, sites and screens
DECIDERS = ("organiser", "reviewer", "supervisor", "operator")  # they see and decide what members recorded
RECYCLER = "recycler"  # handles devices, and nothing else
KEEPERS = (*DECIDERS, RECYCLER)  # they follow devices that were handed in
CANTEEN = "canteen"  # writes down what a canteen's meals left over, and nothing else
CATERERS = (*MANAGERS, CANTEEN)  # they read and write that log
ROLES = (*DECIDERS, RECYCLER, CANTEEN)
