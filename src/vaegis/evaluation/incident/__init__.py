"""One row put on one page: what was seen, what would have been normal, and where the like was seen before."""
