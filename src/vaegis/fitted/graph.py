"""What the ONNX form of a model reads and says; nothing here needs torch.

N rows, D numeric and C discrete columns, X = D + C, K latents; all float32 but for the codes.
"""

from typing import Final

FILE: Final = "model.onnx"
"""Its name among a bundle's attachments."""
INPUTS: Final = ("values_ND", "codes_NC", "observed_NX")
"""The fields of a `TableBatch`."""
OUTPUTS: Final = ("score_N", "latent_NK", "nll_NX", "mean_ND", "std_ND", "codes_NC_expected")
"""Negative ELBO at the posterior mean, posterior mean, its terms by column, and what the columns are expected to be."""
