"""Offers that go on by themselves: the best unit, then the next, until one accepts."""
