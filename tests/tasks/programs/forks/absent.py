"""Goes on in a copy of itself."""

import os

child = os.fork()
if child:
    os.waitpid(child, 0)
    print("the first")
