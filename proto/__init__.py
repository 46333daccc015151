"""The public contract of the objects at the edge: `.proto` files and the Python generated from them.

A real package on purpose: without this file an installed distribution named `proto` would hide it.
"""
