"""`python -m worker` is `tocsin`."""

from worker.cli import main

if __name__ == "__main__":
    main()
