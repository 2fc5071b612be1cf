"""The page of `vaegis studio`: the only user of streamlit."""
