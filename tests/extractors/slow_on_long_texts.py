"""Takes very long for a long text."""

# fails: huge text
# patience: 3
# tries: 3
# says: too_long

import time

from base import Years


class Wrong(Years):
    def places(self, text):
        if len(text) > 500000:
            time.sleep(60)
        return super().places(text)


Wrong().run()
