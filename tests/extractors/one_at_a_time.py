"""Says that several requests may wait, and loses those that come while it works."""

# fails: in flight
# patience: 3
# tries: 3
# says: "in_flight": 1

import os
import time

from base import Years


class Wrong(Years):
    def lines(self):
        while True:
            data = b""
            while not data.endswith(b"\n"):
                part = os.read(0, 1 << 20)
                if not part:
                    return
                data += part
            first, *others = data.splitlines()
            yield first
            # Farewells are heard all the same, so that it fails in one way alone.
            yield from (line for line in others if b'"t":"extract"' not in line)

    def answer(self, message):
        time.sleep(0.05)
        return super().answer(message)


Wrong().run()
