"""Asks hubs to tell us of news, renews what runs out, and ends what is not wanted any more."""

from __future__ import annotations

import msgspec

from worker.clock import Clock
from worker.feeds import websub
from worker.feeds.callback import Desk
from worker.feeds.fetch import Fetched, Fetcher, FetchError, public_url
from worker.feeds.state import FeedState
from worker.feeds.websub import Standing, Subscription
from worker.types import HubWord

_FORM = {"content-type": "application/x-www-form-urlencoded"}
_WELL = frozenset({200, 202, 204})
_NOT_MODIFIED = 304


class Subscriber:
    """Keeps feeds subscribed where they offer a hub. `base` is the public address of the callback server."""

    def __init__(self, fetcher: Fetcher, desk: Desk, base: str, clock: Clock) -> None:
        self._fetcher = fetcher
        self._desk = desk
        self._base = base
        self._clock = clock

    async def kept(self, key: str, state: FeedState, answer: Fetched) -> FeedState:
        """The state after a good answer, its hub asked if that is due. Never raises for a hub."""
        held = state.subscription
        offer = websub.offered(answer.headers.get("link", ""), state.facts, public_url(answer.url))
        if answer.status == _NOT_MODIFIED and held is not None:
            offer = held.hub, held.topic  # what the feed says stands in its body, which did not come
        if held is not None and (offer != (held.hub, held.topic) or held.base != self._base):
            await self.leave(held)
            held = None
        if offer is None:
            return msgspec.structs.replace(state, subscription=None)
        now = self._clock.now()
        if held is not None and now < held.renew_at():
            return state
        if held is None:
            held = websub.begun(*offer, self._base, now)
        elif held.standing is not Standing.LIVE:
            held = msgspec.structs.replace(held, standing=Standing.ASKED)
        held = msgspec.structs.replace(held, asked=now)
        self._desk.know(key, held)  # before the hub hears of it: some verify before they answer
        await self._tell(held, "subscribe")
        return msgspec.structs.replace(state, subscription=held)

    async def leave(self, held: Subscription) -> None:
        """End a subscription. Never raises for a hub; what it pushes afterwards is refused."""
        asked = held.standing is not Standing.DENIED
        self._desk.forget(held, leaving=asked)
        if asked:
            await self._tell(held, "unsubscribe")

    async def _tell(self, held: Subscription, mode: str) -> None:
        body = websub.form(held, mode, websub.callback_of(held))
        try:
            answer = await self._fetcher.request("POST", held.hub, _FORM, body)
        except FetchError:
            self._desk.heard(HubWord.UNREACHED)
            return
        if answer.status not in _WELL:
            self._desk.heard(HubWord.UNREACHED)
