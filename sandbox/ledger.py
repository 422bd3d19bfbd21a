"""What was spent: in the smallest unit of the account's money, by whom, and on which day."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date


@dataclass
class Ledger:
    """Money spent per node and day: of ads, and summed for what stands above them."""

    by_day: dict[str, dict[date, int]] = field(default_factory=lambda: defaultdict(dict))
    total: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, day: date, amount: int, *node_ids: str) -> None:
        for node_id in node_ids:
            self.by_day[node_id][day] = self.on(node_id, day) + amount
            self.total[node_id] += amount

    def on(self, node_id: str, day: date) -> int:
        return self.by_day[node_id].get(day, 0)

    def between(self, node_id: str, since: date, until: date) -> int:
        return sum(spent for day, spent in self.by_day[node_id].items() if since <= day <= until)
