# lib/trace
