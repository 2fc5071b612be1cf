"""The only room that knows Feast: definitions, point-in-time retrieval, and a fingerprint of what the store offers.

Import from the submodules: `state` must stay quick, and importing Feast costs seconds.
"""
