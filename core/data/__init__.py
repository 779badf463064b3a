"""What there is to learn from: data sets by name, a person's own table, points of two classes and a person's own."""
