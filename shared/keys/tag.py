"""The hash tag: what puts all keys of a deployment into one slot, should Redis be a cluster."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tag:
    """The braces around a prefix (`REDIS_PREFIX`), and names below it."""

    prefix: str = "campfire"

    @property
    def tag(self) -> str:
        """What every key of ours and every job id begins with."""
        return f"{{{self.prefix}}}"

    def stored(self, job_id: str) -> str:
        """A job id as Redis has it; what people type and what lies on disk is without braces."""
        ours = job_id.startswith(f"{self.prefix}:")
        return self.tag + job_id.removeprefix(self.prefix) if ours else job_id

    def named(self, *parts: object) -> str:
        """The key of these parts."""
        return f"{{{self.prefix}}}:{':'.join(map(str, parts))}"


def plain(job_id: str) -> str:
    """A job id as it stands outside Redis: in files, records and events, without braces."""
    return job_id.replace("{", "", 1).replace("}", "", 1)
