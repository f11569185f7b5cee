"""One module for each kind of check-in; `all_kinds` finds them by themselves.

To add one: copy the module that is most alike, name its factor if it has an honest one, and let a theme use
it. The tests that every kind must pass find it too.
"""
