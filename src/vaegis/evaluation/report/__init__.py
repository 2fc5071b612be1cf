"""One page that says whether to stake one's name on a model, and the cards that travel with it."""
