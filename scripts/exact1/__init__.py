"""Family exact-1: training form, plain reference, TorchScript form, canonical archive."""
