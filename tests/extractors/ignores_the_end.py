"""Waits for more when standard input has ended."""

# fails: end of input
# patience: 3
# tries: 3
# says: leave the loop

import time

from base import Years


class Wrong(Years):
    def end(self):
        time.sleep(60)


Wrong().run()
