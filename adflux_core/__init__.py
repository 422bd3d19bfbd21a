"""WHAT IS TRUE: plain Python over SQL; knows neither Prefect nor Streamlit."""
