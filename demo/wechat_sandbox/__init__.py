"""A sandbox that speaks WeChat's HTTP protocol, with its error codes, and plays the phones.

It is a program of its own: the service is given its base URL and cannot tell it from WeChat. What lies under
`/sandbox/` stands for what happens on a phone (`wx.login`, the phone button) and for the platform's bad days.
Everything is kept in memory. Never put it where others can reach it.
"""

from demo.wechat_sandbox.app import create_app

__all__ = ["create_app"]
