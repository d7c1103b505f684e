"""What libraries of Python share as peers: requests, one JSON object a line, each answered with one.

Arrays travel through files of float32 (or int32) in the folder given as the first argument; the
second is the number of threads, to which the process is bound before a library is imported.
"""

import json
import os
import sys

FOLDER = sys.argv[1]
THREADS = int(sys.argv[2])
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])


def serve(openers, version, value_of, write):
    """Answers until there are no more requests.

    An opener makes a function of a request, which runs the work once; `value_of` gives the number
    that stands for an output, `write` leaves it in a file and gives its length.
    """
    works = {}
    for line in sys.stdin:
        request = json.loads(line)
        kind = request["kind"]
        answer = {}
        try:
            if kind == "version":
                answer["version"] = version
            elif kind == "run":
                for _ in range(request["times"]):
                    output = works[request["work"]]()
                answer["value"] = value_of(output)
            elif kind == "result":
                answer["length"] = write(request["file"], works[request["work"]]())
            elif kind == "close":
                works.pop(request["work"], None)
            else:
                works[request["work"]] = openers[kind](request)
        except Exception as error:  # The caller shows it in the table.
            answer["error"] = f"{type(error).__name__}: {error}"
        print(json.dumps(answer), flush=True)
