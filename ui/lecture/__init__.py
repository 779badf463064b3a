"""A lecture from a link: the plan of its experiments."""
