"""Sending relays to partners: one signed message at a time, to the partner's own address."""

import httpx2

from dispatch.exchange.signature import ID, SIGNATURE, TIMESTAMP, sign
from dispatch.partners.relay import Failure
from dispatch.partners.view import Letter
from kit.clock import now
from kit.codec import encode
from kit.log import log
from kit.settings import Settings
from server.gateway import TRY_LATER


class PartnerGateway:
    """Sends letters, signed as the Standard Webhooks scheme has it; a key again is the same one."""

    def __init__(self, settings: Settings) -> None:
        self.partners = settings.partners
        self.timeout_s = settings.partner_timeout_s

    async def send(self, letter: Letter) -> Failure | None:
        """Return None when the partner's system took it, else why not."""
        partner = self.partners.get(letter.partner)
        if partner is None:
            return Failure.UNKNOWN
        body, timestamp = encode(letter.body), str(int(now().timestamp()))
        signature = sign(partner.secret.get_secret_value(), letter.key, timestamp, body)
        headers = {ID: letter.key, TIMESTAMP: timestamp, SIGNATURE: signature}
        headers |= {"Content-Type": "application/json", "Idempotency-Key": letter.key}
        try:
            async with httpx2.AsyncClient(timeout=self.timeout_s, trust_env=False) as client:
                answer = await client.post(partner.url, content=body, headers=headers)
        except httpx2.HTTPError as error:
            log.warning("a partner cannot be reached", partner=letter.partner, error=str(error))
            return Failure.UNREACHABLE
        if answer.status_code >= 500 or answer.status_code in TRY_LATER:
            return Failure.UNREACHABLE
        return None if answer.is_success else Failure.REJECTED
