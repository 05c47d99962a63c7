"""The workbench: settings, database, journal, errors, identity. It knows nothing of the field."""
