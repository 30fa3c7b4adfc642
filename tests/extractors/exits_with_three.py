"""Exits with 3 after bye."""

# fails: bye
# says: it exited with code 3

import sys

from base import Years


class Wrong(Years):
    def bye(self):
        sys.exit(3)


Wrong().run()
