"""Who is asking: institutions in a tree, departments, members, their memberships by date, roles, sessions.

Invariants: a member has at most one membership without an end; memberships and head counts are dated and
never rewritten for the past; a role reaches the institution it was granted for and everything below; one
WeChat account speaks for at most one member, and a member has at most one account of each provider.
Tokens, codes, phone numbers and openids are kept as keyed fingerprints.

Verbs: sign_in, sign_out, bind_by_code, bind_by_phone, issue_binding_code, grant, end_role, set_display_name,
and in `roster`: read, compare, apply.
"""
