"""Solutions of smallest norm, and norms of matrices and of their products."""
