"""The gateway for messages to crews: a webhook of the operator's own, one message at a time."""

from dispatch.channels import signature
from dispatch.channels.message import Failure
from dispatch.channels.queries import Letter
from kit.clock import now
from kit.codec import encode
from kit.log import log
from kit.settings import Settings
from server.posting import FAILURES, status_of

TRY_LATER = {408, 425, 429}


class Gateway:
    """Sends letters to ``channel_url``, signed; the same key again is the same message."""

    def __init__(self, settings: Settings) -> None:
        self.url = settings.channel_url
        self.secret = settings.channel_secret.get_secret_value()
        self.timeout_s = settings.channel_timeout_s

    async def send(self, letter: Letter) -> Failure | None:
        """Return None when the gateway took it, else why not."""
        if not letter.is_open:
            return Failure.OFFER_OVER
        body = encode({"key": letter.key, "unit": letter.unit, "text": letter.text})
        headers = signature.headers(self.secret, body, now())
        headers |= {"Content-Type": "application/json", "Idempotency-Key": letter.key}
        try:
            status = await status_of(self.url, body, headers, self.timeout_s)
        except FAILURES as error:
            log.warning("the gateway cannot be reached", error=str(error), tries=letter.tries)
            return Failure.UNREACHABLE
        if status >= 500 or status in TRY_LATER:
            return Failure.UNREACHABLE
        return None if 200 <= status < 300 else Failure.REFUSED
