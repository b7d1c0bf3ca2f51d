//! Layer 4: one opened device, shared by all its tracks.
