"""The gate's day: `make test ON=2031-03-30` puts this folder on PYTHONPATH, and Python loads a file of this
name at the start of each process, before anything asks for the time.

All processes are the same time ahead, and their clocks go on. `ON` may name a time of day, too; else it is
that of now.
"""

import os
import time
from datetime import datetime

import time_machine

if "GATE_AHEAD" in os.environ:
    ahead = float(os.environ["GATE_AHEAD"])
else:
    now, asked = datetime.now(), datetime.fromisoformat(os.environ["GATE_ON"])
    if len(os.environ["GATE_ON"]) <= len("2031-03-30"):
        asked = datetime.combine(asked, now.time())
    ahead = asked.timestamp() - now.timestamp()
time_machine.travel(time.time() + ahead).start()
time.time()  # the library's clock goes from the first look at it
os.environ["GATE_AHEAD"] = repr(ahead)  # read as "this went well": Python goes on after an error here
