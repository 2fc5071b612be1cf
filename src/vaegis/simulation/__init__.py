"""What-if rows: columns held, shifted or swept, a real row under other circumstances, walks, stress sets."""
