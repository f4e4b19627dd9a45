"""The messages between Python and the worker: what Go declares in ``magics/protocol``, field by field."""
