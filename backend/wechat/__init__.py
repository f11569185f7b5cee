"""WeChat: the only code that speaks to the platform.

Owns: the `WeChat` protocol and its one real client (`client.py`), the shared access token, the decryption of
open data and the verification of pushes.

Invariants: a secret, a token, a code or a session key is never logged nor shown; the platform's own error
text is for the operator's log, a member reads a problem in their language; a token is fetched once for all
processes and never by force. The client is given a base URL and cannot tell what answers there.

Verbs: `code_to_session`, `phone_number`, `mini_program_code`, `access_token`, `open_data.decrypt`, `push.open_message`.
"""
