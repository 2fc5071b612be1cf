"""A user's own files: how they are written, found once and recorded, and read by that record ever after."""
