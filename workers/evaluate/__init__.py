"""How good the models are, measured on labelled songs: ours beside the peers, in one run."""
