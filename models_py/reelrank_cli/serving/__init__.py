"""The HTTP server of `reelrank serve`: what a run published, held in memory."""
