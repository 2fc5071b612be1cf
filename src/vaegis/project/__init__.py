"""A project of the user's own: from a table or a Feast repository to files that run."""
