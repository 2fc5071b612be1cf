"""Tables as streams: splits, transforms and the batches that models read."""
