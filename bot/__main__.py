"""`python -m bot` and the command `testing-postmortem`."""

from bot.cli import main

if __name__ == "__main__":
    main()
