"""The session stores' keys, where `SESSION_STORE` is redis."""

from shared.keys.tag import Tag
from shared.lane import Lane


class SessionKeys(Tag):
    """Records by lane, transcripts by the SDK's project and session id."""

    __slots__ = ()

    def session(self, lane: Lane) -> str:
        """Hash: a lane's session record as JSON and its fence; expires with the lane's TTL."""
        return self.named("session", lane)

    @property
    def sessions_used(self) -> str:
        """Zset of the lanes that have a record: lane → ms at which it was used last."""
        return self.named("sessions-used")

    @property
    def session_lanes(self) -> str:
        """The set in which releases up to 5d7280d kept those lanes."""
        return self.named("session-lanes")

    def reset(self, room_id: int | None, bot_id: str | None) -> str:
        """When the sessions of a room, a bot, both or (None, None) all were reset last: µs."""
        return self.named("reset", "*" if room_id is None else room_id, bot_id or "*")

    def session_aside(self, lane: Lane, reason: str) -> str:
        """A record that could not be used, for the operator."""
        return self.named("session-aside", lane, reason)

    def transcript(self, project: str, session_id: str, subpath: str = "main") -> str:
        """List of a transcript's entries as JSON, in order."""
        return self.named("transcript", project, session_id, subpath)

    def transcript_parts(self, transcript: str) -> list[str]:
        """The entries, their uuids, where among them the last compaction stands, their bytes."""
        return [transcript, f"{transcript}:uuids", f"{transcript}:compacted", f"{transcript}:bytes"]

    def transcript_subkeys(self, project: str, session_id: str) -> str:
        """Set of the subagents' transcripts of a session."""
        return self.named("transcript-subkeys", project, session_id)

    def transcript_sessions(self, project: str) -> str:
        """Zset: session id → ms at which it was last written."""
        return self.named("transcript-sessions", project)
