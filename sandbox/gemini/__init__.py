"""Gemini, pretended: a model that writes what a schema asks for, the same words for the same question."""
