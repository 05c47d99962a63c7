"""A person referred to another agency, and somebody who answers for it until that agency does."""
