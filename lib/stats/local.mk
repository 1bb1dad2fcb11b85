# lib/stats
