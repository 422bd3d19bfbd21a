"""Where the real public files are, which are no part of the project; `test_real_*` tries things on them.

Without them those are not collected; `make real` asks for them.
"""

from __future__ import annotations

import os
from pathlib import Path

DATA = Path(os.environ.get("ADFLUX_REAL_DATA") or Path(__file__).parents[3] / "shared" / "data")
