"""The demonstration: a believable city, a sandbox WeChat, and phones that check in through the public API."""
