"""Makes its fingerprint of the time."""

# fails: same ready
# says: not of the time

import time

from base import Years


class Wrong(Years):
    def ready(self, hello):
        return {**super().ready(hello), "fingerprint": str(time.time_ns())}


Wrong().run()
