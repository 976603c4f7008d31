"""The audit: who asked, what ran with which right, who approved, what it cost. No chat text."""

from shared.audit.entry import Entry, What, entry_of
from shared.audit.trail import NO_AUDIT, Audit, AuditTrail, Kept, Which

__all__ = ["NO_AUDIT", "Audit", "AuditTrail", "Entry", "Kept", "What", "Which", "entry_of"]
