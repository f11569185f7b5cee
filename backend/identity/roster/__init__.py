"""Roster import: read a file, compare it with who is known, show what would change, then apply it.

`reading.read` turns xlsx or CSV into rows and problems, `comparison.compare` turns rows into a preview,
`application.apply` writes a preview within the caller's transaction, `report.render` shows one, and
`command` does these steps for the command line.

A person is known by institution and staff number, and by phone. The past is never rewritten: whatever the
file says about earlier days, memberships of known people change from today on. Phone numbers are kept as
fingerprints only; identity card numbers are refused wherever they stand.
"""
