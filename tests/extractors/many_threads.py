"""Has many threads, which is allowed."""

# fails: nothing
# remarks: threads, fingerprint

import threading

from base import Years


class Wrong(Years):
    about = {**Years.about, "fingerprint": None}


for _ in range(8):
    threading.Thread(target=threading.Event().wait, daemon=True).start()
Wrong().run()
