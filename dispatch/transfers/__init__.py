"""An incident that goes to another desk or province: once, and audited on both sides."""
