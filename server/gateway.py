"""The gateway for messages to crews: a webhook of the operator's own, one message at a time."""

import httpx2

from dispatch.channels import signature
from dispatch.channels.message import Failure
from dispatch.channels.queries import Letter
from kit.clock import now
from kit.codec import encode
from kit.log import log
from kit.settings import Settings

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
            async with httpx2.AsyncClient(timeout=self.timeout_s, trust_env=False) as client:
                answer = await client.post(self.url, content=body, headers=headers)
        except httpx2.HTTPError as error:
            log.warning("the gateway cannot be reached", error=str(error), tries=letter.tries)
            return Failure.UNREACHABLE
        if answer.status_code >= 500 or answer.status_code in TRY_LATER:
            return Failure.UNREACHABLE
        return None if answer.is_success else Failure.REFUSED
