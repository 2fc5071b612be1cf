"""Room: quality. The only user of Great Expectations; import from the submodules, some of which are light."""
