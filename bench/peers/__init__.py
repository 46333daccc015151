"""What others would build: programs that fetch the same movies from the same server, each with a well-known tool.

They run in an environment of their own, `.venv/bench`, as `python -m bench.peers.<name>`, and get the server's API, the
file with the ids and a folder for their output. All keep whole bodies, and read as JSON what they keep: to store bytes
as they come is the floor. Besides that, what is faster for them is chosen.
"""
