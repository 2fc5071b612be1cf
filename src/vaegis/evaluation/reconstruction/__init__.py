"""How well rows are given back and how probable they are; whether the predicted spreads mean what they say."""
