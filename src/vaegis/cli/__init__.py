"""The `vaegis` command."""
