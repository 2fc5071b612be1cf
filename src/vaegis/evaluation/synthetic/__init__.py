"""Generated rows beside real ones: shapes, trends, coverage, use."""
