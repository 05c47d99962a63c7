"""Directories for a cluster: pytest's own are closed to the user that PostgreSQL runs as."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_directory() -> Iterator[Path]:
    """Lend a temporary directory that every user may pass through."""
    directory = Path(tempfile.mkdtemp(prefix="sayyar-"))
    directory.chmod(0o711)
    try:
        yield directory
    finally:
        shutil.rmtree(directory)
