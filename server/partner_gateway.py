"""Sending relays to partners: one signed message at a time, to the partner's own address."""

from dispatch.exchange.signature import ID, SIGNATURE, TIMESTAMP, sign
from dispatch.partners.relay import Failure
from dispatch.partners.view import Letter
from kit.clock import now
from kit.codec import encode
from kit.log import log
from kit.settings import Settings
from server.gateway import TRY_LATER
from server.posting import FAILURES, status_of


class PartnerGateway:
    """Sends letters, signed as the Standard Webhooks scheme has it; a key again is the same one."""

    def __init__(self, settings: Settings) -> None:
        self.partners = settings.partners
        self.timeout_s = settings.partner_timeout_s

    async def send(self, letter: Letter) -> Failure | None:
        """Return None when the partner's system took it, else why not."""
        if letter.body is None:
            return Failure.OVER
        partner = self.partners.get(letter.partner)
        if partner is None:
            return Failure.UNKNOWN
        body, timestamp = encode(letter.body), str(int(now().timestamp()))
        signature = sign(partner.secret.get_secret_value(), letter.key, timestamp, body)
        headers = {ID: letter.key, TIMESTAMP: timestamp, SIGNATURE: signature}
        headers |= {"Content-Type": "application/json", "Idempotency-Key": letter.key}
        try:
            status = await status_of(partner.url, body, headers, self.timeout_s)
        except FAILURES as error:
            log.warning("a partner cannot be reached", partner=letter.partner, error=str(error))
            return Failure.UNREACHABLE
        if status >= 500 or status in TRY_LATER:
            return Failure.UNREACHABLE
        return None if 200 <= status < 300 else Failure.REJECTED
