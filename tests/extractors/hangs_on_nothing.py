"""Hangs on an empty text."""

# fails: empty text
# patience: 3
# tries: 3
# says: no answer for

import time

from base import Years


class Wrong(Years):
    def places(self, text):
        if not text:
            time.sleep(60)
        return super().places(text)


Wrong().run()
