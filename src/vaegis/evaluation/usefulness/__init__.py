"""Part of evaluation: what latents are good for as features."""
