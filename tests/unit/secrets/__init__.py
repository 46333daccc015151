"""Secrets stay where they belong: whatever fails, none of them is told to anybody.

Each client that holds a secret meets each fault of a server, with a canary for its secret. Whatever then can be seen is
searched: messages, reprs and tracebacks of the error and of all that is behind it, logs, metrics, dead letters.
"""
