"""Builds the outbox as the settings say."""

from consumer.outbox.outbox import Bounds, Outbox
from consumer.outbox.outgoing import Outgoing
from consumer.settings import ConsumerSettings


def outbox_from_settings(settings: ConsumerSettings) -> Outbox:
    """What it takes lies in DATA_DIR, within the bounds of one answer."""
    bounds = Bounds(
        files=settings.outbox_max_files,
        size=round(settings.outbox_file_mb * 1e6),
        total=round(settings.outbox_total_mb * 1e6),
    )
    return Outbox(Outgoing(settings.data_dir / "outgoing"), bounds)
