"""The explorer: a Streamlit page that reads a finished run and changes nothing."""
