"""Surfaces to descend on: what one is, those of the literature by name, a person's own, and how to look at one."""
