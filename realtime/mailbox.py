"""A console's mailbox: frames in order up to a limit; past it, only the fact that it is behind.

Sans-I/O. A console that falls behind is owed a snapshot, never a backlog.
"""

from collections import deque


class Mailbox:
    """Frames waiting for one socket."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.frames: deque[str] = deque()
        self.behind = False

    def put(self, frame: str) -> None:
        """Add a frame, or fall behind."""
        if self.behind:
            return
        if len(self.frames) >= self.limit:
            self.frames.clear()
            self.behind = True
        else:
            self.frames.append(frame)

    def take(self) -> tuple[list[str], bool]:
        """Return the frames, and whether a snapshot is owed instead; both are then settled."""
        frames, behind = list(self.frames), self.behind
        self.frames.clear()
        self.behind = False
        return frames, behind

    def __bool__(self) -> bool:
        """Tell whether there is something to send."""
        return bool(self.frames) or self.behind
