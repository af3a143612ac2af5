"""Scans and reports: how their bytes come (tus, form), where they stand sealed (blobs, segments), how they go."""
