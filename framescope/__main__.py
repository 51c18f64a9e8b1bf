"""``python -m framescope`` is ``framescope``."""

from framescope.cli import main

if __name__ == "__main__":
    main()
