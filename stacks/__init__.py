"""The infrastructure: each module is a stack, and app.py wires them in the order data flows."""
