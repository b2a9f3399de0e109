"""What `reelrank backtest` does: lists as a team would have had them, day by day, and judged."""
