"""Alarms: what a person must answer, kept until somebody has."""
