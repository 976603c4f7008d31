"""Starts the service's processes by a fork of one that has imported them: 20 ms each, not 2 s.

    with Zygote() as zygote:
        child = await zygote.start("consumer", env, folder, log="/tmp/consumer.log")
        code = await child.wait()

The child runs what `python -m consumer` runs, with that environment, folder and output; secrets
reach it as they do a process that began with them (`shared.startup.process`). What it has not of
its own is what the kernel keeps of an exec: `/proc/<pid>/environ` and `cmdline` are the zygote's.
"""

from tests.zygote.client import ROOT, Child, Zygote, machine_environment

__all__ = ["ROOT", "Child", "Zygote", "machine_environment"]
