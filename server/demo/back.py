"""Coming back to a server that was away, as a person would: again and again, signing in anew."""

import asyncio
from http import HTTPStatus

from server.clients.api import ProblemAnswer
from server.clients.crew import Crew
from server.clients.desk import Desk
from server.clients.link import GONE
from server.demo.accounts import SignIn

AGAIN_S = 1.0


async def back(client: Desk | Crew, sign_in: SignIn) -> bool:
    """Connect again, signing in anew if need be; False when we are not let in any more."""
    while True:
        await asyncio.sleep(AGAIN_S)
        try:
            if not await client.api.knows_me():
                await client.sign_in(sign_in.name, sign_in.password)
            await client.connect()
            return True
        except GONE:
            continue
        except ProblemAnswer as refusal:
            if refusal.status == HTTPStatus.UNAUTHORIZED:
                return False
