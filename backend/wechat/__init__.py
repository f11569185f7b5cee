"""WeChat: the only code that speaks to the platform.

Owns: the `WeChat` protocol and its one real client (`client.py`), the shared access token, the decryption of
open data, and the door for pushes (`pushes.py`), which hands each event to whoever the application named for it.

Invariants: a secret, a token, a code or a session key is never logged nor shown; the platform's own error
text is for the operator's log, a member reads a problem in their language; a token is fetched once for all
processes and never by force; a push is believed only when signed, encrypted, ours and fresh, taken once, and
acknowledged after the commit. The client is given a base URL and cannot tell what answers there.

Verbs: `code_to_session`, `phone_number`, `check_text`, `check_media`, `mini_program_code`, `access_token`,
`notices.send_subscribe`, `notices.send_employee`, `HttpWeCom.send`, `open_data.decrypt`, `push.open_message`,
`Pushes.take`.
"""
