"""Gemini: one seam to Google's client, one quota for all of us, and nothing of it beyond this folder."""
