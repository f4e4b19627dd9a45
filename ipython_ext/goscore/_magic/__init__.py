"""The IPython magics ``%%goscore`` and ``%goscore``, with completion and inspection."""
