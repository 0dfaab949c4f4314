"""Engines that count the layers of a Cayley graph.

An engine is a class with a static method ``memory(group)`` that estimates the bytes it will allocate, a
constructor that takes the group, and a method ``layers()`` that yields the sizes of layers 0, 1, 2, ... one
by one until nothing is new. `cayley.growth` chooses the engine and adds limits, progress and timing.
"""
