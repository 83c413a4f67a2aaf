"""The HTTP service: one Flask application of several parts, each a file that makes a blueprint."""
