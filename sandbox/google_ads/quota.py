"""The quota of a day: operations of the project in the last twenty-four hours."""

from collections import deque

from sandbox.clock import Clock
from sandbox.google_ads.errors import DETAILS, AdsError, Refusal

DAY = 24 * 3600
PER_DAY = 15_000
RATE_NAMES = {"RESOURCE_EXHAUSTED": "Number of operations for basic access"}


class Quota:
    """A mutate is as many operations as it carries, a query one; further pages of a query cost nothing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._taken: deque[tuple[float, int]] = deque()
        self.per_day = PER_DAY

    @property
    def used(self) -> int:
        while self._taken and self._taken[0][0] <= self._clock.seconds() - DAY:
            self._taken.popleft()
        return sum(count for _, count in self._taken)

    def charge(self, operations: int) -> None:
        """Raises Refusal when they are more than what is left."""
        if operations and self.used + operations > self.per_day:
            oldest = self._taken[0][0] if self._taken else self._clock.seconds()
            wait = max(1, int(oldest + DAY - self._clock.seconds()))
            raise Refusal([exhausted("RESOURCE_EXHAUSTED", wait)])
        if operations:
            self._taken.append((self._clock.seconds(), operations))


def exhausted(name: str, seconds: int, rate_name: str | None = None, scope: str = "DEVELOPER") -> AdsError:
    details = DETAILS()
    told = details.quota_error_details
    told.rate_name = rate_name or RATE_NAMES.get(name, "Requests per minute")
    scopes = told.DESCRIPTOR.fields_by_name["rate_scope"].enum_type.values_by_name
    told.rate_scope = scopes[scope].number
    told.retry_delay.seconds = seconds
    said = f"Too many requests. Retry in {seconds} seconds."
    return AdsError("quota_error", name, said, details=details)
