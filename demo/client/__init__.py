"""The phones and desks of the city, played from outside: they know the shipped documents and WeChat, nothing else.

Nothing here imports the service or opens its database.
"""
