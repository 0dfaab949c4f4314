"""Engines that count the layers of a Cayley graph.

An engine is a class with a `name`, a class method ``memory(group)`` that estimates the bytes it will
allocate, a constructor that takes the group, and a method ``layers()`` that yields the sizes of layers 0, 1,
2, ... one by one. `cayley.growth` chooses the engine and adds limits, progress and timing.
"""
