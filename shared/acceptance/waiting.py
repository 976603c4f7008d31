"""KEYS and ARGV of enqueue_own.lua, which puts a message of the service's own into its line."""

from shared.acceptance.call import arq_ticket
from shared.between_processes.live_events import queued
from shared.inbound import InboundMessage
from shared.keys import FAR_FUTURE_MS, Keys, plain


def waiting_names(keys: Keys, message: InboundMessage) -> list[str]:
    """Names: message, lane list, arq job, arq queue, lanes, control words due, events, wake,
    arrivals."""
    job_id = keys.job_id(message)
    return [
        keys.message(job_id),
        keys.lane(message.line),
        keys.job(job_id),
        keys.queue,
        keys.lanes,
        keys.control_due,
        keys.events(message.lane),
        keys.wake,
        keys.arrivals,
    ]


def waiting_values(keys: Keys, message: InboundMessage) -> list[str | bytes | int]:
    """Job id, line, body, arq's job, event, now ms, far future ms, prefix of message keys."""
    job_id = keys.job_id(message)
    return [
        job_id,
        str(message.line),
        message.model_dump_json(),
        arq_ticket(message),
        queued(plain(job_id), message.accepted_ms),
        message.accepted_ms,
        FAR_FUTURE_MS,
        keys.message(""),
    ]
