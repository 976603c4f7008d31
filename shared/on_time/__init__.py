"""What is done on time: reminders, schedules, and whose zone it is; to read, for both processes.

Neighbours: shared.times knows zones and timetables; consumer.on_time acts.
"""

from shared.on_time.due import Due, DueTimes
from shared.on_time.planned import Planned, planned_by
from shared.on_time.reminder import Reminder
from shared.on_time.zones import Zones

__all__ = ["Due", "DueTimes", "Planned", "Reminder", "Zones", "planned_by"]
