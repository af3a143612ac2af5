"""A document becomes working rows: read (readers), understood (outline), saved (saving) and told (report)."""
