"""The published sizes of BERT, by name."""

# (layers, hidden size); heads are hidden / 64, the feed-forward is 4 * hidden wide.
# Turc et al. 2019, table 1, for tiny to medium; Devlin et al. 2019, section 3, for base and large
PRESETS = {
    "tiny": (2, 128),
    "mini": (4, 256),
    "small": (4, 512),
    "medium": (8, 512),
    "base": (12, 768),
    "large": (24, 1024),
}
