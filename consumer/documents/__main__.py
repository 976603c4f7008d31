"""Run as a module it does nothing: it ends well where a cage holds Python, see `caged`."""
