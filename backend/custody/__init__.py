"""The chain of custody of old electronics (废旧3C): from booking to the recycler's certificate.

Each step is a row that is never edited. A unit's asset never earns anybody points; what a device avoided is
counted by its disposition, not by its being handed in.
"""
