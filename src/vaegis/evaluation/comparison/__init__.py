"""Two versions on the very same rows: what moved beyond noise, and what else is different."""
