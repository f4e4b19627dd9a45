"""The magics of IPython: ``%%goscore``, ``%goscore``, completion and inspection."""
