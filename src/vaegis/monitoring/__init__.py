"""New rows against what a version knows: files in, files out."""
